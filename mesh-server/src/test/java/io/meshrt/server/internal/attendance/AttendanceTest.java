// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.attendance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.execution.HandlerThreads;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was told of names is put right when the cluster may have lost it. */
class AttendanceTest {
  private static final Layout LAYOUT = Layout.groupForEach("nodes", "told");
  private static final Attendance.Settings SETTINGS =
      new Attendance.Settings(
          LAYOUT, Duration.ofMillis(200), Duration.ofMillis(600), Duration.ofSeconds(10));

  private final InMemoryTestWorld world = new InMemoryTestWorld();
  private final TestWorld.TestNode node = world.node("n1");
  private final HandlerThreads threads = HandlerThreads.start();
  private final Set<String> subscribed = ConcurrentHashMap.newKeySet();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final Attendance attendance =
      new Attendance(
          new Attendance.Subject() {
            @Override
            public @Nullable Stake stake(String name) {
              return subscribed.contains(name) ? Stake.PLAIN : null;
            }

            @Override
            public void onChange(String name, boolean first) {
              told.add((first ? "first " : "last ") + name);
            }
          },
          SETTINGS,
          node.cluster(),
          node.timers(),
          threads);

  @AfterEach
  void close() {
    attendance.close();
    threads.shutdown(Duration.ofSeconds(5));
    world.close();
  }

  private void listen() {
    attendance.tell(List.of());
  }

  private void subscribe(String channel) {
    subscribed.add(channel);
    attendance.onChange(channel);
    await().until(() -> told.contains("first " + channel));
  }

  private Members members() {
    return node.members();
  }

  @Test
  void whatTheClusterMayHaveLostIsSaidAgain() {
    listen();
    subscribe("news");
    TestWorld.get(members().leave(LAYOUT.group("news"), "n1")); // as if never joined

    attendance.onDoubt();

    await()
        .until(() -> !TestWorld.get(members().members(LAYOUT.group("news"))).members().isEmpty());
    assertThat(told).containsExactly("first news");
  }

  @Test
  void whoseEndTheClusterMayHaveLostHasNoSubscribersAgain() {
    listen();
    subscribe("news");
    subscribe("weather");
    subscribed.remove("news");
    attendance.onChange("news");
    await().until(() -> told.contains("last news"));
    TestWorld.get(members().join(LAYOUT.group("news"), "n1", null)); // as if it had not left
    TestWorld.get(new Announcements(node.cluster(), LAYOUT, (channel, first) -> {}).check("news"));

    attendance.onDoubt();

    await().until(() -> told.stream().filter("last news"::equals).count() == 2);
    assertThat(told).containsExactly("first news", "first weather", "last news", "last news");
    assertThat(TestWorld.get(members().members(LAYOUT.group("news"))).members()).isEmpty();
  }

  @Test
  void whatWasToldAndNotTakenBackIsTakenBack() {
    listen();
    TestWorld.get(members().join(LAYOUT.group("news"), "n1", null));
    TestWorld.get(new Announcements(node.cluster(), LAYOUT, (channel, first) -> {}).check("news"));
    TestWorld.get(members().leave(LAYOUT.group("news"), "n1"));

    attendance.onDoubt();

    await().until(() -> told.equals(List.of("last news")));
  }

  @Test
  void whatOtherNodesToldIsLeftToThem() {
    listen();
    TestWorld.TestNode other = world.node("n2");
    TestWorld.get(other.members().join(LAYOUT.group("news"), "n2", null));
    TestWorld.get(new Announcements(other.cluster(), LAYOUT, (channel, first) -> {}).check("news"));

    attendance.onDoubt();
    subscribe("weather");

    assertThat(told).containsExactly("first weather");
    assertThat(TestWorld.get(members().members(LAYOUT.group("news"))).members()).hasSize(1);
  }
}
