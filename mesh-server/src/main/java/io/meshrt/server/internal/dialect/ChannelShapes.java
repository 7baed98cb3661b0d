// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.core.codec.EnvelopeWriter;
import io.meshrt.core.codec.RawJson;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What clients of each generation get of channels. Those of the family get every message as a text
 * and know no positions (mesh-protocol 10 and 11).
 */
public final class ChannelShapes {
  /** What clients of {@code mesh.v1} call the channel that is their identity's own. */
  public static final String INBOX = "mesh/inbox";

  private static final String PUSH = "subscription-message";
  private static final String GAP = "channel-gap";
  private static final String REVOKED = "channel-revoked";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

  private ChannelShapes() {}

  /**
   * One message.
   *
   * @param epoch empty, and then {@code offset} 0, where it has no number
   */
  public record Entry(RawJson message, String epoch, long offset, long timeMillis) {}

  /**
   * A part of a channel's history.
   *
   * @param ascending oldest first
   * @param epoch of the channel, empty where it has no numbers
   * @param offset of the channel's head when the page was read
   * @param afterPosition whether a position was asked for, and not the newest
   * @param recovered whether nothing is missing behind that position
   * @param more whether there is more of what was asked for
   */
  public record Page(
      List<Entry> ascending,
      String epoch,
      long offset,
      boolean afterPosition,
      boolean recovered,
      boolean more) {
    /** Copies the list. */
    public Page {
      ascending = List.copyOf(ascending);
    }
  }

  /** The push of a message. */
  public static byte[] push(Generation generation, String channel, Entry entry) {
    ChannelShapes json = new ChannelShapes().text("{\"channel\":").string(channel);
    if (generation == Generation.V1) {
      json.text(",\"message\":").raw(entry.message());
      if (!entry.epoch().isEmpty()) {
        json.text(",\"epoch\":").string(entry.epoch());
        json.text(",\"offset\":" + entry.offset() + ",\"time\":" + entry.timeMillis());
      }
    } else {
      json.text(",\"message\":").raw(asText(entry.message()));
    }
    return EnvelopeWriter.push(generation.wireName(PUSH), json.text("}").end());
  }

  /** The push that tells {@code mesh.v1} of a gap: what comes next follows the position. */
  public static byte[] gap(String channel, String epoch, long offset) {
    ChannelShapes json = new ChannelShapes().text("{\"channel\":").string(channel);
    if (!epoch.isEmpty()) {
      json.text(",\"epoch\":").string(epoch).text(",\"offset\":" + offset);
    }
    return EnvelopeWriter.push(Generation.V1.wireName(GAP), json.text("}").end());
  }

  /** The push that tells {@code mesh.v1} that a subscription was ended. */
  public static byte[] revoked(String channel) {
    RawJson payload = new ChannelShapes().text("{\"channel\":").string(channel).text("}").end();
    return EnvelopeWriter.push(Generation.V1.wireName(REVOKED), payload);
  }

  /** The answer to one who subscribed or asked for history. */
  public static RawJson history(Generation generation, Page page) {
    ChannelShapes json = new ChannelShapes().text("{\"success\":true,\"history\":[");
    return switch (generation) {
      case BARE -> json.texts(newestFirst(page.ascending())).text("]}").end();
      case MESH, REALTIME -> json.texts(page.ascending()).text("]}").end();
      case V1, FOREIGN -> json.ofV1(page);
    };
  }

  /** The same answer with the position behind which it begins. */
  public static RawJson behind(String epoch, long offset, RawJson answer) {
    ChannelShapes json = new ChannelShapes().text("{\"after\":{\"epoch\":").string(epoch);
    return json.text(",\"offset\":" + offset + "},").fields(answer);
  }

  /** The same answer with the time of the message at the head. */
  public static RawJson withTime(long timeMillis, RawJson answer) {
    return new ChannelShapes().text("{\"time\":" + timeMillis + ",").fields(answer);
  }

  private RawJson fields(RawJson object) {
    byte[] json = object.toByteArray();
    bytes.write(json, 1, json.length - 1);
    return end();
  }

  private RawJson ofV1(Page page) {
    if (!page.afterPosition()) {
      entries(newestFirst(page.ascending()), page.epoch());
    }
    text("]");
    if (!page.epoch().isEmpty()) {
      text(",\"epoch\":").string(page.epoch()).text(",\"offset\":" + page.offset());
    }
    if (page.afterPosition()) {
      text(",\"recovered\":" + page.recovered() + ",\"publications\":[");
      entries(page.ascending(), page.epoch());
      text("]");
    }
    return text(page.more() ? ",\"more\":true}" : "}").end();
  }

  /** A store may keep messages of epochs that are over; those tell theirs. */
  private void entries(List<Entry> entries, String pageEpoch) {
    String comma = "";
    for (Entry entry : entries) {
      text(comma).text("{\"message\":").raw(entry.message());
      if (!entry.epoch().equals(pageEpoch)) {
        text(",\"epoch\":").string(entry.epoch());
      }
      text(",\"offset\":" + entry.offset() + ",\"time\":" + entry.timeMillis() + "}");
      comma = ",";
    }
  }

  private ChannelShapes texts(List<Entry> entries) {
    String comma = "";
    for (Entry entry : entries) {
      text(comma).raw(asText(entry.message()));
      comma = ",";
    }
    return this;
  }

  private static List<Entry> newestFirst(List<Entry> ascending) {
    List<Entry> reversed = new ArrayList<>(ascending);
    Collections.reverse(reversed);
    return reversed;
  }

  /** A text as it is, anything else as its JSON. */
  private static RawJson asText(RawJson message) {
    String json = message.toString();
    return json.charAt(0) == '"' ? message : RawJson.ofString(json);
  }

  private ChannelShapes text(String ascii) {
    bytes.writeBytes(ascii.getBytes(UTF_8));
    return this;
  }

  private ChannelShapes string(String value) {
    return raw(RawJson.ofString(value));
  }

  private ChannelShapes raw(RawJson json) {
    bytes.writeBytes(json.toByteArray());
    return this;
  }

  private RawJson end() {
    return RawJson.ofValid(bytes.toByteArray());
  }
}
