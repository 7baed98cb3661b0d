// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static io.meshrt.patch.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a patch is not worth sending, or not worth looking for. */
class JsonDiffBudgetTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final PatchLimits LIMITS = PatchLimits.defaults();

  @ParameterizedTest
  @ValueSource(ints = {9, 10, 11})
  void asManyOperationsAsAllowed(int changes) {
    JsonNode before = members(11, i -> 0);
    JsonNode after = members(11, i -> i < changes ? 1 : 0);

    var patch = JsonDiff.between(before, after, LIMITS.withMaxOperations(10));

    assertThat(patch.isPresent()).isEqualTo(changes <= 10);
  }

  @Test
  void memberWithTooManyChangesIsReplacedAsAWhole() {
    ObjectNode before = NODES.objectNode().put("n", 1);
    before.set("m", members(11, i -> 0));
    ObjectNode after = NODES.objectNode().put("n", 2);
    after.set("m", members(11, i -> 1));

    Patch patch = JsonDiff.between(before, after, LIMITS.withMaxOperations(10)).orElseThrow();

    assertThat(patch.operations())
        .containsExactly(
            new PatchOperation.Replace("/n", json("2")),
            new PatchOperation.Replace("/m", after.get("m")));
  }

  @Test
  void patchLargerThanTheValueIsNotWorthIt() {
    JsonNode before = members(100, i -> i);
    JsonNode after = members(100, i -> -i);

    assertThat(JsonDiff.between(before, after)).isEmpty();
  }

  @Test
  void patchOfAKilobyteIsWorthItForAnyValue() {
    JsonNode before = members(20, i -> i);
    JsonNode after = members(20, i -> -i - 1);

    Patch patch = JsonDiff.between(before, after).orElseThrow();

    assertThat(patch.toJson().toString().length()).isLessThan(1_024);
    assertThat(after.toString().length()).isLessThan(patch.toJson().toString().length());
  }

  @Test
  void patchOfAKilobyteIsMeasuredExactlyEnough() {
    ObjectNode after = NODES.objectNode().put("text", "x".repeat(950));
    ObjectNode longer = NODES.objectNode().put("text", "x".repeat(1_024));

    assertThat(JsonDiff.between(json("1"), after)).isPresent();
    assertThat(JsonDiff.between(json("1"), longer)).isEmpty();
  }

  @Test
  void memberThatIsSmallerThanItsChangesIsReplacedAsAWhole() {
    ObjectNode before = NODES.objectNode().put("other", "y".repeat(9_000));
    before.set("list", array(100, i -> i));
    ObjectNode after = NODES.objectNode().put("other", "y".repeat(9_000));
    after.set("list", array(100, i -> 1_000 + i));

    Patch patch = JsonDiff.between(before, after).orElseThrow();

    assertThat(patch.operations())
        .containsExactly(new PatchOperation.Replace("/list", after.get("list")));
  }

  @ParameterizedTest
  @ValueSource(ints = {3_056, 3_057, 3_058})
  void patchHasAtMostTheBytesOfAValue(int length) {
    ObjectNode before = NODES.objectNode().put("kept", "z".repeat(4_000)).put("text", "");
    ObjectNode after = before.deepCopy().put("text", "x".repeat(length));

    var patch = JsonDiff.between(before, after, LIMITS.withMaxValueBytes(3_100));

    // {"op":"replace","path":"/text","value":"…"},
    assertThat(patch.isPresent()).isEqualTo(43 + length <= 3_100);
  }

  @Test
  @Timeout(60)
  void reversingALongListIsGivenUpQuickly() {
    JsonNode before = array(200_000, i -> i);
    JsonNode after = array(200_000, i -> -i);

    // Comparing each with each takes hours.
    assertThat(JsonDiff.between(before, after)).isEmpty();
  }

  @Test
  void fewChangesInALongListAreFoundInPlace() {
    JsonNode before = array(20_000, i -> i);
    JsonNode after = array(20_000, i -> i == 5 || i == 19_990 ? -1 : i);

    assertThat(JsonDiff.between(before, after).orElseThrow().operations())
        .containsExactly(
            new PatchOperation.Replace("/5", json("-1")),
            new PatchOperation.Replace("/19990", json("-1")));
  }

  @Test
  void itemThatEntersALongListPushesNothingElse() {
    JsonNode before = array(9_000, i -> i);
    ArrayNode after = array(9_000, i -> i);
    after.insert(0, -1);
    after.remove(1_500);

    assertThat(JsonDiff.between(before, after).orElseThrow().operations())
        .containsExactly(
            new PatchOperation.Add("/0", json("-1")), new PatchOperation.Remove("/1500"));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void changesAreFoundDownToTheDepth(int depth) {
    JsonNode before = nested(depth, "1");
    JsonNode after = nested(depth, "2");

    var patch = JsonDiff.between(before, after, LIMITS.withMaxDepth(4));

    assertThat(patch.isPresent()).isEqualTo(depth <= 4);
  }

  @Test
  void addedValueIsAlsoNotTooDeep() {
    JsonNode after = json("{'a':{'b':{'c':1}}}");

    assertThat(JsonDiff.between(json("{'a':{}}"), after, LIMITS.withMaxDepth(3))).isPresent();
    assertThat(JsonDiff.between(json("{'a':{}}"), after, LIMITS.withMaxDepth(2))).isEmpty();
  }

  @Test
  void sameValuesBeyondTheDepthAreStillTheSame() {
    JsonNode deep = nested(900, "1");

    assertThat(JsonDiff.between(deep, nested(900, "1.0")).orElseThrow().isEmpty()).isTrue();
  }

  @Test
  void everyPatchCanBeAppliedWithinTheSameLimits() {
    PatchLimits tight = new PatchLimits(6, 4, 2_000);
    for (int seed = 0; seed < 500; seed++) {
      var random = new RandomJson(seed);
      JsonNode before = random.document();
      JsonNode after = random.changed(before);

      JsonDiff.between(before, after, tight)
          .ifPresent(p -> assertThat(JsonEquality.same(p.applyTo(before, tight), after)).isTrue());
    }
  }

  private static ObjectNode members(int count, IntUnaryOperator value) {
    ObjectNode object = NODES.objectNode();
    IntStream.range(0, count).forEach(i -> object.put("m" + i, value.applyAsInt(i)));
    return object;
  }

  private static ArrayNode array(int count, IntUnaryOperator value) {
    ArrayNode array = NODES.arrayNode();
    IntStream.range(0, count).map(value).forEach(array::add);
    return array;
  }

  private static JsonNode nested(int depth, String value) {
    return json("{'a':".repeat(depth) + value + "}".repeat(depth));
  }
}
