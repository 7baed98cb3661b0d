// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.exposure;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.dialect.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The fields of a built-in's request. What does not fit fails with {@code EBADREQUEST} naming the
 * field, and repeats nothing of it.
 */
public final class Fields {
  private final JsonNode fields;
  private final String path;

  private Fields(JsonNode fields, String path) {
    this.fields = fields;
    this.path = path;
  }

  /** Those of a payload, which has to be an object. */
  public static Fields of(Request request, JsonValues json) {
    JsonNode payload = json.tree(request.payload());
    if (!payload.isObject()) {
      throw bad("payload", "not an object");
    }
    return new Fields(payload, "");
  }

  /** The name of a room, a channel or a record. */
  public String name(String field) {
    String name = text(field).orElseThrow(() -> bad(path + field, "missing"));
    String flaw = ApplicationNames.flawOf(name);
    if (flaw != null) {
      throw bad(path + field, flaw);
    }
    return name;
  }

  /** A text; empty when it is absent or null. */
  public Optional<String> text(String field) {
    JsonNode value = fields.path(field);
    if (isAbsent(value)) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw bad(path + field, "not a string");
    }
    return Optional.of(value.textValue());
  }

  /** A number; empty when it is absent or null. */
  public OptionalDouble number(String field) {
    JsonNode value = fields.path(field);
    if (isAbsent(value)) {
      return OptionalDouble.empty();
    }
    if (!value.isNumber()) {
      throw bad(path + field, "not a number");
    }
    return OptionalDouble.of(value.doubleValue());
  }

  /** A yes or no; no when it is absent or null. */
  public boolean flag(String field) {
    JsonNode value = fields.path(field);
    if (!isAbsent(value) && !value.isBoolean()) {
      throw bad(path + field, "not a boolean");
    }
    return value.booleanValue();
  }

  /** Any value, null too, but not none. */
  public JsonNode value(String field) {
    JsonNode value = fields.path(field);
    if (value.isMissingNode()) {
      throw bad(path + field, "missing");
    }
    return value;
  }

  /** Any value; empty when it is absent or null. */
  public Optional<JsonNode> optional(String field) {
    JsonNode value = fields.path(field);
    return isAbsent(value) ? Optional.empty() : Optional.of(value);
  }

  /** The fields of an object inside; none when it is absent or null. */
  public Fields inner(String field) {
    JsonNode value = fields.path(field);
    if (!isAbsent(value) && !value.isObject()) {
      throw bad(path + field, "not an object");
    }
    return new Fields(value, path + field + ".");
  }

  /** The objects of an array, which has to be there. */
  public List<Fields> list(String field) {
    JsonNode array = value(field);
    if (!array.isArray()) {
      throw bad(path + field, "not an array");
    }
    List<Fields> items = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      String name = path + field + "[" + i + "]";
      if (!array.get(i).isObject()) {
        throw bad(name, "not an object");
      }
      items.add(new Fields(array.get(i), name + "."));
    }
    return items;
  }

  /** The failure that says what is wrong with a field. */
  public CommandException unfit(String field, String problem) {
    return bad(path + field, problem);
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static CommandException bad(String field, String problem) {
    return CommandException.badRequest(field + ": " + problem);
  }
}
