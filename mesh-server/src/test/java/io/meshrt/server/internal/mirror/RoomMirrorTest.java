// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mirror;

import static io.meshrt.server.internal.cluster.MemberEvent.Type.CHANGED;
import static io.meshrt.server.internal.cluster.MemberEvent.Type.JOINED;
import static io.meshrt.server.internal.cluster.MemberEvent.Type.LEFT;
import static io.meshrt.server.internal.mirror.ScriptedCluster.at;
import static io.meshrt.server.internal.mirror.ScriptedCluster.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Snapshot and events make one story without holes, whatever comes when. */
class RoomMirrorTest {
  private final ScriptedCluster world = new ScriptedCluster();
  private final ManualScheduler scheduler = new ManualScheduler();
  private final List<String> told = new ArrayList<>();
  private final RoomMirror mirror =
      new RoomMirror(world.cluster(), scheduler, "room:a", new Notes());

  @Test
  void startsWhenSnapshotAndEventsAreThere() {
    CompletableFuture<?> started = mirror.start();
    boolean before = started.isDone();
    world.listen();
    boolean listening = started.isDone();
    world.snapshot(Position.NONE, member("a"));

    assertThat(before).isFalse();
    assertThat(listening).isFalse();
    assertThat(started).isCompleted();
    assertThat(present()).containsExactly("a");
    assertThat(told).isEmpty();
  }

  @Test
  void eventsThatTheSnapshotHoldsAreNotToldAgain() {
    CompletableFuture<?> started = mirror.start();
    world.event(at("e", 1), JOINED, member("a"));
    world.listen();
    world.event(at("e", 2), JOINED, member("b"));
    world.event(at("e", 3), LEFT, member("a"));
    world.snapshot(at("e", 2), member("a"), member("b"));
    world.event(at("e", 4), JOINED, member("c"));

    assertThat(started).isCompleted();
    assertThat(told).containsExactly("left a", "joined c");
    assertThat(present()).containsExactlyInAnyOrder("b", "c");
  }

  @Test
  void theFirstEventOfARoomThatNeverWasIsHeard() {
    start(Position.NONE);

    world.event(at("e", 1), JOINED, member("a"));

    assertThat(told).containsExactly("joined a");
  }

  @Test
  void valuesAreToldWithWhatWasBefore() {
    start(at("e", 5), member("a", "1"));

    world.event(at("e", 6), CHANGED, member("a", "2"));
    world.event(at("e", 7), CHANGED, member("a"));
    world.event(at("e", 8), LEFT, member("a"));

    assertThat(told).containsExactly("changed a 1 to 2", "changed a 2 to null", "left a");
  }

  @Test
  void aGapIsHealedByWhatChanged() {
    start(at("e", 5), member("a", "1"), member("b"), member("c", "1"));

    world.events.onGap(at("e", 5), at("f", 1));
    world.event(at("f", 2), LEFT, member("a"));
    world.event(at("f", 3), JOINED, member("e"));
    world.snapshot(at("f", 2), member("b"), member("c", "2"), member("d"));

    assertThat(told).containsExactly("left a", "changed c 1 to 2", "joined d", "joined e");
    assertThat(present()).containsExactlyInAnyOrder("b", "c", "d", "e");
  }

  @Test
  void aHoleNobodyToldOfIsAGap() {
    start(at("e", 5), member("a"));

    world.event(at("e", 7), JOINED, member("c"));
    world.snapshot(at("e", 7), member("a"), member("b"), member("c"));
    world.event(at("f", 1), LEFT, member("a"));
    world.snapshot(at("f", 1), member("b"), member("c"));

    assertThat(told).containsExactly("joined b", "joined c", "left a");
  }

  @Test
  void aSnapshotFromBeforeAGapIsNotTrusted() {
    CompletableFuture<?> started = mirror.start();
    world.listen();
    world.events.onGap(Position.NONE, at("e", 9));
    world.event(at("e", 9), JOINED, member("x"));
    world.snapshot(at("e", 1), member("old"));
    boolean early = started.isDone();
    world.snapshot(at("e", 9), member("x"));

    assertThat(early).isFalse();
    assertThat(present()).containsExactly("x");
    assertThat(told).isEmpty();
    assertThat(world.asked).isEmpty();
  }

  @Test
  void withoutAnAnswerTheSnapshotIsTakenAgain() {
    start(at("e", 5), member("a"));
    world.events.onGap(at("e", 5), at("e", 6));

    world.asked.remove().completeExceptionally(CommandException.unavailable("no answer"));
    boolean hastily = !world.asked.isEmpty();
    scheduler.advance(RoomMirror.RETRY);
    world.snapshot(at("e", 6));

    assertThat(hastily).isFalse();
    assertThat(told).containsExactly("left a");
  }

  @Test
  void failsToStartAndIsClosedWithoutASnapshot() {
    CompletableFuture<?> started = mirror.start();
    world.listen();

    world.asked.remove().completeExceptionally(CommandException.unavailable("no answer"));

    assertThat(started).isCompletedExceptionally();
    assertThat(world.registrationClosed).isTrue();
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void failsToStartWhenNobodyListens() {
    CompletableFuture<?> started = mirror.start();

    world.listening.completeExceptionally(CommandException.unavailable("no answer"));

    assertThat(started).isCompletedExceptionally();
    assertThat(world.asked).isEmpty();
  }

  @Test
  void floodDuringASnapshotIsBoundedAndHealedByAnother() {
    start(at("e", 1));
    world.events.onGap(at("e", 1), at("e", 2));
    for (int i = 0; i < RoomMirror.MAX_WAITING + 100; i++) {
      world.event(at("e", 3 + i), JOINED, member("m" + i));
    }
    world.snapshot(at("e", 2));
    boolean toldOfAPart = !told.isEmpty();

    world.snapshot(at("e", 3 + RoomMirror.MAX_WAITING + 99), member("m0"), member("m1"));

    assertThat(toldOfAPart).isFalse();
    assertThat(told).containsExactly("joined m0", "joined m1");
  }

  @Test
  void whoAnUnluckySnapshotLeftOutIsFoundByTheNext() {
    start(at("e", 5));

    scheduler.advance(RoomMirror.VERIFICATION);
    world.snapshot(at("e", 5), member("back"));
    scheduler.advance(RoomMirror.VERIFICATION);
    world.snapshot(at("e", 5), member("back"));
    scheduler.advance(RoomMirror.VERIFICATION.multipliedBy(10));

    assertThat(told).containsExactly("joined back");
    assertThat(world.asked).isEmpty();
  }

  @Test
  void whatHappensDuringAVerificationIsToldAsItHappens() {
    start(at("e", 5), member("a"), member("b"));

    scheduler.advance(RoomMirror.VERIFICATION);
    world.event(at("e", 6), LEFT, member("a"));
    world.event(at("e", 7), JOINED, member("a"));
    world.snapshot(at("e", 6), member("b"), member("ghost"));

    assertThat(told).containsExactly("left a", "joined a", "joined ghost");
    assertThat(present()).containsExactlyInAnyOrder("a", "b", "ghost");
  }

  @Test
  void aVerificationWaitsForWhatIsOnItsWay() {
    start(at("e", 5), member("a"), member("ghost"));

    scheduler.advance(RoomMirror.VERIFICATION);
    world.snapshot(at("e", 7), member("a"));
    assertThat(told).isEmpty();
    world.event(at("e", 6), LEFT, member("a"));
    world.event(at("e", 7), JOINED, member("a"));

    assertThat(told).containsExactly("left a", "joined a", "left ghost");
    scheduler.advance(RoomMirror.LATE);
    assertThat(world.asked).isEmpty();
  }

  @Test
  void aVerificationFindsTheEventThatNeverCame() {
    start(at("e", 5), member("a"));

    scheduler.advance(RoomMirror.VERIFICATION);
    world.snapshot(at("e", 6), member("a"), member("b"));
    scheduler.advance(RoomMirror.LATE);
    world.snapshot(at("e", 6), member("a"), member("b"));

    assertThat(told).containsExactly("joined b");
  }

  @Test
  void whatIsTakenInOneStepIsTheBeginningOfWhatIsToldLater() {
    start(at("e", 5), member("a"));

    mirror.with(
        members -> {
          world.event(at("e", 6), JOINED, member("b"));
          told.add("taken " + members.keySet());
        });

    assertThat(told).containsExactly("taken [a]", "joined b");
  }

  @Test
  void nothingIsToldOrLeftBehindAfterClose() {
    start(at("e", 5), member("a"));

    mirror.close();
    world.event(at("e", 6), JOINED, member("b"));
    world.events.onGap(at("e", 6), at("e", 9));

    assertThat(told).isEmpty();
    assertThat(present()).isEmpty();
    assertThat(world.registrationClosed).isTrue();
    assertThat(world.asked).isEmpty();
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void closedWhileItStartsItListensNoMore() {
    CompletableFuture<?> started = mirror.start();
    mirror.close();
    world.listen();

    assertThat(started).isCompletedExceptionally();
    assertThat(world.registrationClosed).isTrue();
    assertThat(world.asked).isEmpty();
  }

  @Test
  void aListenerThatThrowsMissesNothingElse() {
    start(at("e", 5), member("bad"), member("a"));

    world.events.onGap(at("e", 5), at("e", 6));
    world.snapshot(at("e", 8));
    world.event(at("e", 9), JOINED, member("b"));

    assertThat(told).containsExactly("left a", "joined b");
  }

  private void start(Position position, Member... members) {
    CompletableFuture<?> started = mirror.start();
    world.listen();
    world.snapshot(position, members);
    assertThat(started).isCompleted();
  }

  private Set<String> present() {
    List<String> ids = new ArrayList<>();
    mirror.with(members -> ids.addAll(members.keySet()));
    return Set.copyOf(ids);
  }

  private final class Notes implements RoomMirror.Listener {
    @Override
    public void onJoined(Member member) {
      told.add("joined " + member.id());
    }

    @Override
    public void onLeft(Member member) {
      if (member.id().equals("bad")) {
        throw new IllegalStateException("bad");
      }
      told.add("left " + member.id());
    }

    @Override
    public void onChanged(Member before, Member after) {
      told.add("changed " + after.id() + " " + text(before) + " to " + text(after));
    }

    private static String text(Member member) {
      return member.value() == null
          ? "null"
          : new String(member.value(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
