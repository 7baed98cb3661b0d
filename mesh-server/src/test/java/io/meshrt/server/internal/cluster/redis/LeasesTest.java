// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.internal.schedule.ManualScheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeasesTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualScheduler scheduler = new ManualScheduler();
  private final Calls calls = new Calls();
  private final List<NodeId> lives = new ArrayList<>();
  private final Leases leases =
      new Leases(
          calls,
          new RedisKeys("mesh"),
          new Tokens(7),
          new LeaseOptions(Duration.ofSeconds(3), SECOND, SECOND),
          scheduler,
          "n4",
          lives::add);

  /** A Redis that answers when a test says so. */
  private static final class Calls implements Leases.Runner {
    private final Map<Script, Deque<CompletableFuture<Reply>>> open = new EnumMap<>(Script.class);

    @Override
    public CompletableFuture<Reply> run(Script script, List<String> keys, Object... arguments) {
      CompletableFuture<Reply> answer = new CompletableFuture<>();
      open(script).add(answer);
      return answer;
    }

    Deque<CompletableFuture<Reply>> open(Script script) {
      return open.computeIfAbsent(script, key -> new ArrayDeque<>());
    }

    void answer(Script script, boolean flag) {
      open(script).remove().complete(flag(flag));
    }

    void answerNodes() {
      open(Script.NODES).remove().complete(new Reply(List.of()));
    }

    void fail(Script script) {
      open(script).remove().completeExceptionally(CommandException.unavailable("cut"));
    }
  }

  private static Reply flag(boolean flag) {
    return new Reply(List.of((flag ? "1" : "0").getBytes(UTF_8)));
  }

  @BeforeEach
  void register() {
    CompletableFuture<Void> registered = leases.register();
    calls.answer(Script.REGISTER, true);
    calls.answerNodes();
    assertThat(registered).isCompleted();
  }

  @Test
  void renewalThatHangsKeepsNoOtherFromRenewing() {
    long term = leases.term().number();
    scheduler.advance(SECOND);
    leases.renew();
    scheduler.advance(SECOND);
    leases.renew();
    CompletableFuture<Reply> hangs = calls.open(Script.RENEW).remove();

    calls.answer(Script.RENEW, true);
    scheduler.advance(Duration.ofMillis(400));
    hangs.completeExceptionally(CommandException.unavailable("too late"));

    scheduler.advance(Duration.ofMillis(2_500));
    assertThat(leases.term().number()).isEqualTo(term);
    scheduler.advance(Duration.ofMillis(200));
    assertThat(leases.term().number()).isEqualTo(term + 1);
  }

  @Test
  void renewalThatWasOvertakenShortensNoLease() {
    long term = leases.term().number();
    leases.renew();
    scheduler.advance(SECOND);
    leases.renew();
    CompletableFuture<Reply> slow = calls.open(Script.RENEW).remove();

    calls.answer(Script.RENEW, true);
    slow.complete(flag(true));

    scheduler.advance(Duration.ofMillis(2_900));
    assertThat(leases.term().number()).isEqualTo(term);
  }

  @Test
  void lostLeaseIsFollowedByOneLifeHoweverManyRenewalsFindOut() {
    NodeId lost = leases.self();
    for (int i = 0; i < 4; i++) {
      leases.renew();
    }

    calls.answer(Script.RENEW, false);
    calls.answer(Script.RENEW, false);
    calls.answer(Script.REGISTER, true);
    calls.answer(Script.RENEW, false);
    calls.answerNodes();
    calls.answer(Script.RENEW, false);

    assertThat(lives).hasSize(1).doesNotContain(lost).containsExactly(leases.self());
    assertThat(calls.open(Script.REGISTER)).isEmpty();
  }

  @Test
  void lifeThatCouldNotBeginIsFollowedByAnother() {
    NodeId lost = leases.self();
    leases.renew();
    calls.answer(Script.RENEW, false);
    calls.fail(Script.REGISTER);
    assertThat(leases.self()).isEqualTo(lost);

    leases.renew();
    calls.answer(Script.RENEW, false);
    calls.answer(Script.REGISTER, true);
    calls.answerNodes();

    assertThat(lives).containsExactly(leases.self());
  }

  @Test
  void nobodyIsReapedByANodeWhoseOwnRenewalsHang() {
    renewFor(4);
    scheduler.advance(SECOND);
    leases.renew();
    scheduler.advance(Duration.ofMillis(1_100));

    assertThat(leases.ended()).isCompletedWithValue(List.of());
  }

  @Test
  void everybodyHasALeaseOfTimeAfterASilenceInWhichNothingFailed() {
    renewFor(4);
    scheduler.advance(SECOND.multipliedBy(2));

    renewFor(3);
    CompletableFuture<List<NodeId>> early = leases.ended();
    renewFor(1);
    CompletableFuture<List<NodeId>> late = leases.ended();

    assertThat(early).isCompletedWithValue(List.of());
    assertThat(late).isNotDone();
  }

  private void renewFor(int seconds) {
    for (int second = 0; second < seconds; second++) {
      scheduler.advance(SECOND);
      leases.renew();
      calls.answer(Script.RENEW, true);
      calls.answerNodes();
    }
  }
}
