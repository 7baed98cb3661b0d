// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import static io.meshrt.testkit.history.HandMade.NONE;
import static io.meshrt.testkit.history.HandMade.at;
import static io.meshrt.testkit.history.HandMade.hear;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a gap excuses, and how often it may be told. */
class GapRulesTest {
  private final HandMade made = new HandMade();
  private final FollowerLog ann = made.begun("ann");

  @Test
  void whatLiesWithinAGapIsExcused() {
    made.published("e", 5);
    hear(ann, "e", 1, 2);
    ann.gap(at("e", 2), at("e", 4));
    hear(ann, "e", 5, 5);

    assertThat(made.wrong()).isEmpty();
    assertThat(made.log.check().excused()).isEqualTo(2);
  }

  @Test
  void whatLiesBesideAGapIsNot() {
    made.published("e", 6);
    hear(ann, "e", 1, 1);
    ann.gap(at("e", 2), at("e", 4));
    hear(ann, "e", 6, 6);

    assertThat(made.wrong()).containsExactlyInAnyOrder("LOST m2", "LOST m5");
  }

  @Test
  void gapOfAnotherFollowerExcusesNothing() {
    FollowerLog tom = made.begun("tom");
    made.published("e", 2);
    hear(ann, "e", 1, 2);
    hear(tom, "e", 1, 1);
    ann.gap(at("e", 1), at("e", 2));

    assertThat(made.wrong()).containsExactly("LOST m2");
  }

  @Test
  void whatComesBehindAGapThoughItWasToldLostIsReordered() {
    made.published("e", 3);
    hear(ann, "e", 1, 1);
    ann.gap(at("e", 1), at("e", 2));
    hear(ann, "e", 2, 3);

    assertThat(made.wrong()).containsExactly("REORDERED m2");
  }

  @Test
  void endOfAnEpochIsExcusedByTheGapThatLeadsOutOfIt() {
    made.published("e", 3);
    made.published("m4", at("f", 3));
    made.published("m5", at("f", 4));
    hear(ann, "e", 1, 2);
    ann.gap(at("e", 2), at("f", 3));
    ann.heard("m5", at("f", 4));

    assertThat(made.wrong()).isEmpty();
  }

  @Test
  void epochThatNobodyHeardOfIsExcusedByTheGapAroundIt() {
    made.published("e", 1);
    hear(ann, "e", 1, 1);
    made.published("m2", at("f", 1));
    ann.gap(at("e", 1), at("g", 0));
    made.published("m3", at("g", 1));
    ann.heard("m3", at("g", 1));
    made.published("m4", at("h", 1));

    assertThat(made.wrong()).containsExactly("LOST m4");
  }

  @Test
  void anotherEpochWithoutAGapIsUnannounced() {
    made.published("e", 1);
    made.published("m2", at("f", 1));
    hear(ann, "e", 1, 1);
    ann.heard("m2", at("f", 1));

    assertThat(made.wrong()).containsExactly("UNANNOUNCED m2");
  }

  @Test
  void anotherEpochThanTheGapSaidIsUnannounced() {
    made.published("e", 1);
    made.published("m2", at("g", 1));
    hear(ann, "e", 1, 1);
    ann.gap(at("e", 1), at("f", 0));
    ann.heard("m2", at("g", 1));

    assertThat(made.wrong()).containsExactly("UNANNOUNCED m2");
  }

  @Test
  void epochThatWasOverDoesNotComeBack() {
    made.published("e", 2);
    made.published("m3", at("f", 3));
    hear(ann, "e", 1, 1);
    ann.gap(at("e", 1), at("f", 2));
    ann.heard("m3", at("f", 3));
    hear(ann, "e", 2, 2);

    assertThat(made.wrong()).containsExactly("REORDERED m2");
  }

  @Test
  void positionGivenAgainBeforeTheLossWasNoticedIsWithinTheGap() {
    made.published("e", 2);
    hear(ann, "e", 1, 2);
    made.published("m3", at("e", 2));
    ann.gap(at("e", 2), at("f", 2));
    made.published("m4", at("f", 3));
    ann.heard("m4", at("f", 3));

    assertThat(made.wrong()).isEmpty();
    assertThat(made.log.check().excused()).isOne();
  }

  @Test
  void gapWithoutNumbersExcusesWhatWasPublishedMeanwhile() {
    made.published("m1", NONE);
    ann.heard("m1", NONE);
    made.published("m2", NONE);
    ann.gap(NONE, NONE);
    made.published("m3", NONE);
    ann.heard("m3", NONE);
    made.published("m4", NONE);

    assertThat(made.wrong()).containsExactly("LOST m4");
  }

  @Test
  void oneGapForEachIncident() {
    made.log.incident();
    ann.gap(NONE, NONE);
    made.log.incident();
    made.log.incident();
    ann.gap(NONE, NONE);

    assertThat(made.wrong()).isEmpty();

    ann.gap(NONE, NONE);
    assertThat(made.kinds()).containsExactly(Violation.Kind.EXTRA_GAP);
  }

  @Test
  void incidentsThatPassedWithoutAGapAreNotSaved() {
    made.log.incident();
    made.log.incident();
    ann.gap(NONE, NONE);
    ann.gap(NONE, NONE);

    assertThat(made.kinds()).containsExactly(Violation.Kind.EXTRA_GAP);
  }

  @Test
  void gapBeforeAnyIncidentIsTooMany() {
    ann.gap(NONE, NONE);
    made.log.incident();

    assertThat(made.kinds()).containsExactly(Violation.Kind.EXTRA_GAP);
  }
}
