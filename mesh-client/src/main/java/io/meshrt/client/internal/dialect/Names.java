// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import io.meshrt.client.Generation;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The names the protocol keeps for itself. */
public final class Names {
  /** The WebSocket subprotocol of our own generation. */
  public static final String SUBPROTOCOL = "mesh.v1";

  /** The built-in command that presents credentials. */
  public static final String AUTHENTICATE = "authenticate";

  /** Built-in commands of rooms, presence and metadata. */
  public static final String JOIN_ROOM = "join-room";

  public static final String LEAVE_ROOM = "leave-room";

  /** The same commands with a wish that older servers would ignore: they do not have these. */
  public static final String JOIN_ROOM_PERSISTENTLY = JOIN_ROOM + " persistently";

  public static final String LEAVE_ROOM_HERE = LEAVE_ROOM + " here";
  public static final String RESTORE_ROOMS = "restore-rooms";
  public static final String SEND_TO_ROOM = "send-to-room";
  public static final String GET_ROOM_METADATA = "get-room-metadata";
  public static final String GET_CONNECTION_METADATA = "get-connection-metadata";
  public static final String GET_MY_METADATA = "get-my-connection-metadata";
  public static final String SET_MY_METADATA = "set-my-connection-metadata";
  public static final String SUBSCRIBE_PRESENCE = "subscribe-presence";
  public static final String UNSUBSCRIBE_PRESENCE = "unsubscribe-presence";
  public static final String PUBLISH_PRESENCE_STATE = "publish-presence-state";
  public static final String CLEAR_PRESENCE_STATE = "clear-presence-state";
  public static final String GET_PRESENCE_STATE = "get-presence-state";

  /** Built-in commands of channels. */
  public static final String SUBSCRIBE_CHANNEL = "subscribe-channel";

  public static final String UNSUBSCRIBE_CHANNEL = "unsubscribe-channel";
  public static final String GET_CHANNEL_HISTORY = "get-channel-history";
  public static final String PUBLISH_CHANNEL = "publish-channel";

  /** The channel that is the identity's own, and the built-in command that is about it alone. */
  public static final String INBOX = inbox();

  public static final String ACKNOWLEDGE_INBOX = "acknowledge-inbox";

  /** Built-in commands of records. */
  public static final String SUBSCRIBE_RECORD = "subscribe-record";

  public static final String UNSUBSCRIBE_RECORD = "unsubscribe-record";
  public static final String PUBLISH_RECORD_UPDATE = "publish-record-update";
  public static final String GET_RECORD = "get-record";

  /**
   * The same command with a condition. It has a name of its own here because older servers would
   * ignore the condition: they do not have this command.
   */
  public static final String PUBLISH_RECORD_UPDATE_IF = PUBLISH_RECORD_UPDATE + " if version";

  /** Built-in commands of collections. */
  public static final String SUBSCRIBE_COLLECTION = "subscribe-collection";

  public static final String UNSUBSCRIBE_COLLECTION = "unsubscribe-collection";

  /** The built-in command that changes several records, without and with conditions. */
  public static final String TRANSACTION = "transaction";

  public static final String TRANSACTION_IF = TRANSACTION + " if version";

  /** The built-in push that tells of joins, leaves and states. */
  public static final String PRESENCE_UPDATE = "presence-update";

  /** The built-in pushes of rooms: what a client sent, and a membership that changed. */
  public static final String ROOM_MESSAGE = "room-message";

  public static final String ROOM_MEMBERSHIP = "room-membership";

  /** The built-in pushes of channels: a message, missing messages, the end. */
  public static final String SUBSCRIPTION_MESSAGE = "subscription-message";

  public static final String CHANNEL_GAP = "channel-gap";
  public static final String CHANNEL_REVOKED = "channel-revoked";

  /** The built-in pushes of records: a change, the end of the record, several, the end. */
  public static final String RECORD_UPDATE = "record-update";

  public static final String RECORD_DELETED = "record-deleted";
  public static final String RECORD_UPDATES = "record-updates";
  public static final String RECORD_REVOKED = "record-revoked";

  /** The built-in pushes of collections: a change, the end. */
  public static final String COLLECTION_DIFF = "collection-diff";

  public static final String COLLECTION_REVOKED = "collection-revoked";

  /** The built-in command that does nothing. */
  static final String NOOP = "noop";

  static final String MESH_PREFIX = "mesh/";
  static final String REALTIME_PREFIX = "rt/";
  static final String WELCOME = MESH_PREFIX + "welcome";
  static final String PROTEST = MESH_PREFIX + "error";
  static final String GAP = MESH_PREFIX + "gap";
  static final String GOING_AWAY = MESH_PREFIX + "going-away";
  static final String ASSIGN_ID = "assign-id";

  static final String PING = "ping";
  static final String PONG = "pong";
  static final String LATENCY = "latency";
  static final String LATENCY_REQUEST = "latency:request";
  static final String LATENCY_RESPONSE = "latency:response";

  /** What servers of all generations push about features. */
  private static final Set<String> PUSHES =
      Set.of(PRESENCE_UPDATE, SUBSCRIPTION_MESSAGE, RECORD_UPDATE, RECORD_DELETED);

  private static final Set<String> PUSHES_OF_V1 =
      Set.of(
          ROOM_MESSAGE,
          ROOM_MEMBERSHIP,
          CHANNEL_GAP,
          CHANNEL_REVOKED,
          RECORD_UPDATES,
          RECORD_REVOKED,
          COLLECTION_REVOKED);

  private static final Set<String> HEARTBEAT =
      Set.of(PING, PONG, LATENCY, LATENCY_REQUEST, LATENCY_RESPONSE);
  private static final int MAX_NAME_BYTES = 255;

  private Names() {}

  /** Not a constant of the compiler's, which would copy the prefix to wherever it is used. */
  private static String inbox() {
    return MESH_PREFIX + "inbox";
  }

  /**
   * Checks a name that the application gives to a command or push.
   *
   * @throws IllegalArgumentException when it is empty, too long, deceptive, or one of the
   *     protocol's own
   */
  public static void requireApplicationName(String name) {
    requireName("name", name);
    if (isPrefixed(name) || HEARTBEAT.contains(name)) {
      throw new IllegalArgumentException("name: " + name + " belongs to the protocol");
    }
  }

  /**
   * Checks a name of something the server keeps, such as a room; no word is reserved.
   *
   * @param field what the name is given as, for the message
   * @throws IllegalArgumentException when it is empty, too long or deceptive
   */
  public static void requireName(String field, String name) {
    if (name.isEmpty() || utf8Length(name) > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(field + ": 1 to " + MAX_NAME_BYTES + " bytes of UTF-8");
    }
    if (name.chars().anyMatch(Names::isDeceptive)) {
      throw new IllegalArgumentException(field + ": control or bidi-override character");
    }
    if (name.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      throw new IllegalArgumentException(field + ": a surrogate without its other half");
    }
  }

  /** The bare name of a built-in push about a feature; empty when it is none. */
  static String builtInPush(Generation generation, String name) {
    String prefix = prefix(generation);
    String bare = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
    boolean known =
        PUSHES.contains(bare)
            || (generation == Generation.V1 && PUSHES_OF_V1.contains(bare))
            || (generation != Generation.BARE && bare.equals(COLLECTION_DIFF));
    return known ? bare : "";
  }

  /** A bare name without what only this client says. */
  static String ofWire(String bareName) {
    int condition = bareName.indexOf(' ');
    return condition < 0 ? bareName : bareName.substring(0, condition);
  }

  static boolean isPrefixed(String name) {
    return name.startsWith(MESH_PREFIX) || name.startsWith(REALTIME_PREFIX);
  }

  static boolean isHeartbeat(String name) {
    return HEARTBEAT.contains(name);
  }

  static String prefix(Generation generation) {
    return switch (generation) {
      case V1, MESH -> MESH_PREFIX;
      case REALTIME -> REALTIME_PREFIX;
      case BARE -> "";
    };
  }

  private static boolean isDeceptive(int character) {
    return Character.isISOControl(character)
        || (character >= 0x202A && character <= 0x202E)
        || (character >= 0x2066 && character <= 0x2069);
  }

  private static int utf8Length(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }
}
