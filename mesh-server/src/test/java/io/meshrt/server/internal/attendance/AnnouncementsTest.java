// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.attendance;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who looks after the names of dead nodes notices that one has died. */
@SuppressWarnings("FutureReturnValueIgnored") // proxies return futures as plain objects
class AnnouncementsTest {
  private static final Layout LAYOUT = Layout.groupForEach("nodes", "told");

  private final ManualScheduler time = new ManualScheduler();
  private final InMemoryWorld world = new InMemoryWorld(time, 1);
  private final List<String> told = new ArrayList<>();

  private InMemoryCluster started(String name, ManualScheduler timers) {
    InMemoryCluster node =
        new InMemoryCluster(world, name, LeaseOptions.defaults(), timers, Runnable::run);
    node.start().join();
    return node;
  }

  @Test
  void aNodeThatCameAfterTheLastLookAndDiedIsNoticedAtTheNext() {
    Announcements survivor =
        new Announcements(
            started("n1", time), LAYOUT, (name, first) -> told.add(name + " " + first));
    survivor.sweep();
    InMemoryCluster late = started("n2", new ManualScheduler()); // does not renew
    late.members().join(LAYOUT.group("news"), "n2", null).join();
    new Announcements(late, LAYOUT, (name, first) -> {}).check("news").join();

    survivor.sweep();
    time.advance(Duration.ofSeconds(16));
    survivor.sweep();

    assertThat(told).containsExactly("news false");
  }

  @Test
  void aLookThatEndsLateDoesNotForgetWhoCameSince() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    Announcements survivor =
        new Announcements(
            readingFirst(started("n1", time), first),
            LAYOUT,
            (name, change) -> told.add(name + " " + change));
    survivor.sweep();
    InMemoryCluster late = started("n2", new ManualScheduler()); // does not renew
    survivor.sweep();
    late.members().join(LAYOUT.group("news"), "n2", null).join();
    new Announcements(late, LAYOUT, (name, change) -> {}).check("news").join();

    first.complete(null);
    time.advance(Duration.ofSeconds(16));
    survivor.sweep();

    assertThat(told).containsExactly("news false");
  }

  /** Its first reading of everything lasts until then. */
  private static Cluster readingFirst(Cluster cluster, CompletableFuture<Void> until) {
    List<Object> readings = new ArrayList<>();
    InvocationHandler reading =
        (proxy, method, arguments) -> {
          Object answer = method.invoke(cluster.store(), arguments);
          if (!method.getName().equals("readAll")) {
            return answer;
          }
          readings.add(answer);
          return readings.size() > 1
              ? answer
              : until.thenCompose(done -> (CompletableFuture<?>) answer);
        };
    Store store = proxy(Store.class, reading);
    return proxy(
        Cluster.class,
        (proxy, method, arguments) ->
            method.getName().equals("store") ? store : method.invoke(cluster, arguments));
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
