// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Agreement with what the JavaScript clients' library was recorded to do. */
class FastJsonPatchCasesTest {

  static Stream<JsonNode> cases() {
    return StreamSupport.stream(Json.resource("/fast-json-patch-cases.json").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void itsPatchHasTheSameResult(JsonNode testCase) {
    JsonNode result = Patch.fromJson(testCase.get("patch")).applyTo(testCase.get("before"));

    assertThat(result).isEqualTo(testCase.get("after"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void ourPatchHasTheSameResult(JsonNode testCase) {
    JsonNode before = testCase.get("before");
    JsonNode after = testCase.get("after");

    Patch patch = JsonDiff.between(before, after).orElseThrow();

    assertThat(patch.applyTo(before)).isEqualTo(after);
  }
}
