// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of every built-in command, with what it cannot be and with what it can just be. */
class BuiltInFieldsIT extends HostileSuite {
  private static final Path PAGE = Path.of("..", "docs", "protocol.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `mesh/([a-z-]+)` \\| ([^|]*) \\|");
  private static final Set<String> LITERALS = Set.of("full", "patch", "write", "delete");
  private static final int LARGE = 50_000;
  private static final List<String> NO_OBJECTS =
      List.of("null", "1", "\"{}\"", "true", "[]", "[{}]");

  static Stream<Arguments> requests() {
    return Arrays.stream(Tongue.values())
        .flatMap(
            tongue ->
                BuiltInRequest.ALL.stream()
                    .filter(request -> request.isKnownTo(tongue))
                    .map(request -> Arguments.of(tongue, request)));
  }

  /** What the page tells of, {@code ProtocolPageIT} and {@code BuiltInsTest} check. */
  @Test
  void everyBuiltInAndEveryFieldOfItHasRowsHere() throws IOException {
    Map<String, Set<String>> told = new TreeMap<>();
    String page = Files.readString(PAGE);
    int from = page.indexOf("| command | payload | reply |");
    Matcher row = ROW.matcher(page.substring(from, page.indexOf("\n\n", from)));
    while (row.find()) {
      Set<String> fields = new TreeSet<>();
      Matcher field = Pattern.compile("\"(\\w+)\"").matcher(row.group(2));
      while (field.find()) {
        fields.add(field.group(1));
      }
      fields.removeAll(LITERALS);
      told.put(row.group(1), fields);
    }

    Map<String, Set<String>> here = new TreeMap<>();
    BuiltInRequest.ALL.forEach(request -> here.put(request.name(), request.fieldNames()));
    assertThat(here).isEqualTo(told);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("requests")
  void whatDoesNotFitIsAnsweredWithTheNameOfItsField(Tongue tongue, BuiltInRequest request)
      throws IOException {
    try (Attacker attacker = Attacker.open(tongue, port())) {
      for (Map.Entry<String, FieldKind> field : request.fields().entrySet()) {
        for (String value : field.getValue().refused()) {
          JsonNode answer =
              attacker.askBuiltIn(request.name(), request.payload(field.getKey(), value));

          if (tongue == Tongue.V1) {
            assertRefused(answer, field.getKey() + " = " + shortened(value), field.getKey());
          } else {
            assertLegacy(answer, request.name(), shortened(value));
          }
          assertHarmless(attacker.heard());
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("requests")
  void payloadThatIsNoObjectIsRefused(Tongue tongue, BuiltInRequest request) throws IOException {
    try (Attacker attacker = Attacker.open(tongue, port())) {
      for (String payload : NO_OBJECTS) {
        JsonNode answer = attacker.askBuiltIn(request.name(), payload);

        if (tongue != Tongue.V1) {
          assertLegacy(answer, request.name(), payload);
        } else if (request.fields().isEmpty()) {
          assertThat(answer.has("error")).as(payload).isFalse();
        } else {
          assertThat(answer.at("/error/code").asText()).as(payload).isEqualTo("EBADREQUEST");
        }
        assertHarmless(attacker.heard());
      }
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("requests")
  void extremesAreNoFailureOfTheServer(Tongue tongue, BuiltInRequest request) throws IOException {
    try (Attacker attacker = Attacker.open(tongue, port())) {
      for (Map.Entry<String, FieldKind> field : request.fields().entrySet()) {
        for (String value : field.getValue().extreme()) {
          if (value.length() > LARGE && tongue != Tongue.V1 && tongue != Tongue.BARE) {
            continue; // these two only name the same built-ins in another way
          }
          JsonNode answer =
              attacker.askBuiltIn(request.name(), request.payload(field.getKey(), value));

          String what = field.getKey() + " = " + shortened(value);
          assertThat(answer.at("/error/code").asText()).as(what).isNotEqualTo("ESERVER");
          assertThat(answer.at("/payload/code").asText()).as(what).isNotEqualTo("ESERVER");
          assertHarmless(attacker.heard());
        }
      }
    }
  }

  private static void assertRefused(JsonNode answer, String what, String field) {
    assertThat(answer.at("/error/code").asText()).as(what).isEqualTo("EBADREQUEST");
    assertThat(answer.at("/error/message").asText()).as(what).startsWith(field);
  }

  /** Refused in the words of the family, or taken, where its clients do not have the field. */
  private static void assertLegacy(JsonNode answer, String command, String what) {
    assertThat(answer.has("error")).as(what).isFalse();
    JsonNode payload = answer.path("payload");
    if (payload.has("code")) {
      assertThat(payload).as(what).hasSize(3);
      assertThat(payload.path("name").isTextual()).as(what).isTrue();
      assertThat(payload.path("error").isTextual()).as(what).isTrue();
      String code = command.equals("transaction") ? "ETXN" : "EBADREQUEST|ECONFLICT";
      assertThat(payload.path("code").asText()).as(what).matches(code);
    }
  }

  private static String shortened(String value) {
    return value.length() > 80 ? value.substring(0, 80) + "…" : value;
  }
}
