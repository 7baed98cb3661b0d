// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static io.meshrt.patch.Json.json;
import static io.meshrt.patch.Json.patch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reading, writing and joining patches. */
class PatchTest {
  private static final PatchLimits LIMITS = PatchLimits.defaults();

  @Test
  void everyOperationIsWrittenAsItIsRead() {
    JsonNode json =
        json(
            "[{'op':'add','path':'/a','value':1},{'op':'remove','path':'/b'},"
                + "{'op':'replace','path':'','value':null},{'op':'move','from':'/c','path':'/d'},"
                + "{'op':'copy','from':'','path':'/e'},{'op':'test','path':'/f','value':[{}]}]");

    Patch patch = Patch.fromJson(json);

    assertThat(patch.toJson()).isEqualTo(json);
    assertThat(patch.operations())
        .extracting(PatchOperation::kind)
        .containsExactly(PatchOperation.Kind.values());
  }

  @Test
  void membersAreWrittenInTheUsualOrder() {
    assertThat(patch("[{'value':1,'path':'/a','op':'add'}]").toJson().toString())
        .isEqualTo("[{\"op\":\"add\",\"path\":\"/a\",\"value\":1}]");
  }

  @Test
  void malformedOperationIsNamedByItsNumber() {
    assertThatExceptionOfType(PatchException.class)
        .isThrownBy(() -> patch("[{'op':'remove','path':'/a'},{'op':'remove','path':'b'}]"))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(PatchException.Code.MALFORMED);
              assertThat(e.operationIndex()).isEqualTo(1);
            });
  }

  @Test
  void malformedPatchIsNoOperationsFault() {
    assertThatExceptionOfType(PatchException.class)
        .isThrownBy(() -> patch("'remove'"))
        .satisfies(e -> assertThat(e.operationIndex()).isEqualTo(-1));
  }

  @Test
  void patchKeepsItsOwnListOfOperations() {
    var operations = new ArrayList<PatchOperation>();
    var patch = new Patch(operations);

    operations.add(new PatchOperation.Remove("/a"));

    assertThat(patch.isEmpty()).isTrue();
  }

  @Test
  void composedPatchHasOnlyWhatIsLeft() {
    JsonNode base = json("{'a':1,'b':1}");
    Patch there = patch("[{'op':'replace','path':'/a','value':2},{'op':'remove','path':'/b'}]");
    Patch back = patch("[{'op':'replace','path':'/a','value':1}]");

    assertThat(Patch.compose(List.of(there, back), base, LIMITS))
        .contains(patch("[{'op':'remove','path':'/b'}]"));
  }

  @Test
  void patchesThatDoNotFollowEachOtherAreNotComposed() {
    Patch first = patch("[{'op':'remove','path':'/a'}]");

    assertThatExceptionOfType(PatchException.class)
        .isThrownBy(() -> Patch.compose(List.of(first, first), json("{'a':1}"), LIMITS));
  }

  @Test
  void concatenatedPatchesDoOneAfterTheOther() {
    Patch first = patch("[{'op':'add','path':'/a','value':1}]");
    Patch second = patch("[{'op':'replace','path':'/a','value':2}]");

    Patch joined = Patch.concatenate(List.of(first, patch("[]"), second), LIMITS).orElseThrow();

    assertThat(joined.operations()).hasSize(2);
    assertThat(joined.applyTo(null)).isEqualTo(json("{'a':2}"));
  }

  @Test
  void concatenationDropsWhatALaterReplacementMakesUseless() {
    Patch first = patch("[{'op':'add','path':'/a','value':1}]");
    Patch whole = patch("[{'op':'replace','path':'','value':[1]}]");
    Patch last = patch("[{'op':'add','path':'/-','value':2}]");

    assertThat(Patch.concatenate(List.of(first, whole, last), LIMITS).orElseThrow().toJson())
        .isEqualTo(
            json(
                "[{'op':'replace','path':'','value':[1]},"
                    + "{'op':'add','path':'/-','value':2}]"));
  }

  @Test
  void concatenationAcrossANullStartsFromAnEmptyObject() {
    Patch toNull = JsonDiff.between(json("{'a':1}"), null).orElseThrow();
    Patch fromNull = JsonDiff.between(null, json("{'b':2}")).orElseThrow();

    Patch joined = Patch.concatenate(List.of(toNull, fromNull), LIMITS).orElseThrow();

    assertThat(joined.toJson())
        .isEqualTo(
            json(
                "[{'op':'replace','path':'','value':{}}," + "{'op':'add','path':'/b','value':2}]"));
  }

  @Test
  void concatenationKeepsTheLimits() {
    Patch step = patch("[{'op':'add','path':'/a','value':1}]");

    assertThat(Patch.concatenate(Collections.nCopies(1_000, step), LIMITS)).isPresent();
    assertThat(Patch.concatenate(Collections.nCopies(1_001, step), LIMITS)).isEmpty();
    assertThat(Patch.concatenate(Collections.nCopies(3, step), LIMITS.withMaxValueBytes(3 * 39)))
        .isPresent();
    assertThat(
            Patch.concatenate(Collections.nCopies(3, step), LIMITS.withMaxValueBytes(3 * 39 - 1)))
        .isEmpty();
  }

  @Test
  void nothingConcatenatedIsAnEmptyPatch() {
    assertThat(Patch.concatenate(List.of(), LIMITS).orElseThrow().isEmpty()).isTrue();
  }
}
