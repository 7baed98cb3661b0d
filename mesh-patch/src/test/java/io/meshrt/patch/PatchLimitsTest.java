// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static io.meshrt.patch.Json.json;
import static io.meshrt.patch.Json.patch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatchLimitsTest {
  private static final PatchLimits LIMITS = PatchLimits.defaults();

  @Test
  void defaultsAreThoseOfTheServer() {
    assertThat(LIMITS).isEqualTo(new PatchLimits(1_000, 64, 262_144));
  }

  @Test
  void limitsBelowOneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LIMITS.withMaxOperations(0))
        .withMessage("maxOperations: 0");
    assertThatIllegalArgumentException().isThrownBy(() -> LIMITS.withMaxDepth(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> LIMITS.withMaxValueBytes(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {999, 1_000, 1_001})
  void operationsAreCounted(int count) {
    var operation = new PatchOperation.Add("/a", json("1"));
    var patch = new Patch(Collections.nCopies(count, operation));

    assertApplies(patch, json("{}"), LIMITS, count <= 1_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void addedValueIsNotTooDeep(int depth) {
    var patch = patch("[{'op':'add','path':'/a/b','value':" + nested(depth - 2) + "}]");

    assertApplies(patch, json("{'a':{}}"), LIMITS.withMaxDepth(3), depth <= 3);
  }

  @Test
  void copyingDoesNotNestWithoutEnd() {
    var patch = new Patch(Collections.nCopies(7, new PatchOperation.Copy("", "/a")));

    assertApplies(patch, json("{}"), LIMITS.withMaxDepth(7), false);
    assertApplies(patch, json("{}"), LIMITS.withMaxDepth(8), true);
  }

  @Test
  void movingDoesNotNestWithoutEnd() {
    var patch = patch("[{'op':'move','from':'/a','path':'/b/c/d'}]");
    JsonNode base = json("{'a':[[1]],'b':{'c':{}}}");

    assertApplies(patch, base, LIMITS.withMaxDepth(4), false);
    assertApplies(patch, base, LIMITS.withMaxDepth(5), true);
  }

  @Test
  void copyingDoesNotGrowWithoutEnd() {
    var doubling = new Patch(Collections.nCopies(40, new PatchOperation.Copy("/l", "/l/-")));
    JsonNode base = json("{'l':['" + "x".repeat(1_000) + "']}");

    assertApplies(doubling, base, LIMITS.withMaxDepth(1_000), false);
  }

  @ParameterizedTest
  @ValueSource(ints = {956, 957, 958})
  void valuesAreWeighed(int length) {
    var patch = patch("[{'op':'add','path':'/abcd','value':'" + "x".repeat(length) + "'}]");

    assertApplies(patch, json("{}"), LIMITS.withMaxValueBytes(1_000), length <= 957);
  }

  @Test
  void valuesAreWeighedTogether() {
    var half = new PatchOperation.Add("/a", json("'" + "x".repeat(140_000) + "'"));

    assertApplies(new Patch(Collections.nCopies(1, half)), json("{}"), LIMITS, true);
    assertApplies(new Patch(Collections.nCopies(2, half)), json("{}"), LIMITS, false);
  }

  private static void assertApplies(Patch patch, JsonNode base, PatchLimits limits, boolean fits) {
    if (fits) {
      assertThat(patch.applyTo(base, limits)).isNotNull();
    } else {
      assertThatExceptionOfType(PatchException.class)
          .isThrownBy(() -> patch.applyTo(base, limits))
          .satisfies(e -> assertThat(e.code()).isEqualTo(PatchException.Code.TOO_LARGE));
    }
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + 1 + "]".repeat(depth);
  }
}
