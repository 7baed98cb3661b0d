// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import static io.meshrt.testkit.history.HandMade.at;
import static io.meshrt.testkit.history.HandMade.hear;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What publishers are told: outcomes, places, order. */
class PublicationRulesTest {
  private final HandMade made = new HandMade();

  @Test
  void acceptedTwiceIsDoubledThoughNobodyHeard() {
    made.publishing("m1").ok(at("e", 1));
    made.publishing("m1").ok(at("e", 2));

    assertThat(made.wrong()).containsExactly("DOUBLED m1");
  }

  @Test
  void repeatThatFindsTheFirstIsClean() {
    FollowerLog ann = made.begun("ann");
    made.publishing("m1").unknown();
    made.published("m2", at("e", 2));
    made.publishing("m1").ok(at("e", 1));
    hear(ann, "e", 1, 2);

    assertThat(made.wrong()).isEmpty();
  }

  @Test
  void repeatThatFailsDoesNotMakeTheFirstFail() {
    FollowerLog ann = made.begun("ann");
    made.publishing("m1").unknown();
    made.publishing("m1").error();
    hear(ann, "e", 1, 1);

    assertThat(made.wrong()).isEmpty();
  }

  @Test
  void heardElsewhereThanAcknowledgedIsAConflict() {
    FollowerLog ann = made.begun("ann");
    made.published("m1", at("e", 1));
    ann.heard("m1", at("e", 2));

    assertThat(made.wrong()).containsExactly("CONFLICT m1");
  }

  @Test
  void positionOfTwoMessagesIsAConflict() {
    made.published("m1", at("e", 1));
    made.published("m2", at("f", 1));
    PublishAttempt third = made.publishing("m3");
    made.publishing("m4").ok(at("f", 2));
    third.ok(at("f", 2));

    assertThat(made.kinds()).contains(Violation.Kind.CONFLICT);
    assertThat(made.wrong().toString()).contains("m4").contains("m3").doesNotContain("m1");
  }

  @Test
  void publishedAfterAnAcknowledgementLiesBehindIt() {
    made.log.publishing("bob", "news", "m1").ok(at("e", 2));
    made.log.publishing("eve", "news", "m2").ok(at("e", 1));

    assertThat(made.wrong()).containsExactly("REORDERED m2");
  }

  @Test
  void publishedAtTheSameTimeMayLieAnywhere() {
    PublishAttempt first = made.log.publishing("bob", "news", "m1");
    PublishAttempt second = made.log.publishing("eve", "news", "m2");
    second.ok(at("e", 1));
    first.ok(at("e", 2));

    assertThat(made.wrong()).isEmpty();
  }

  @Test
  void publishedByOneWithoutWaitingKeepsItsOrder() {
    PublishAttempt first = made.publishing("m1");
    PublishAttempt second = made.publishing("m2");
    second.ok(at("e", 1));
    first.ok(at("e", 2));

    assertThat(made.wrong()).containsExactly("REORDERED m2");
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {
        "BAD_REQUEST",
        "NOT_FOUND",
        "ACCESS_DENIED",
        "UNAUTHORIZED",
        "LIMIT",
        "RATE",
        "TOO_LARGE",
        "CLOSED"
      })
  void refusalsAreCertain(ErrorCode code) {
    assertThat(outcome(new CommandException(code, "no"))).isEqualTo(PublishAttempt.Outcome.ERROR);
    assertThat(outcome(new IllegalArgumentException("no"))).isEqualTo(PublishAttempt.Outcome.ERROR);
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {"TIMEOUT", "UNAVAILABLE", "SERVER", "CONNECTION_LOST"})
  void whatMayComeAfterTheFactIsUnknown(ErrorCode code) {
    assertThat(outcome(new CommandException(code, "no"))).isEqualTo(PublishAttempt.Outcome.UNKNOWN);
    assertThat(outcome(new IllegalStateException("no"))).isEqualTo(PublishAttempt.Outcome.UNKNOWN);
  }

  private PublishAttempt.Outcome outcome(RuntimeException failure) {
    PublishAttempt attempt = made.publishing("m");
    CompletableFuture<ChannelPosition> call =
        attempt.ofClient(CompletableFuture.failedFuture(failure));
    assertThat(call).isCompletedExceptionally();
    return attempt.outcome();
  }

  @Test
  void serversPublishAlike() {
    FollowerLog ann = made.begun("ann");
    PublishAttempt attempt = made.publishing("m1");

    ChannelPosition position =
        attempt
            .ofServer(
                CompletableFuture.completedFuture(
                    new io.meshrt.server.channel.ChannelPosition("e", 7)))
            .join();

    assertThat(position).isEqualTo(at("e", 7));
    assertThat(made.wrong()).containsExactly("LOST m1");
    ann.heard("m1", at("e", 7));
    assertThat(made.wrong()).isEmpty();
  }
}
