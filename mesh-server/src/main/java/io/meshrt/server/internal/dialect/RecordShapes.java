// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.core.codec.EnvelopeWriter;
import io.meshrt.core.codec.RawJson;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What clients of each generation get of records. Those of the family know versions by their number
 * alone (mesh-protocol 9, 10 and 13).
 */
public final class RecordShapes {
  private static final String UPDATE = "record-update";
  private static final String UPDATES = "record-updates";
  private static final String DELETED = "record-deleted";
  private static final String REVOKED = "record-revoked";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

  private RecordShapes() {}

  /** One operation's result in a transaction. */
  public record Result(String operation, String id, long version, String stamp) {}

  /** What a push says when it brings the whole value. */
  public static RawJson full(
      Generation generation, String id, RawJson value, long version, String stamp) {
    return new RecordShapes()
        .text("{\"recordId\":")
        .string(id)
        .text(",\"full\":")
        .raw(value)
        .version(generation, version, stamp)
        .end();
  }

  /** What a push says when it brings a patch, from the version {@code base}. */
  public static RawJson patch(
      Generation generation, String id, RawJson patch, long base, long version, String stamp) {
    RecordShapes json =
        new RecordShapes().text("{\"recordId\":").string(id).text(",\"patch\":").raw(patch);
    json.version(generation, version, stamp);
    return generation == Generation.V1 ? json.text(",\"base\":" + base).end() : json.end();
  }

  /** What a push says when the record was deleted. */
  public static RawJson deleted(Generation generation, String id, long version) {
    RecordShapes json =
        new RecordShapes().text("{\"recordId\":").string(id).text(",\"version\":" + version);
    return generation == Generation.V1 ? json.text(",\"deleted\":true").end() : json.end();
  }

  /** The push of one record's payload. */
  public static byte[] push(Generation generation, RawJson payload, boolean deleted) {
    return EnvelopeWriter.push(generation.wireName(deleted ? DELETED : UPDATE), payload);
  }

  /** The push of several records' payloads, to be shown together, for {@code mesh.v1}. */
  public static byte[] pushTogether(List<RawJson> payloads) {
    return EnvelopeWriter.push(Generation.V1.wireName(UPDATES), together(payloads).end());
  }

  /**
   * As {@link #pushTogether}, one of several that belong together.
   *
   * @param group tells them from others; any number
   * @param more whether another one follows
   */
  public static byte[] pushPart(List<RawJson> payloads, long group, boolean more) {
    RecordShapes json =
        together(payloads).text(",\"group\":" + group).text(more ? ",\"more\":true" : "");
    return EnvelopeWriter.push(Generation.V1.wireName(UPDATES), json.end());
  }

  private static RecordShapes together(List<RawJson> payloads) {
    RecordShapes json = new RecordShapes().text("{\"updates\":[");
    String comma = "";
    for (RawJson payload : payloads) {
      json.text(comma).raw(payload);
      comma = ",";
    }
    return json.text("]");
  }

  /** The push that tells {@code mesh.v1} that a subscription was ended. */
  public static byte[] revoked(String id) {
    RawJson payload = new RecordShapes().text("{\"recordId\":").string(id).end();
    return EnvelopeWriter.push(Generation.V1.wireName(REVOKED), payload);
  }

  /**
   * The answer to one who subscribed, or asked for a record.
   *
   * @param value null where the client has it already
   */
  public static RawJson value(
      Generation generation, @Nullable RawJson value, long version, String stamp) {
    RecordShapes json = new RecordShapes().text("{\"success\":true");
    if (value == null) {
      json.text(",\"unchanged\":true");
    } else {
      json.text(",\"record\":").raw(value);
    }
    return json.version(generation, version, stamp).end();
  }

  /** The answer to one who wrote. */
  public static RawJson written(Generation generation, long version, String stamp) {
    RecordShapes json = new RecordShapes().text("{\"success\":true");
    return generation == Generation.V1
        ? json.version(generation, version, stamp).end()
        : json.end();
  }

  /** The answer to a transaction. */
  public static RawJson transaction(Generation generation, String id, List<Result> results) {
    RecordShapes json = new RecordShapes().text("{\"id\":").string(id).text(",\"results\":[");
    String comma = "";
    for (Result result : results) {
      json.text(comma).text("{\"op\":").string(result.operation());
      json.text(",\"recordId\":").string(result.id());
      json.text(",\"success\":true").version(generation, result.version(), result.stamp());
      json.text("}");
      comma = ",";
    }
    return json.text("]").end();
  }

  private RecordShapes version(Generation generation, long version, String stamp) {
    text(",\"version\":" + version);
    return generation == Generation.V1 ? text(",\"stamp\":").string(stamp) : this;
  }

  private RecordShapes text(String ascii) {
    bytes.writeBytes(ascii.getBytes(UTF_8));
    return this;
  }

  private RecordShapes string(String value) {
    return raw(RawJson.ofString(value));
  }

  private RecordShapes raw(RawJson json) {
    bytes.writeBytes(json.toByteArray());
    return this;
  }

  private RawJson end() {
    return RawJson.ofValid(text("}").bytes.toByteArray());
  }
}
