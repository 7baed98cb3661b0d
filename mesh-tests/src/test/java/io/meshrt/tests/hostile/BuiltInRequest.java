// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static io.meshrt.tests.hostile.FieldKind.ANY;
import static io.meshrt.tests.hostile.FieldKind.ANY_BUT_NULL;
import static io.meshrt.tests.hostile.FieldKind.COUNT;
import static io.meshrt.tests.hostile.FieldKind.DEVICE;
import static io.meshrt.tests.hostile.FieldKind.EPOCH;
import static io.meshrt.tests.hostile.FieldKind.FLAG;
import static io.meshrt.tests.hostile.FieldKind.MESSAGE_ID;
import static io.meshrt.tests.hostile.FieldKind.MODE;
import static io.meshrt.tests.hostile.FieldKind.NAME;
import static io.meshrt.tests.hostile.FieldKind.OFFSET;
import static io.meshrt.tests.hostile.FieldKind.OPERATIONS;
import static io.meshrt.tests.hostile.FieldKind.POSITION;
import static io.meshrt.tests.hostile.FieldKind.STRATEGY;
import static io.meshrt.tests.hostile.FieldKind.TIME_OR_ID;
import static io.meshrt.tests.hostile.FieldKind.TOKEN;
import static io.meshrt.tests.hostile.FieldKind.VERSION;
import static io.meshrt.tests.hostile.FieldKind.WRITE_OPTIONS;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The request of a built-in command.
 *
 * @param name without a prefix
 * @param fields of the payload; none where any payload will do
 */
record BuiltInRequest(String name, Map<String, FieldKind> fields) {
  /** All there are; {@link BuiltInFieldsIT} checks that against the page of the protocol. */
  static final List<BuiltInRequest> ALL =
      List.of(
          of("noop", Map.of()),
          of("authenticate", Map.of("credentials", ANY)),
          of("join-room", Map.of("roomName", NAME, "persist", FLAG)),
          of("leave-room", Map.of("roomName", NAME, "thisConnectionOnly", FLAG)),
          of("restore-rooms", Map.of("token", TOKEN)),
          of("send-to-room", Map.of("roomName", NAME, "message", ANY, "echo", FLAG)),
          of("get-room-metadata", Map.of("roomName", NAME)),
          of("get-my-connection-metadata", Map.of()),
          of("get-connection-metadata", Map.of("connectionId", NAME)),
          of("set-my-connection-metadata", Map.of("metadata", ANY, "options", STRATEGY)),
          of("subscribe-presence", Map.of("roomName", NAME)),
          of("unsubscribe-presence", Map.of("roomName", NAME)),
          of(
              "publish-presence-state",
              Map.of(
                  "roomName", NAME, "state", ANY_BUT_NULL, "expireAfter", COUNT, "silent", FLAG)),
          of("clear-presence-state", Map.of("roomName", NAME)),
          of("get-presence-state", Map.of("roomName", NAME)),
          of(
              "subscribe-channel",
              Map.of(
                  "channel",
                  NAME,
                  "historyLimit",
                  COUNT,
                  "since",
                  TIME_OR_ID,
                  "recover",
                  POSITION)),
          of("unsubscribe-channel", Map.of("channel", NAME)),
          of(
              "get-channel-history",
              Map.of("channel", NAME, "limit", COUNT, "since", TIME_OR_ID, "after", POSITION)),
          of("publish-channel", Map.of("channel", NAME, "message", ANY, "id", MESSAGE_ID)),
          of(
              "acknowledge-inbox",
              Map.of("device", DEVICE, "epoch", EPOCH, "offset", OFFSET, "time", COUNT)),
          of("subscribe-record", Map.of("recordId", NAME, "mode", MODE, "have", VERSION)),
          of("unsubscribe-record", Map.of("recordId", NAME)),
          of("get-record", Map.of("recordId", NAME, "have", VERSION)),
          of(
              "publish-record-update",
              Map.of("recordId", NAME, "newValue", ANY, "options", WRITE_OPTIONS)),
          of("subscribe-collection", Map.of("collectionId", NAME)),
          of("unsubscribe-collection", Map.of("collectionId", NAME)),
          of("transaction", Map.of("operations", OPERATIONS)));

  /** What clients without {@code mesh.v1} cannot ask. */
  private static final Set<String> V1_ONLY =
      Set.of(
          "authenticate",
          "restore-rooms",
          "send-to-room",
          "publish-channel",
          "acknowledge-inbox",
          "get-record");

  private static final Set<String> BARE =
      Set.of(
          "subscribe-channel",
          "unsubscribe-channel",
          "subscribe-record",
          "unsubscribe-record",
          "publish-record-update",
          "subscribe-presence",
          "unsubscribe-presence");

  private static BuiltInRequest of(String name, Map<String, FieldKind> fields) {
    return new BuiltInRequest(name, new TreeMap<>(fields));
  }

  /** Whether clients that speak so know it. */
  boolean isKnownTo(Tongue tongue) {
    return switch (tongue) {
      case V1 -> true;
      case MESH, REALTIME -> !V1_ONLY.contains(name);
      case BARE -> BARE.contains(name);
    };
  }

  /** The names of all fields, those inside of others too. */
  Set<String> fieldNames() {
    Set<String> names = new TreeSet<>(fields.keySet());
    fields.values().forEach(kind -> names.addAll(kind.inner()));
    return names;
  }

  /** A payload that nobody could mind but for one field. */
  String payload(String field, String value) {
    StringBuilder payload = new StringBuilder("{");
    fields.forEach(
        (name, kind) -> {
          String json = name.equals(field) ? value : kind.fit();
          if (!json.equals(FieldKind.OMITTED)) {
            payload.append(payload.length() == 1 ? "" : ",");
            payload.append('"').append(name).append("\":").append(json);
          }
        });
    return payload.append('}').toString();
  }

  @Override
  public String toString() {
    return name;
  }
}
