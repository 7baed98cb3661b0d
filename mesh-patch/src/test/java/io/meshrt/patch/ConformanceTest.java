// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of RFC 6902 and the cases that JSON Patch libraries commonly agree on. */
class ConformanceTest {

  static Stream<Arguments> cases() {
    return StreamSupport.stream(Json.resource("/json-patch-cases.json").spliterator(), false)
        .map(testCase -> Arguments.of(testCase.get("name").textValue(), testCase));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void caseEndsAsDescribed(String name, JsonNode testCase) {
    JsonNode document = testCase.get("document");
    JsonNode untouched = document.deepCopy();

    if (testCase.has("fails")) {
      assertThatExceptionOfType(PatchException.class)
          .isThrownBy(() -> Patch.fromJson(testCase.get("patch")).applyTo(document))
          .extracting(e -> e.code().name())
          .isEqualTo(testCase.get("fails").textValue());
    } else {
      JsonNode result = Patch.fromJson(testCase.get("patch")).applyTo(document);
      assertThat(result).isEqualTo(testCase.get("result"));
    }
    assertThat(document).isEqualTo(untouched);
  }
}
