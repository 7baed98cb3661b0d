// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.TestWorld;
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

    assertThat(told).containsExactly("first", "last");
    Awaitility.await().until(membership::isIdle);
    assertThat(over).hasPositiveValue();
  }

  @Test
  void whatComesAndGoesAtOnceIsNotTold() {
    membership.changeLater();
    wanted.set(false);
    scheduler.advance(SubscriberHooks.DEBOUNCE);

    assertThat(membership.isIdle()).isTrue();
    assertThat(isMember()).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void aJoinOfUnknownOutcomeIsTakenBack() {
    failures.set(1);
    membership.changeLater();
    scheduler.advance(SubscriberHooks.DEBOUNCE);
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
    scheduler.advance(SubscriberHooks.DEBOUNCE);
    wanted.set(false);
    membership.changeLater();
    scheduler.advance(SubscriberHooks.LINGER);

    slow.complete(true);
    advanceUntil(false);

    Awaitility.await().until(membership::isIdle);
    assertThat(told).containsExactly("first", "last");
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
              scheduler.advance(SubscriberHooks.DEBOUNCE);
              return names().equals(List.of("n2"));
            });

    Awaitility.await().until(membership::isIdle);
    assertThat(told).containsExactly("first");
  }

  private NodeMembership membership(String node, AtomicBoolean wanted) {
    return new NodeMembership(
        "c",
        wanted::get,
        failing(cluster.members()),
        node,
        scheduler,
        new Announcements(cluster, (channel, first) -> told.add(first ? "first" : "last")),
        over::incrementAndGet);
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
    return TestWorld.get(cluster.members().members(Announcements.group("c"))).members().stream()
        .map(Member::id)
        .toList();
  }

  /** Joins are done, but may fail after that, or be slow. */
  private Members failing(Members members) {
    return (Members)
        Proxy.newProxyInstance(
            Members.class.getClassLoader(),
            new Class<?>[] {Members.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(members, arguments);
              if (!method.getName().equals("join")) {
                return result;
              }
              return failures.getAndDecrement() > 0
                  ? CompletableFuture.failedFuture(CommandException.unavailable("no"))
                  : ((CompletableFuture<?>) result).thenCombine(held, (joined, done) -> joined);
            });
  }
}
