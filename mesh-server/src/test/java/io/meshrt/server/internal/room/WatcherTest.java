// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.execution.ManualThreads;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.room.RoomEvent;
import io.meshrt.server.room.RoomWatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Listeners of applications hear each join and leave, at their own pace. */
class WatcherTest {
  private final TestWorld world = new InMemoryTestWorld();
  private final TestWorld.TestNode node = world.node("n1");
  private final TestWorld.TestNode other = world.node("n2");
  private final ManualThreads threads = new ManualThreads();
  private final List<RoomEvent> told = new ArrayList<>();
  private final Set<Watcher> closed = new HashSet<>();

  @AfterEach
  void closeNodes() {
    world.close();
  }

  @Test
  void eventsOfAllNodesAreToldInOrder() {
    join("a");
    watch(told::add);

    join("b");
    leave("a");
    TestWorld.get(other.members().join(RoomMirror.group("room"), "c", null));
    awaitTold(3);

    assertThat(told)
        .extracting(WatcherTest::text)
        .containsExactly("JOINED b", "LEFT a", "JOINED c");
    assertThat(told).allSatisfy(event -> assertThat(event.room()).isEqualTo("room"));
  }

  @Test
  void valuesAreNoEvents() {
    watch(told::add);

    join("a");
    TestWorld.get(
        node.members()
            .setValue(
                RoomMirror.group("room"),
                "a",
                io.meshrt.server.internal.cluster.Version.ANY,
                new byte[] {'1'},
                false));
    leave("a");
    awaitTold(2);

    assertThat(told).extracting(WatcherTest::text).containsExactly("JOINED a", "LEFT a");
  }

  @Test
  void whoCannotKeepUpIsToldWhatChanged() {
    join("old");
    Watcher watcher = newWatcher(told::add);
    TestWorld.get(watcher.start());

    leave("old");
    for (int i = 0; i < Watcher.MAX_WAITING / 2; i++) {
      join("x");
      leave("x");
    }
    await().until(watcher::isBehind);
    join("new");
    awaitText("JOINED new");

    assertThat(told).extracting(WatcherTest::text).contains("LEFT old");
    assertThat(told).hasSizeLessThan(10);
    join("later");
    awaitText("JOINED later");
  }

  @Test
  void afterCloseNothingIsTold() {
    RoomWatch watch = watch(told::add);
    join("a");
    await().until(() -> threads.waiting() > 0);

    watch.close();
    watch.close();
    join("b");
    threads.runAll();

    assertThat(told).isEmpty();
    assertThat(closed).hasSize(1);
  }

  @Test
  void aListenerThatThrowsHearsWhatFollows() {
    watch(
        event -> {
          told.add(event);
          throw new IllegalStateException("broken");
        });

    join("a");
    join("b");
    awaitTold(2);

    assertThat(told).extracting(WatcherTest::text).containsExactly("JOINED a", "JOINED b");
  }

  private RoomWatch watch(Consumer<RoomEvent> listener) {
    return TestWorld.get(newWatcher(listener).start());
  }

  private Watcher newWatcher(Consumer<RoomEvent> listener) {
    return new Watcher(
        node.cluster(),
        node.timers(),
        threads.asHandlerThreads(1_000),
        "room",
        listener,
        closed::add);
  }

  private void awaitText(String text) {
    runUntil(() -> told.stream().anyMatch(event -> text(event).equals(text)));
  }

  private void awaitTold(int count) {
    runUntil(() -> told.size() >= count);
  }

  private void runUntil(java.util.concurrent.Callable<Boolean> condition) {
    await()
        .until(
            () -> {
              threads.runAll();
              return condition.call();
            });
  }

  private void join(String id) {
    assertThat(TestWorld.get(node.members().join(RoomMirror.group("room"), id, null))).isTrue();
  }

  private void leave(String id) {
    assertThat(TestWorld.get(node.members().leave(RoomMirror.group("room"), id))).isTrue();
  }

  private static String text(RoomEvent event) {
    return event.type() + " " + event.connectionId();
  }
}
