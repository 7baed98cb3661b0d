// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

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
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was told of the subscribers of channels is put right when the cluster may have lost it. */
class SubscriberHooksTest {
  private static final Pattern ANY = Pattern.compile(".*");

  private final InMemoryTestWorld world = new InMemoryTestWorld();
  private final TestWorld.TestNode node = world.node("n1");
  private final HandlerThreads threads = HandlerThreads.start();
  private final Set<String> subscribed = ConcurrentHashMap.newKeySet();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final SubscriberHooks hooks =
      new SubscriberHooks(subscribed::contains, node.cluster(), node.timers(), threads);

  @AfterEach
  void close() {
    hooks.close();
    threads.shutdown(Duration.ofSeconds(5));
    world.close();
  }

  private void listen() {
    hooks.add(ANY, true, channel -> told.add("first " + channel), List.of());
    hooks.add(ANY, false, channel -> told.add("last " + channel), List.of());
  }

  private void subscribe(String channel) {
    subscribed.add(channel);
    hooks.onChange(channel);
    await().until(() -> told.contains("first " + channel));
  }

  private Members members() {
    return node.members();
  }

  @Test
  void whatTheClusterMayHaveLostIsSaidAgain() {
    listen();
    subscribe("news");
    TestWorld.get(members().leave(Announcements.group("news"), "n1")); // as if never joined

    hooks.onDoubt();

    await()
        .until(
            () ->
                !TestWorld.get(members().members(Announcements.group("news"))).members().isEmpty());
    assertThat(told).containsExactly("first news");
  }

  @Test
  void whoseEndTheClusterMayHaveLostHasNoSubscribersAgain() {
    listen();
    subscribe("news");
    subscribe("weather");
    subscribed.remove("news");
    hooks.onChange("news");
    await().until(() -> told.contains("last news"));
    TestWorld.get(members().join(Announcements.group("news"), "n1", null)); // as if it had not left
    TestWorld.get(new Announcements(node.cluster(), (channel, first) -> {}).check("news"));

    hooks.onDoubt();

    await().until(() -> told.stream().filter("last news"::equals).count() == 2);
    assertThat(told).containsExactly("first news", "first weather", "last news", "last news");
    assertThat(TestWorld.get(members().members(Announcements.group("news"))).members()).isEmpty();
  }

  @Test
  void whatWasToldAndNotTakenBackIsTakenBack() {
    listen();
    TestWorld.get(members().join(Announcements.group("news"), "n1", null));
    TestWorld.get(new Announcements(node.cluster(), (channel, first) -> {}).check("news"));
    TestWorld.get(members().leave(Announcements.group("news"), "n1"));

    hooks.onDoubt();

    await().until(() -> told.equals(List.of("last news")));
  }

  @Test
  void whatOtherNodesToldIsLeftToThem() {
    listen();
    TestWorld.TestNode other = world.node("n2");
    TestWorld.get(other.members().join(Announcements.group("news"), "n2", null));
    TestWorld.get(new Announcements(other.cluster(), (channel, first) -> {}).check("news"));

    hooks.onDoubt();
    subscribe("weather");

    assertThat(told).containsExactly("first weather");
    assertThat(TestWorld.get(members().members(Announcements.group("news"))).members()).hasSize(1);
  }
}
