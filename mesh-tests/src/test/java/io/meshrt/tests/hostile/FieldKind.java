// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a field of a request may be, and what it may not. Values are JSON texts; {@link #OMITTED}
 * leaves the field out.
 */
enum FieldKind {
  NAME("\"some:name\"", "", true) {
    @Override
    List<String> unfit() {
      return join(
          List.of("null", "1", "true", "[]", "{}", "[\"a\"]", "\"\""),
          text("a".repeat(256)),
          text("€".repeat(85) + "a"),
          List.of("\"a\\u0000b\"", "\"\\n\"", "\"\\u007f\"", "\"\\u0085\""),
          List.of("\"\\u001f\"", "\"\\u0080\"", "\"\\u009f\"", "\"\\t\""),
          List.of("\"a\\u202a\"", "\"a\\u202e\"", "\"\\u2066a\"", "\"\\u2069a\""),
          List.of("\"a\\u200e\"", "\"a\\u200f\""));
    }

    @Override
    List<String> extreme() {
      return join(text("a".repeat(255)), text("€".repeat(85)), text("*"), text("a\u0301"));
    }
  },

  COUNT("5", "", false) {
    @Override
    List<String> unfit() {
      return List.of("\"5\"", "true", "[]", "{}", "[5]");
    }

    @Override
    List<String> extreme() {
      return NUMBERS;
    }
  },

  TIME_OR_ID("5", "", false) {
    @Override
    List<String> unfit() {
      return join(List.of("true", "[]", "{}"), text("i".repeat(129)));
    }

    @Override
    List<String> extreme() {
      return join(NUMBERS, List.of("\"\"", "\"nonsense\""), text("i".repeat(128)));
    }
  },

  POSITION("{\"epoch\":\"e\",\"offset\":1}", "epoch offset", false) {
    @Override
    List<String> unfit() {
      return List.of(
          "1",
          "\"e\"",
          "true",
          "[]",
          "{\"epoch\":1}",
          "{\"epoch\":{}}",
          "{\"epoch\":\"\"}",
          "{\"epoch\":\"" + "e".repeat(129) + "\"}",
          "{\"epoch\":\"e\",\"offset\":\"1\"}",
          "{\"epoch\":\"e\",\"offset\":[]}",
          "{\"epoch\":\"e\",\"offset\":-1}",
          "{\"epoch\":\"e\",\"offset\":0.5}",
          "{\"epoch\":\"e\",\"offset\":1e300}");
    }

    @Override
    List<String> extreme() {
      return List.of(
          "null",
          "{}",
          "{\"epoch\":\"e\"}",
          "{\"offset\":1}",
          "{\"epoch\":\"e\",\"offset\":9007199254740992}");
    }
  },

  DEVICE("\"phone\"", "", false) {
    @Override
    List<String> unfit() {
      return join(List.of("1", "true", "[]", "{}", "\"a\\u0000b\""), text("d".repeat(65)));
    }

    @Override
    List<String> extreme() {
      return join(List.of("null", "\"\""), text("d".repeat(64)));
    }
  },

  TOKEN("\"" + "A".repeat(32) + "\"", "", false) {
    @Override
    List<String> unfit() {
      return join(
          List.of("1", "true", "[]", "{}", "\"\"", "\"a\\u0000b\""),
          text("A".repeat(31)),
          text("A".repeat(33)),
          text("A".repeat(31) + "="));
    }

    @Override
    List<String> extreme() {
      return List.of("null");
    }
  },

  EPOCH("\"e\"", "", true) {
    @Override
    List<String> unfit() {
      return join(List.of("null", "1", "true", "[]", "{}", "\"\""), text("e".repeat(129)));
    }

    @Override
    List<String> extreme() {
      return text("e".repeat(128));
    }
  },

  OFFSET("1", "", true) {
    @Override
    List<String> unfit() {
      return List.of("null", "\"1\"", "true", "[]", "{}", "-1", "0.5", "1e300");
    }

    @Override
    List<String> extreme() {
      return List.of("0", "9007199254740992");
    }
  },

  VERSION("{\"version\":1,\"stamp\":\"s\"}", "version stamp", false) {
    @Override
    List<String> unfit() {
      return List.of(
          "1",
          "\"s\"",
          "true",
          "[]",
          "{\"version\":\"1\"}",
          "{\"version\":[],\"stamp\":\"s\"}",
          "{\"version\":1,\"stamp\":1}",
          "{\"version\":1,\"stamp\":\"" + "s".repeat(65) + "\"}",
          "{\"version\":-1,\"stamp\":\"s\"}",
          "{\"version\":0.5,\"stamp\":\"s\"}",
          "{\"version\":1e300,\"stamp\":\"s\"}");
    }

    @Override
    List<String> extreme() {
      return List.of(
          "null",
          "{}",
          "{\"version\":1}",
          "{\"stamp\":\"s\"}",
          "{\"version\":9007199254740991,\"stamp\":\"\"}");
    }
  },

  MODE("\"patch\"", "", false) {
    @Override
    List<String> unfit() {
      return List.of("1", "true", "[]", "{}");
    }

    @Override
    List<String> extreme() {
      return join(List.of("null", "\"\"", "\"PATCH\""), text("x".repeat(10_000)));
    }
  },

  STRATEGY("{\"strategy\":\"merge\"}", "strategy", false) {
    @Override
    List<String> unfit() {
      return List.of(
          "1",
          "\"merge\"",
          "true",
          "[]",
          "{\"strategy\":1}",
          "{\"strategy\":[]}",
          "{\"strategy\":\"\"}",
          "{\"strategy\":\"MERGE\"}",
          "{\"strategy\":\"__proto__\"}");
    }

    @Override
    List<String> extreme() {
      return List.of("null", "{}", "{\"strategy\":null}", "{\"strategy\":\"deepMerge\"}");
    }
  },

  WRITE_OPTIONS("{\"strategy\":\"merge\"}", "strategy ifVersion ifStamp", false) {
    @Override
    List<String> unfit() {
      return join(
          STRATEGY.unfit(),
          List.of(
              "{\"ifVersion\":\"1\"}",
              "{\"ifVersion\":{}}",
              "{\"ifVersion\":-1}",
              "{\"ifVersion\":0.5}",
              "{\"ifVersion\":1e300}",
              "{\"ifStamp\":1}",
              "{\"ifStamp\":\"s\"}",
              "{\"ifVersion\":1,\"ifStamp\":1}",
              "{\"ifVersion\":1,\"ifStamp\":\"" + "s".repeat(65) + "\"}"));
    }

    @Override
    List<String> extreme() {
      return join(
          STRATEGY.extreme(),
          List.of("{\"ifVersion\":9007199254740991}", "{\"ifVersion\":0,\"ifStamp\":\"\"}"));
    }
  },

  MESSAGE_ID("\"m-1\"", "", false) {
    @Override
    List<String> unfit() {
      return join(List.of("1", "true", "[]", "{}", "\"\""), text("i".repeat(129)));
    }

    @Override
    List<String> extreme() {
      return join(List.of("null", "\"\\u0000\""), text("i".repeat(128)));
    }
  },

  FLAG("true", "", false) {
    @Override
    List<String> unfit() {
      return List.of("1", "\"true\"", "[]", "{}");
    }

    @Override
    List<String> extreme() {
      return List.of("null", "false");
    }
  },

  ANY("{\"a\":1}", "", true) {
    @Override
    List<String> unfit() {
      return List.of();
    }

    @Override
    List<String> extreme() {
      return join(List.of("null"), VALUES);
    }
  },

  ANY_BUT_NULL("{\"a\":1}", "", true) {
    @Override
    List<String> unfit() {
      return List.of("null");
    }

    @Override
    List<String> extreme() {
      return VALUES;
    }
  },

  OPERATIONS(
      "[{\"op\":\"write\",\"recordId\":\"some:name\",\"value\":1}]",
      "op recordId value options",
      true) {
    @Override
    List<String> unfit() {
      return Operations.UNFIT;
    }

    @Override
    List<String> extreme() {
      return Operations.EXTREME;
    }
  };

  static final String OMITTED = "";

  private static final List<String> NUMBERS =
      List.of(
          "null",
          "0",
          "-0.0",
          "-1",
          "0.5",
          "1e308",
          "-1e308",
          "1e-300",
          "9007199254740993",
          "-9223372036854775809",
          "9".repeat(99));

  private static final List<String> VALUES =
      join(
          NUMBERS.subList(1, NUMBERS.size()),
          List.of("\"\"", "[]", "{}", "false", "\"\\u0000\\ud83d\\ude00\"", "{\"\":{\"\":1}}"),
          List.of("{\"__proto__\":{\"a\":1},\"constructor\":1}", "{\"a/b~c\":{\"~1\":1}}"),
          List.of("[".repeat(61) + "]".repeat(61), "{\"a\":".repeat(61) + "1" + "}".repeat(61)),
          List.of("[" + "0,".repeat(50_000) + "0]"),
          text("x".repeat(300_000)));

  private final String fit;
  private final String inner;
  private final boolean required;

  FieldKind(String fit, String inner, boolean required) {
    this.fit = fit;
    this.inner = inner;
    this.required = required;
  }

  /** A value that nobody could mind. */
  String fit() {
    return fit;
  }

  /** Names of the fields inside. */
  Set<String> inner() {
    return inner.isEmpty() ? Set.of() : Set.of(inner.split(" ", -1));
  }

  /** What is answered with {@code EBADREQUEST} naming the field. */
  final List<String> refused() {
    return required ? join(List.of(OMITTED), unfit()) : unfit();
  }

  abstract List<String> unfit();

  /** What may be answered with anything but a failure of the server's own. */
  abstract List<String> extreme();

  @SafeVarargs
  @SuppressWarnings("varargs")
  private static List<String> join(List<String>... lists) {
    return Stream.of(lists).flatMap(List::stream).toList();
  }

  private static List<String> text(String text) {
    return List.of("\"" + text + "\"");
  }

  /** Lists of operations that are none. */
  private static final class Operations {
    static final List<String> EXTREME =
        List.of(many(1_000, "delete"), "[{\"op\":\"delete\",\"recordId\":\"never written\"}]");
    static final List<String> UNFIT = unfit();

    private static List<String> unfit() {
      List<String> unfit =
          new ArrayList<>(List.of("null", "1", "\"[]\"", "true", "{}", "[]", "[1]", "[null]"));
      unfit.addAll(List.of("[[]]", "[{}]", "[{\"op\":1}]", "[{\"op\":\"copy\"}]"));
      unfit.add("[{\"op\":\"write\",\"recordId\":\"r\"}]");
      unfit.add("[{\"op\":\"write\",\"recordId\":1,\"value\":1}]");
      unfit.add("[{\"op\":\"delete\"}]");
      unfit.add("[{\"op\":\"delete\",\"recordId\":\"\\u0000\"}]");
      unfit.add("[{\"op\":\"delete\",\"recordId\":\"r\",\"options\":{\"ifVersion\":-1}}]");
      unfit.add("[{\"op\":\"delete\",\"recordId\":\"r\"},{}]");
      unfit.add("[{\"op\":\"delete\",\"recordId\":\"r\"},{\"op\":\"delete\",\"recordId\":\"r\"}]");
      unfit.add(many(1_001, "delete"));
      return unfit;
    }

    private static String many(int count, String op) {
      StringBuilder all = new StringBuilder("[");
      for (int i = 0; i < count; i++) {
        all.append(i == 0 ? "" : ",");
        all.append("{\"op\":\"").append(op).append("\",\"recordId\":\"r").append(i).append("\"}");
      }
      return all.append(']').toString();
    }
  }
}
