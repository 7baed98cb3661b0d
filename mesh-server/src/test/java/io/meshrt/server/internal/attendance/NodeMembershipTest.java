// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.attendance;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.execution.Repairs;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node stands among those with subscribers exactly while it has some. */
class NodeMembershipTest {
  private static final Duration LONG = Duration.ofSeconds(1);
  private static final Duration DEBOUNCE = Duration.ofMillis(200);
  private static final Duration LINGER = Duration.ofMillis(600);
  private static final Layout LAYOUT = Layout.groupForEach("nodes", "told");

  private final InMemoryTestWorld world = new InMemoryTestWorld();
  private final Cluster cluster = world.node("n1").cluster();
  private final ManualScheduler scheduler = new ManualScheduler();
  private final AtomicBoolean wanted = new AtomicBoolean(true);
  private final AtomicInteger failures = new AtomicInteger();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final AtomicInteger over = new AtomicInteger();

  /** What a join waits for after it was done. */
  private volatile CompletableFuture<Boolean> held = CompletableFuture.completedFuture(true);

  private final NodeMembership membership = membership("n1", wanted);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void itIsAMemberWhileThatIsWanted() {
    membership.changeLater();
    assertThat(isMember()).isFalse();
    advanceUntil(true);

    wanted.set(false);
    membership.changeLater();
    advanceUntil(false);

    Awaitility.await().untilAsserted(() -> assertThat(told).containsExactly("first", "last"));
    Awaitility.await().until(membership::isIdle);
    Awaitility.await().untilAsserted(() -> assertThat(over).hasPositiveValue());
  }

  @Test
  void whatComesAndGoesAtOnceIsNotTold() {
    membership.changeLater();
    wanted.set(false);
    scheduler.advance(DEBOUNCE);

    assertThat(membership.isIdle()).isTrue();
    assertThat(isMember()).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void aJoinOfUnknownOutcomeIsTakenBack() {
    failures.set(1);
    membership.changeLater();
    scheduler.advance(DEBOUNCE);
    Awaitility.await().until(this::isMember);

    wanted.set(false);
    advanceUntil(false);

    Awaitility.await().until(membership::isIdle);
  }

  @Test
  void aJoinThatTakesLongIsTakenBackToo() {
    CompletableFuture<Boolean> slow = new CompletableFuture<>();
    held = slow;
    membership.changeLater();
    scheduler.advance(DEBOUNCE);
    wanted.set(false);
    membership.changeLater();
    scheduler.advance(LINGER);

    slow.complete(true);
    advanceUntil(false);

    Awaitility.await().until(membership::isIdle);
    Awaitility.await().untilAsserted(() -> assertThat(told).containsExactly("first", "last"));
  }

  @Test
  void whoComesIsSeenBeforeWhoWentAMomentEarlier() {
    membership.changeLater();
    advanceUntil(true);

    wanted.set(false);
    membership.changeLater();
    NodeMembership elsewhere = membership("n2", new AtomicBoolean(true));
    elsewhere.changeLater();
    Awaitility.await()
        .until(
            () -> {
              scheduler.advance(DEBOUNCE);
              return names().equals(List.of("n2"));
            });

    Awaitility.await().until(membership::isIdle);
    assertThat(told).containsExactly("first");
  }

  private NodeMembership membership(String node, AtomicBoolean wanted) {
    Cluster itsCluster = world(node);
    Announcements announcements =
        new Announcements(itsCluster, LAYOUT, (name, first) -> told.add(first ? "first" : "last"));
    return new NodeMembership(
        "c",
        () -> wanted.get() ? Stake.PLAIN : null,
        new Attendance.Settings(LAYOUT, DEBOUNCE, LINGER, LONG),
        failing(itsCluster),
        scheduler,
        new Repairs(scheduler),
        () -> announcements.check("c"),
        over::incrementAndGet);
  }

  private Cluster world(String node) {
    return node.equals("n1") ? cluster : world.node(node).cluster();
  }

  private void advanceUntil(boolean member) {
    Awaitility.await()
        .until(
            () -> {
              scheduler.advance(LONG);
              return isMember() == member && told.size() == (member ? 1 : told.size());
            });
  }

  private boolean isMember() {
    return !names().isEmpty();
  }

  private List<String> names() {
    return TestWorld.get(cluster.members().members(LAYOUT.group("c"))).members().stream()
        .map(Member::id)
        .toList();
  }

  private Cluster failing(Cluster itsCluster) {
    Members members = failing(itsCluster.members());
    return proxy(
        Cluster.class,
        (method, arguments) ->
            method.getName().equals("members") ? members : method.invoke(itsCluster, arguments));
  }

  /** Joins are done, but may fail after that, or be slow. */
  private Members failing(Members members) {
    return proxy(
        Members.class,
        (method, arguments) -> {
          Object result = method.invoke(members, arguments);
          if (!method.getName().equals("join")) {
            return result;
          }
          return failures.getAndDecrement() > 0
              ? CompletableFuture.failedFuture(CommandException.unavailable("no"))
              : ((CompletableFuture<?>) result).thenCombine(held, (joined, done) -> joined);
        });
  }

  private interface Call {
    Object answer(Method method, Object[] arguments) throws ReflectiveOperationException;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> call.answer(method, arguments)));
  }
}
