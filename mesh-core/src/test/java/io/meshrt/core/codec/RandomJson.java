// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;

/** Trees and texts that are the same for the same seed. */
final class RandomJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String MEANINGFUL = "{}[]\":,0123456789-+.eE\\u \ttfnadD8C";
  private static final String[] PIECES = {
    "a",
    "key",
    "é",
    "€",
    "😀",
    "\"",
    "\\",
    "/",
    "\b\f\n\r\t",
    "\u0000",
    "\u001f",
    "\u007f",
    "{",
    "]",
    ":",
    ",",
    " ",
    "\u2028",
    "\uffff",
    "longer than eight bytes"
  };

  private final Random random;

  RandomJson(long seed) {
    this.random = new Random(seed);
  }

  JsonNode tree(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 7)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextLong() >> random.nextInt(64));
      case 3 -> NODES.numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300));
      case 4 -> NODES.numberNode(random.nextInt(20) - 10);
      case 5, 6 -> NODES.textNode(text());
      case 7 -> array(depth);
      default -> object(depth);
    };
  }

  private ArrayNode array(int depth) {
    ArrayNode array = NODES.arrayNode();
    for (int i = random.nextInt(6); i > 0; i--) {
      array.add(tree(depth - 1));
    }
    return array;
  }

  ObjectNode object(int depth) {
    ObjectNode object = NODES.objectNode();
    for (int i = random.nextInt(random.nextInt(8) == 0 ? 30 : 6); i > 0; i--) {
      object.set(text(), tree(depth - 1));
    }
    return object;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  /** Characters of any kind, lone surrogates among them. */
  String anyChars() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i > 0; i--) {
      text.append((char) (random.nextInt(0x10000) >> random.nextInt(16)));
      if (random.nextInt(6) == 0) {
        text.append((char) (Character.MIN_SURROGATE + random.nextInt(0x800)));
      }
    }
    return text.toString();
  }

  /**
   * The text with a few bytes changed, dropped, doubled or swapped for ones that mean something.
   */
  byte[] mutated(byte[] json) {
    byte[] mutant = json.clone();
    for (int i = random.nextInt(3); i >= 0 && mutant.length > 0; i--) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(4)) {
        case 0 -> mutant[at] = (byte) random.nextInt(256);
        case 1 -> mutant = spliced(mutant, at, at + 1, 0);
        case 2 -> mutant = spliced(mutant, at, at, 1 + random.nextInt(8));
        default -> mutant[at] = (byte) MEANINGFUL.charAt(random.nextInt(MEANINGFUL.length()));
      }
    }
    return mutant;
  }

  private byte[] spliced(byte[] json, int from, int to, int doubled) {
    int copied = Math.min(doubled, json.length - from);
    byte[] result = new byte[json.length - (to - from) + copied];
    System.arraycopy(json, 0, result, 0, from);
    System.arraycopy(json, from, result, from, copied);
    System.arraycopy(json, to, result, from + copied, json.length - to);
    return result;
  }
}
