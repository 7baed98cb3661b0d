// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import static io.meshrt.testkit.history.HandMade.NONE;
import static io.meshrt.testkit.history.HandMade.at;
import static io.meshrt.testkit.history.HandMade.hear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.channel.ChannelMessage;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What followers hear, once, in order. */
class DeliveryRulesTest {
  private final HandMade made = new HandMade();

  @Test
  void everythingOnceInOrderIsClean() {
    FollowerLog ann = made.begun("ann");
    FollowerLog tom = made.begun("tom");
    made.published("e", 3);
    hear(ann, "e", 1, 3);
    hear(tom, "e", 1, 3);

    Verdict verdict = made.log.check().requireClean();

    assertThat(verdict.acknowledged()).isEqualTo(3);
    assertThat(verdict.deliveries()).isEqualTo(6);
    assertThat(verdict.gaps() + verdict.excused() + verdict.unknown() + verdict.failed()).isZero();
  }

  @Test
  void acknowledgedAndNotHeardIsLost() {
    FollowerLog ann = made.begun("ann");
    made.published("e", 3);
    hear(ann, "e", 1, 1);
    hear(ann, "e", 3, 3);

    assertThat(made.wrong()).containsExactly("LOST m2");
  }

  @Test
  void whatComesLastIsMissedToo() {
    FollowerLog ann = made.begun("ann");
    made.published("e", 3);
    hear(ann, "e", 1, 2);

    assertThat(made.wrong()).containsExactly("LOST m3");
  }

  @Test
  void whoComesLaterOrLeavesBeforeNeedNotHear() {
    FollowerLog early = made.begun("early");
    early.ended();
    made.published("e", 1);
    FollowerLog never = made.log.follower("never", "news");
    FollowerLog late = made.begun("late");
    made.published("m2", at("e", 2));
    hear(late, "e", 2, 2);
    hear(never, "e", 2, 2);

    assertThat(made.wrong()).isEmpty();
  }

  @Test
  void otherChannelsAreNoBusinessOfAFollower() {
    made.begun("ann");
    made.log.publishing("bob", "other", "m1").ok(at("e", 1));

    assertThat(made.wrong()).isEmpty();
  }

  @Test
  void heardTwiceIsDoubledAlsoUnderAnotherNumber() {
    FollowerLog ann = made.begun("ann");
    made.published("e", 2);
    hear(ann, "e", 1, 2);
    ann.heard("m1", at("f", 3));

    assertThat(made.wrong()).containsExactly("DOUBLED m1");
  }

  @Test
  void whatWasPublishedAgainMayBeThereAgainInTheNextEpoch() {
    FollowerLog ann = made.begun("ann");
    made.publishing("m1").unknown();
    hear(ann, "e", 1, 1);
    made.published("m1", at("f", 1));
    ann.gap(at("e", 1), at("f", 0));
    hear(ann, "f", 1, 1);

    assertThat(made.wrong()).isEmpty();
  }

  @Test
  void whatWasPublishedOnceIsNotThereAgainInTheNextEpoch() {
    FollowerLog ann = made.begun("ann");
    made.published("e", 1);
    hear(ann, "e", 1, 1);
    ann.gap(at("e", 1), at("f", 0));
    hear(ann, "f", 1, 1);

    assertThat(made.wrong()).contains("DOUBLED m1");
  }

  @Test
  void heardInAnotherOrderIsReordered() {
    FollowerLog ann = made.begun("ann");
    made.published("e", 3);
    hear(ann, "e", 2, 2);
    hear(ann, "e", 1, 1);
    hear(ann, "e", 3, 3);

    assertThat(made.wrong()).containsExactly("REORDERED m1");
  }

  @Test
  void failedOrInventedIsForged() {
    FollowerLog ann = made.begun("ann");
    made.publishing("m1").error();
    hear(ann, "e", 1, 2);

    assertThat(made.wrong()).containsExactly("FORGED m1", "FORGED m2");
  }

  @Test
  void unknownMayBeThereForAllOrForNobody() {
    FollowerLog ann = made.begun("ann");
    FollowerLog tom = made.begun("tom");
    made.publishing("m1").unknown();
    made.publishing("m2").unknown();
    hear(ann, "e", 1, 1);
    hear(tom, "e", 1, 1);

    assertThat(made.wrong()).isEmpty();
    assertThat(made.log.check().unknown()).isEqualTo(2);
  }

  @Test
  void unknownThatOneHeardIsLostForAnother() {
    FollowerLog ann = made.begun("ann");
    made.begun("tom");
    made.publishing("m1");
    hear(ann, "e", 1, 1);

    assertThat(made.log.check().violations())
        .singleElement()
        .matches(violation -> violation.who().equals("tom"));
    assertThat(made.wrong()).containsExactly("LOST m1");
  }

  @Test
  void unknownHeardTwiceIsDoubled() {
    FollowerLog ann = made.begun("ann");
    made.publishing("m1").unknown();
    ann.heard("m1", at("e", 1));
    ann.heard("m1", at("e", 2));

    assertThat(made.wrong()).contains("DOUBLED m1");
  }

  @Test
  void channelWithoutNumbersIsJudgedByItsMessages() {
    FollowerLog ann = made.begun("ann");
    made.published("m1", NONE);
    made.published("m2", NONE);
    made.published("m3", NONE);
    ann.heard("m1", NONE);
    ann.heard("m3", NONE);
    ann.heard("m3", NONE);

    assertThat(made.wrong()).containsExactlyInAnyOrder("DOUBLED m3", "LOST m2");
  }

  @Test
  void listenerWritesDownWhatItIsTold() throws Exception {
    FollowerLog ann = made.begun("ann");
    ChannelListener<Integer> listener = ann.listener(number -> "m" + number);
    made.published("e", 1);

    listener.onMessage(new ChannelMessage<>(1, at("e", 1), Optional.empty()));
    listener.onGap(new ChannelGap(at("e", 1), at("e", 2)));
    listener.onEnded();
    made.published("m3", at("e", 3));

    assertThat(made.wrong()).isEmpty();
    assertThat(ann.hasHeard("m1")).isTrue();
    assertThat(ann.hasHeard("m3")).isFalse();
    assertThat(ann.toldGaps()).containsExactly(new ChannelGap(at("e", 1), at("e", 2)));
  }

  @Test
  void verdictShowsWhatIsWrong() {
    made.begun("ann");
    made.published("e", 1);

    assertThatThrownBy(() -> made.log.check().requireClean())
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll("1 violations", "LOST m1 at ann on news");
  }
}
