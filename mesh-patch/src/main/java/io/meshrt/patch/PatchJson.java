// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Patches as JSON. */
final class PatchJson {
  private PatchJson() {}

  static List<PatchOperation> read(JsonNode json) {
    if (!json.isArray()) {
      throw PatchException.malformed("a patch is an array");
    }
    var operations = new ArrayList<PatchOperation>(json.size());
    for (int i = 0; i < json.size(); i++) {
      try {
        operations.add(readOperation(json.get(i)));
      } catch (PatchException e) {
        throw e.atOperation(i);
      }
    }
    return operations;
  }

  static ArrayNode write(List<PatchOperation> operations) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode(operations.size());
    for (PatchOperation operation : operations) {
      json.add(writeOperation(operation));
    }
    return json;
  }

  private static PatchOperation readOperation(JsonNode json) {
    if (!json.isObject()) {
      throw PatchException.malformed("an operation is an object");
    }
    String path = text(json, "path");
    return switch (kind(text(json, "op"))) {
      case ADD -> new PatchOperation.Add(path, value(json));
      case REMOVE -> new PatchOperation.Remove(path);
      case REPLACE -> new PatchOperation.Replace(path, value(json));
      case MOVE -> new PatchOperation.Move(text(json, "from"), path);
      case COPY -> new PatchOperation.Copy(text(json, "from"), path);
      case TEST -> new PatchOperation.Test(path, value(json));
    };
  }

  private static PatchOperation.Kind kind(String wireName) {
    for (PatchOperation.Kind kind : PatchOperation.Kind.values()) {
      if (kind.wireName().equals(wireName)) {
        return kind;
      }
    }
    throw PatchException.malformed("unknown op");
  }

  private static String text(JsonNode operation, String member) {
    JsonNode text = operation.get(member);
    if (text == null || !text.isTextual()) {
      throw PatchException.malformed(member + " is missing or no string");
    }
    return text.textValue();
  }

  private static JsonNode value(JsonNode operation) {
    JsonNode value = operation.get("value");
    if (value == null) {
      throw PatchException.malformed("value is missing");
    }
    return value;
  }

  private static ObjectNode writeOperation(PatchOperation operation) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("op", operation.kind().wireName());
    if (operation.from() != null) {
      json.put("from", operation.from());
    }
    json.put("path", operation.path());
    if (operation.value() != null) {
      json.set("value", operation.value());
    }
    return json;
  }
}
