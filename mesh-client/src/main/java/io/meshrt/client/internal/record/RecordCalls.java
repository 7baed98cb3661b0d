// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.internal.dialect.ExactJson;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.core.codec.RawJson;
import java.io.ByteArrayOutputStream;
import java.util.Collection;

/** What servers are asked about records. */
final class RecordCalls {
  private RecordCalls() {}

  /** For calls that name a record and nothing else. */
  static RawJson record(String id) {
    return ExactJson.encode(node(id));
  }

  /**
   * To follow it.
   *
   * @param known the version at hand, which need not be told again
   */
  static RawJson subscribe(String id, boolean patches, RecordVersion known) {
    ObjectNode payload = node(id).put("mode", patches ? "patch" : "full");
    if (!known.stamp().isEmpty()) {
      payload.putObject("have").put("version", known.number()).put("stamp", known.stamp());
    }
    return ExactJson.encode(payload);
  }

  /** To write it. */
  static RawJson write(String id, RawJson value, WriteOptions options) {
    ByteArrayOutputStream json = new ByteArrayOutputStream(value.length() + 128);
    add(json, "{\"recordId\":", RawJson.ofString(id));
    add(json, ",\"newValue\":", value);
    addOptions(json, options);
    return RawJson.ofValid(json.toByteArray());
  }

  /** To write it in a transaction. */
  static RawJson writeOperation(String id, RawJson value, WriteOptions options) {
    ByteArrayOutputStream json = new ByteArrayOutputStream(value.length() + 128);
    add(json, "{\"op\":\"write\",\"recordId\":", RawJson.ofString(id));
    add(json, ",\"value\":", value);
    addOptions(json, options);
    return RawJson.ofValid(json.toByteArray());
  }

  /** To delete it in a transaction. */
  static RawJson deleteOperation(String id, WriteOptions options) {
    ByteArrayOutputStream json = new ByteArrayOutputStream(128);
    add(json, "{\"op\":\"delete\",\"recordId\":", RawJson.ofString(id));
    addOptions(json, options);
    return RawJson.ofValid(json.toByteArray());
  }

  /** To do several such things. */
  static RawJson transaction(Collection<RawJson> operations) {
    ByteArrayOutputStream json = new ByteArrayOutputStream(256);
    String before = "{\"operations\":[";
    for (RawJson operation : operations) {
      add(json, before, operation);
      before = ",";
    }
    json.writeBytes("]}".getBytes(UTF_8));
    return RawJson.ofValid(json.toByteArray());
  }

  private static void addOptions(ByteArrayOutputStream json, WriteOptions options) {
    ObjectNode how = JsonNodeFactory.instance.objectNode();
    switch (options.strategy()) {
      case REPLACE -> {}
      case MERGE -> how.put("strategy", "merge");
      case DEEP_MERGE -> how.put("strategy", "deepMerge");
    }
    options.ifNumber().ifPresent(number -> how.put("ifVersion", number));
    options.ifStamp().ifPresent(stamp -> how.put("ifStamp", stamp));
    if (!how.isEmpty()) {
      add(json, ",\"options\":", ExactJson.encode(how));
    }
    json.write('}');
  }

  private static void add(ByteArrayOutputStream json, String before, RawJson value) {
    json.writeBytes(before.getBytes(UTF_8));
    json.writeBytes(value.toByteArray());
  }

  private static ObjectNode node(String id) {
    return JsonNodeFactory.instance.objectNode().put("recordId", id);
  }
}
