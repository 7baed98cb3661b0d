// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What has to hold for any values; every failure names the seed that repeats it. */
class RandomRoundTripTest {
  private static final int SEEDS = 3_000;
  private static final PatchLimits LIMITS = PatchLimits.defaults();

  @Test
  void patchLeadsFromOneVersionToTheNext() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var random = new RandomJson(seed);
      JsonNode before = random.document();
      JsonNode after = random.changed(before);

      Patch patch = JsonDiff.between(before, after).orElseThrow();

      assertSame(patch.applyTo(before), after, seed);
      assertThat(patch.isEmpty()).as("seed %d", seed).isEqualTo(JsonEquality.same(before, after));
    }
  }

  @Test
  void patchLeadsBetweenUnrelatedValues() {
    for (int seed = 0; seed < SEEDS; seed++) {
      JsonNode before = new RandomJson(seed).document();
      JsonNode after = new RandomJson(-1 - seed).document();

      var patch = JsonDiff.between(before, after);

      int number = seed;
      patch.ifPresent(p -> assertSame(p.applyTo(before), after, number));
    }
  }

  @Test
  void patchSurvivesBeingSent() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var random = new RandomJson(seed);
      JsonNode before = random.document();
      Patch patch = JsonDiff.between(before, random.changed(before)).orElseThrow();

      Patch received = Patch.fromJson(Json.parse(patch.toJson().toString()));

      assertSame(received.applyTo(before), patch.applyTo(before), seed);
    }
  }

  @Test
  void successivePatchesBecomeOne() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var random = new RandomJson(seed);
      JsonNode first = random.document();
      JsonNode latest = first;
      List<Patch> patches = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        JsonNode next = random.changed(latest);
        patches.add(JsonDiff.between(latest, next).orElseThrow());
        latest = next;
      }

      Patch composed = Patch.compose(patches, first, LIMITS).orElseThrow();
      Patch concatenated = Patch.concatenate(patches, LIMITS).orElseThrow();

      assertSame(composed.applyTo(first), latest, seed);
      assertSame(concatenated.applyTo(first), latest, seed);
    }
  }

  @Test
  void editedListsAreFollowedByPositionOrByContent() {
    PatchLimits wide = new PatchLimits(100_000, 64, 100_000_000);
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      int size = random.nextInt(seed % 10 == 0 ? 3_000 : 60);
      int distinct = 1 + random.nextInt(size + 1);
      ArrayNode before = JsonNodeFactory.instance.arrayNode();
      random.ints(size, 0, distinct).forEach(before::add);
      ArrayNode after = before.deepCopy();
      for (int edits = random.nextInt(20); edits > 0 && !after.isEmpty(); edits--) {
        after.insert(random.nextInt(after.size()), after.remove(random.nextInt(after.size())));
        after.insert(random.nextInt(after.size()), random.nextInt(distinct));
        after.remove(random.nextInt(after.size()));
      }

      int number = seed;
      JsonDiff.between(before, after, wide)
          .ifPresent(patch -> assertSame(patch.applyTo(before, wide), after, number));
    }
  }

  @Test
  void itemsChosenToCollideAreStillFollowed() {
    for (int seed = 0; seed < 100; seed++) {
      var random = new Random(seed);
      ArrayNode before = JsonNodeFactory.instance.arrayNode();
      ArrayNode after = JsonNodeFactory.instance.arrayNode();
      random.ints(40, 0, 64).mapToObj(RandomRoundTripTest::colliding).forEach(before::add);
      random.ints(40, 0, 64).mapToObj(RandomRoundTripTest::colliding).forEach(after::add);

      Patch patch = JsonDiff.between(document(before), document(after)).orElseThrow();

      assertSame(patch.applyTo(document(before)), document(after), seed);
    }
  }

  @Test
  void listsInListsAreFollowed() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new RandomJson(seed);
      JsonNode before = random.document();
      JsonNode after = random.changed(before);
      for (int depth = 0; depth < 8; depth++) {
        before = JsonNodeFactory.instance.arrayNode().add(depth).add(before).add("x");
        after = JsonNodeFactory.instance.arrayNode().add(after).add(depth);
      }

      JsonNode base = before;
      JsonNode next = after;
      int number = seed;
      JsonDiff.between(base, next).ifPresent(p -> assertSame(p.applyTo(base), next, number));
    }
  }

  @Test
  void sameValuesHaveTheSameHash() {
    for (int seed = 0; seed < SEEDS; seed++) {
      JsonNode value = new RandomJson(seed).document();
      JsonNode again = Json.parse(value.toString());

      assertThat(JsonEquality.same(value, again)).as("seed %d", seed).isTrue();
      assertThat(JsonEquality.hash(value)).as("seed %d", seed).isEqualTo(JsonEquality.hash(again));
    }
  }

  /** Large enough to make any patch of the list worth it. */
  private static JsonNode document(ArrayNode list) {
    return JsonNodeFactory.instance.objectNode().put("text", "x".repeat(9_000)).set("list", list);
  }

  /** One of 64 strings with the same hash code. */
  private static String colliding(int number) {
    var text = new StringBuilder();
    for (int bit = 0; bit < 6; bit++) {
      text.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return text.toString();
  }

  private static void assertSame(JsonNode actual, JsonNode expected, int seed) {
    assertThat(JsonEquality.same(actual, expected))
        .as("seed %d: %s should be %s", seed, actual, expected)
        .isTrue();
  }
}
