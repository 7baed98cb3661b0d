// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import java.util.List;
import java.util.Random;

/**
 * Messages made by a grammar of what clients may say and of what they may not, the same for the
 * same random numbers: frames with fields missing, doubled, of other kinds and in another order,
 * around any JSON, now and then cut or with a character changed.
 */
final class EnvelopeGrammar {
  private static final List<String> NAMES =
      List.of("a", "b:1", "lobby", "*", "é", "\\u0000", "__proto__", "", "a{b}", "😀");
  private static final List<String> COMMANDS =
      List.of("echo", "pong", "latency:response", "nobody", "", "mesh/", "mesh/welcome", "\\n");
  private static final List<String> SCALARS =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-0.0",
          "1",
          "-1",
          "0.5",
          "1e308",
          "1e400",
          "1e-400",
          "9007199254740993",
          "99999999999999999999",
          "01",
          "+1",
          "NaN",
          "\"\"",
          "\"a\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"\\x\"",
          "\"me\"",
          "'a'",
          "\u00a0");
  private static final String CHARACTERS = "{}[]\":,0123456789-+.eE\\u nulltrf\u0000\u001f\u2028";

  private static final int LARGE = 500;

  private final Random random;
  private final Tongue tongue;

  EnvelopeGrammar(long seed, Tongue tongue) {
    this.random = new Random(seed);
    this.tongue = tongue;
  }

  /** The next message; if it has an id that is a number, it is about this one. */
  String next(long id) {
    String message = random.nextInt(20) == 0 ? value(0) : frame(id);
    for (int damages = random.nextInt(6) - 3; damages > 0; damages--) {
      message = damaged(message);
    }
    return message;
  }

  private String frame(long id) {
    StringBuilder frame = new StringBuilder("{");
    int shape = random.nextInt(10);
    if (shape != 0) {
      field(frame, "id", random.nextInt(12) == 0 ? value(2) : Long.toString(id));
    }
    if (shape != 1) {
      BuiltInRequest request = one(BuiltInRequest.ALL);
      boolean builtIn = random.nextInt(5) != 0;
      String name = builtIn ? tongue.name(request.name()) : one(COMMANDS);
      field(frame, "command", random.nextInt(15) == 0 ? value(2) : "\"" + name + "\"");
      if (shape != 2) {
        field(frame, "payload", builtIn ? payload(request) : value(0));
      }
    } else {
      field(frame, random.nextBoolean() ? "payload" : "error", value(0));
    }
    if (shape == 3) {
      field(frame, one(List.of("id", "command", "payload", "error", "x", "")), value(1));
    }
    return frame.append('}').toString();
  }

  /** Most fields as they should be, so that the others are reached. */
  private String payload(BuiltInRequest request) {
    StringBuilder payload = new StringBuilder("{");
    request
        .fields()
        .forEach(
            (name, kind) -> {
              switch (random.nextInt(8)) {
                case 0 -> {}
                case 1 -> field(payload, name, value(1));
                case 2 -> field(payload, name, oneSmall(kind.refused(), kind.fit()));
                case 3 -> field(payload, name, oneSmall(kind.extreme(), kind.fit()));
                default -> field(payload, name, fit(kind));
              }
            });
    return payload.append('}').toString();
  }

  private String fit(FieldKind kind) {
    return kind == FieldKind.NAME ? "\"" + one(NAMES) + "\"" : kind.fit();
  }

  /** Large ones are for {@link BuiltInFieldsIT}, one after the other. */
  private String oneSmall(List<String> values, String otherwise) {
    String value = values.isEmpty() ? otherwise : one(values);
    return value.isEmpty() || value.length() > LARGE ? otherwise : value;
  }

  private void field(StringBuilder object, String name, String json) {
    if (object.length() > 1) {
      object.append(',');
    }
    object.append('"').append(name).append("\":").append(json);
  }

  private String value(int depth) {
    int kind = random.nextInt(depth > 4 ? 1 : 5);
    if (kind < 3) {
      return one(SCALARS);
    }
    StringBuilder container = new StringBuilder(kind == 3 ? "[" : "{");
    for (int count = random.nextInt(4); count > 0; count--) {
      container.append(container.length() == 1 ? "" : ",");
      container.append(kind == 3 ? "" : "\"" + one(NAMES) + "\":").append(value(depth + 1));
    }
    return container.append(kind == 3 ? ']' : '}').toString();
  }

  private String damaged(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int at = random.nextInt(text.length());
    char other = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
    return switch (random.nextInt(4)) {
      case 0 -> text.substring(0, at);
      case 1 -> text.substring(0, at) + text.substring(at + 1);
      case 2 -> text.substring(0, at) + other + text.substring(at);
      default -> text.substring(0, at) + text.substring(at / 2);
    };
  }

  private <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
