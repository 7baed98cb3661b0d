// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meshrt.patch.JsonEquality;
import java.util.Map;

/** How what a vector expects is compared with what there is. */
final class VectorFrames {
  private static final JsonNode ANY = TextNode.valueOf("$any");
  private static final Map<String, JsonNode> DEFAULTS =
      Map.of(
          "historyLimit", JsonNodeFactory.instance.numberNode(0),
          "mode", TextNode.valueOf("full"),
          "silent", JsonNodeFactory.instance.booleanNode(false),
          "strategy", TextNode.valueOf("replace"));

  private VectorFrames() {}

  static boolean matches(JsonNode expected, JsonNode actual) {
    if (expected.equals(ANY)) {
      return true;
    }
    if (expected.isObject() && actual.isObject()) {
      return expected.size() == actual.size() && matchesPartly(expected, actual);
    }
    if (expected.isArray() && actual.isArray()) {
      boolean same = expected.size() == actual.size();
      for (int i = 0; same && i < expected.size(); i++) {
        same = matches(expected.get(i), actual.get(i));
      }
      return same;
    }
    return JsonEquality.same(expected, actual);
  }

  /** As {@link #matches}, but the outermost object may have more members. */
  static boolean matchesPartly(JsonNode expected, JsonNode actual) {
    if (!expected.isObject()) {
      return matches(expected, actual);
    }
    return expected.properties().stream()
        .allMatch(
            member -> {
              JsonNode found = actual.get(member.getKey());
              return found != null && matches(member.getValue(), found);
            });
  }

  /** A request without members that say what is so without them. */
  static JsonNode withoutDefaults(JsonNode frame) {
    if (!frame.has("command") || !frame.has("id")) {
      return frame;
    }
    ObjectNode request = frame.deepCopy();
    JsonNode payload = strip(frame.path("payload"));
    if (payload.isNull()) {
      request.remove("payload");
    } else {
      request.set("payload", payload);
    }
    return request;
  }

  private static JsonNode strip(JsonNode payload) {
    if (!payload.isObject()) {
      return payload.isMissingNode() ? NullNode.instance : payload;
    }
    ObjectNode left = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> member : payload.properties()) {
      String name = member.getKey();
      JsonNode value = nested(name, member.getValue());
      boolean beside = name.equals("historyLimit") && payload.has("recover"); // asks for all
      boolean empty = name.equals("options") && value.isNull();
      if (!beside && !empty && !value.equals(DEFAULTS.get(name))) {
        left.set(name, value);
      }
    }
    return left.isEmpty() ? NullNode.instance : left;
  }

  private static JsonNode nested(String name, JsonNode value) {
    if (name.equals("operations")) {
      ArrayNode all = JsonNodeFactory.instance.arrayNode();
      value.forEach(one -> all.add(strip(one)));
      return all;
    }
    return name.equals("options") ? strip(value) : value;
  }
}
