// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random JSON trees, and random changes of them; the same for the same seed. */
final class RandomJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> KEYS =
      List.of("a", "b", "name", "", "~", "/", "~1", "a/b~c", "0", "-", "é", "length", "toString");

  private final Random random;

  RandomJson(long seed) {
    random = new Random(seed);
  }

  /** Any value, most often an object. */
  JsonNode document() {
    return random.nextInt(10) == 0 ? value(3) : object(4);
  }

  /** Another version of a document, with a few changes anywhere in it. */
  JsonNode changed(JsonNode document) {
    JsonNode copy = document.deepCopy();
    int changes = random.nextInt(5);
    for (int i = 0; i < changes; i++) {
      copy = change(copy);
    }
    return copy;
  }

  private JsonNode change(JsonNode node) {
    if (random.nextInt(12) == 0 || !node.isContainerNode()) {
      return value(2);
    }
    if (node instanceof ObjectNode object) {
      changeMember(object);
    } else {
      changeItem((ArrayNode) node);
    }
    return node;
  }

  private void changeMember(ObjectNode object) {
    var keys = new ArrayList<String>();
    object.fieldNames().forEachRemaining(keys::add);
    switch (random.nextInt(4)) {
      case 0 -> object.set(key(), value(2));
      case 1 -> object.remove(keys.isEmpty() ? "" : keys.get(random.nextInt(keys.size())));
      default -> {
        if (!keys.isEmpty()) {
          String key = keys.get(random.nextInt(keys.size()));
          object.set(key, change(object.get(key)));
        }
      }
    }
  }

  private void changeItem(ArrayNode array) {
    int at = array.isEmpty() ? 0 : random.nextInt(array.size());
    switch (random.nextInt(5)) {
      case 0 -> array.insert(at, value(2));
      case 1 -> array.remove(at);
      case 2 -> array.add(array.isEmpty() ? NODES.nullNode() : array.remove(at));
      default -> {
        if (!array.isEmpty()) {
          array.set(at, change(array.get(at)));
        }
      }
    }
  }

  private JsonNode value(int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 6)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextInt(5));
      case 3 -> NODES.numberNode(random.nextInt(5) * 0.5);
      case 4 -> NODES.numberNode(random.nextLong() >> 12);
      case 5 -> NODES.textNode(random.nextInt(3) == 0 ? "\"ü\\\n🙂" : key());
      case 6 -> array(depth - 1);
      default -> object(depth - 1);
    };
  }

  private ObjectNode object(int depth) {
    ObjectNode object = NODES.objectNode();
    for (int i = random.nextInt(6); i > 0; i--) {
      object.set(key(), value(depth));
    }
    return object;
  }

  private ArrayNode array(int depth) {
    ArrayNode array = NODES.arrayNode();
    for (int i = random.nextInt(8); i > 0; i--) {
      array.add(value(depth));
    }
    return array;
  }

  private String key() {
    return KEYS.get(random.nextInt(KEYS.size()));
  }
}
