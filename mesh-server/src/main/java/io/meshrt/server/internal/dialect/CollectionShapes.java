// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.codec.EnvelopeWriter;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.OptionalLong;

/**
 * What clients of each generation get of collections. Those of the family know neither places nor
 * stamps, and take the id of a member from the member itself (mesh-protocol 9, 10 and 16).
 */
public final class CollectionShapes {
  private static final String DIFF = "collection-diff";
  private static final String REVOKED = "collection-revoked";

  private static final JsonValues EXACT =
      new JsonValues(
          JsonMapper.builder()
              .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
              .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
              .build());

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

  private CollectionShapes() {}

  /**
   * A record in a collection.
   *
   * @param value for the family's clients {@linkplain #withId with its id}
   * @param at its place in the collection, counted from 0
   */
  public record Item(String id, RawJson value, long version, String stamp, int at) {}

  /**
   * One part of what {@code mesh.v1} is told at once.
   *
   * @param base the version it leads from; empty if {@code added} is all there is
   * @param more whether it is to be shown only together with the next one
   */
  public record Part(
      OptionalLong base,
      long version,
      List<Item> added,
      List<Item> changed,
      List<String> removed,
      boolean more) {}

  /** The answer to one who subscribed by {@code mesh.v1}. */
  public static RawJson reply(List<Item> records, long version, boolean more) {
    CollectionShapes json = new CollectionShapes().text("{\"success\":true,\"records\":[");
    String comma = "";
    for (Item item : records) {
      json.text(comma).member(item).text("}");
      comma = ",";
    }
    json.text("],\"version\":" + version);
    return (more ? json.text(",\"more\":true") : json).end();
  }

  /** The answer to one of the family's; its version is 1. */
  public static RawJson legacyReply(List<Item> records) {
    CollectionShapes json = new CollectionShapes().text("{\"success\":true,\"ids\":[");
    String comma = "";
    for (Item item : records) {
      json.text(comma).string(item.id());
      comma = ",";
    }
    json.text("],\"records\":[");
    comma = "";
    for (Item item : records) {
      json.text(comma).text("{\"id\":").string(item.id());
      json.text(",\"record\":").raw(item.value()).text("}");
      comma = ",";
    }
    return json.text("],\"version\":1").end();
  }

  /** The push of one part, for {@code mesh.v1}. */
  public static byte[] push(String collection, Part part) {
    CollectionShapes json = new CollectionShapes().text("{\"collectionId\":").string(collection);
    if (part.base().isPresent()) {
      json.text(",\"base\":" + part.base().getAsLong());
    } else {
      json.text(",\"reset\":true");
    }
    json.members("added", part.added()).members("changed", part.changed());
    if (!part.removed().isEmpty()) {
      json.text(",\"removed\":[");
      String comma = "";
      for (String id : part.removed()) {
        json.text(comma).string(id);
        comma = ",";
      }
      json.text("]");
    }
    json.text(",\"version\":" + part.version());
    RawJson payload = (part.more() ? json.text(",\"more\":true") : json).end();
    return EnvelopeWriter.push(Generation.V1.wireName(DIFF), payload);
  }

  /** The push that tells one of the family's who came and who went. */
  public static byte[] legacyPush(
      Generation generation,
      String collection,
      List<Item> added,
      List<String> removed,
      long version) {
    CollectionShapes json = new CollectionShapes().text("{\"collectionId\":").string(collection);
    json.text(",\"added\":[");
    String comma = "";
    for (Item item : added) {
      json.text(comma).raw(item.value());
      comma = ",";
    }
    json.text("],\"removed\":[");
    comma = "";
    for (String id : removed) {
      json.text(comma).text("{\"id\":").string(id).text("}");
      comma = ",";
    }
    RawJson payload = json.text("],\"version\":" + version).end();
    return EnvelopeWriter.push(generation.wireName(DIFF), payload);
  }

  /** The push that tells {@code mesh.v1} that a subscription was ended, and why. */
  public static byte[] revoked(String collection, String code) {
    CollectionShapes json = new CollectionShapes().text("{\"collectionId\":").string(collection);
    RawJson payload = json.text(",\"code\":").string(code).end();
    return EnvelopeWriter.push(Generation.V1.wireName(REVOKED), payload);
  }

  /**
   * A record as the family's clients need it: an object with its id. What is no object becomes the
   * {@code value} of one.
   */
  public static RawJson withId(String id, RawJson record) {
    JsonNode value = EXACT.tree(record);
    if (value.isObject() && value.path("id").isTextual() && value.path("id").asText().equals(id)) {
      return record;
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode().put("id", id);
    if (value instanceof ObjectNode fields) {
      object.setAll(fields);
      object.put("id", id);
    } else {
      object.set("value", value);
    }
    return EXACT.encode(object);
  }

  private CollectionShapes members(String name, List<Item> items) {
    if (items.isEmpty()) {
      return this;
    }
    text(",\"" + name + "\":[");
    String comma = "";
    for (Item item : items) {
      text(comma).member(item).text(",\"at\":" + item.at() + "}");
      comma = ",";
    }
    return text("]");
  }

  /** Without its end. */
  private CollectionShapes member(Item item) {
    text("{\"id\":").string(item.id()).text(",\"record\":").raw(item.value());
    return text(",\"version\":" + item.version() + ",\"stamp\":").string(item.stamp());
  }

  private CollectionShapes text(String ascii) {
    bytes.writeBytes(ascii.getBytes(UTF_8));
    return this;
  }

  private CollectionShapes string(String value) {
    return raw(RawJson.ofString(value));
  }

  private CollectionShapes raw(RawJson json) {
    bytes.writeBytes(json.toByteArray());
    return this;
  }

  private RawJson end() {
    return RawJson.ofValid(text("}").bytes.toByteArray());
  }
}
