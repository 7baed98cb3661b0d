// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mirror;

import static io.meshrt.server.internal.cluster.MemberEvent.Type.JOINED;
import static io.meshrt.server.internal.mirror.ScriptedCluster.at;
import static io.meshrt.server.internal.mirror.ScriptedCluster.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A mirror says when it has told what had happened before somebody asked. */
class CatchingUpTest {
  private final ScriptedCluster world = new ScriptedCluster();
  private final ManualScheduler scheduler = new ManualScheduler();
  private final List<String> joined = new ArrayList<>();
  private final RoomMirror mirror =
      new RoomMirror(world.cluster(), scheduler, "room:a", new Notes());

  CatchingUpTest() {
    CompletableFuture<?> started = mirror.start();
    world.listen();
    world.snapshot(at("e", 5), member("a"));
    assertThat(started).isCompleted();
  }

  @Test
  void whatHasBeenToldIsCaughtUpWith() {
    CompletableFuture<?> caughtUp = mirror.caughtUp();
    world.head(at("e", 5));

    assertThat(caughtUp).isCompleted();
  }

  @Test
  void nothingIsToCatchUpWithWhereNothingEverHappened() {
    CompletableFuture<?> caughtUp = mirror.caughtUp();
    world.head(Position.NONE);

    assertThat(caughtUp).isCompleted();
  }

  @Test
  void whatIsOnItsWayIsWaitedFor() {
    CompletableFuture<?> caughtUp = mirror.caughtUp();
    world.head(at("e", 7));

    world.event(at("e", 6), JOINED, member("b"));
    boolean early = caughtUp.isDone();
    world.event(at("e", 7), JOINED, member("c"));

    assertThat(early).isFalse();
    assertThat(caughtUp).isCompleted();
    assertThat(joined).containsExactly("b", "c");
  }

  @Test
  void whatDoesNotComeIsAskedFor() {
    CompletableFuture<?> caughtUp = mirror.caughtUp();
    world.head(at("e", 6));

    scheduler.advance(RoomMirror.LATE.minusMillis(1));
    boolean hastily = !world.asked.isEmpty();
    scheduler.advance(Duration.ofMillis(1));
    world.snapshot(at("e", 6), member("a"), member("b"));

    assertThat(hastily).isFalse();
    assertThat(caughtUp).isCompleted();
    assertThat(joined).containsExactly("b");
  }

  @Test
  void aSnapshotAskedForLaterIsEnoughInAnotherEpoch() {
    CompletableFuture<?> caughtUp = mirror.caughtUp();
    world.head(at("e", 9));

    world.events.onGap(at("e", 5), at("f", 1));
    world.snapshot(at("f", 1), member("a"));

    assertThat(caughtUp).isCompleted();
  }

  @Test
  void aSnapshotAskedForBeforeIsNotEnough() {
    world.events.onGap(at("e", 5), at("e", 6));
    CompletableFuture<?> caughtUp = mirror.caughtUp();
    world.head(at("e", 8));

    world.snapshot(at("e", 7), member("a"));
    boolean early = caughtUp.isDone();
    world.event(at("e", 8), JOINED, member("b"));

    assertThat(early).isFalse();
    assertThat(caughtUp).isCompleted();
  }

  @Test
  void withoutAnAnswerItFailsInTime() {
    CompletableFuture<?> caughtUp = mirror.caughtUp();

    scheduler.advance(RoomMirror.PATIENCE.minusMillis(1));
    boolean early = caughtUp.isDone();
    scheduler.advance(Duration.ofMillis(1));

    assertThat(early).isFalse();
    assertThat(code(caughtUp)).isEqualTo(ErrorCode.UNAVAILABLE.wire());
  }

  @Test
  void failsAsTheClusterDoes() {
    CompletableFuture<?> caughtUp = mirror.caughtUp();

    world.heads.remove().completeExceptionally(CommandException.unavailable("no answer"));

    assertThat(code(caughtUp)).isEqualTo(ErrorCode.UNAVAILABLE.wire());
  }

  @Test
  void aClosedMirrorLetsNobodyWait() {
    CompletableFuture<?> waiting = mirror.caughtUp();
    world.head(at("e", 6));
    CompletableFuture<?> asking = mirror.caughtUp();

    mirror.close();
    world.head(at("e", 6));

    assertThat(code(waiting)).isEqualTo(ErrorCode.UNAVAILABLE.wire());
    assertThat(code(asking)).isEqualTo(ErrorCode.UNAVAILABLE.wire());
    assertThat(scheduler.pending()).isZero();
  }

  private static String code(CompletableFuture<?> failed) {
    return ((CommandException) failed.handle((value, failure) -> failure).join()).code();
  }

  private final class Notes implements RoomMirror.Listener {
    @Override
    public void onJoined(Member member) {
      joined.add(member.id());
    }

    @Override
    public void onLeft(Member member) {}

    @Override
    public void onChanged(Member before, Member after) {}
  }
}
