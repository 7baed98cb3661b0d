// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.roster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.fakes.LiveLoop;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.TestNode;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RosterTest {
  private static final Topic LOBBY = new Topic("room", "lobby");
  private static final LeaseOptions SHORT =
      new LeaseOptions(Duration.ofSeconds(3), Duration.ofMillis(300), Duration.ofMillis(300));

  private final InMemoryTestWorld world = new InMemoryTestWorld();
  private final List<LiveLoop> loops = List.of(new LiveLoop(0), new LiveLoop(1));
  private final TestNode sessions = new TestNode();
  private final AtomicInteger inRooms = new AtomicInteger();
  private int peers;

  /** Counts who is in. */
  private final class Rooms implements GroupKind {
    @Override
    public String name() {
      return LOBBY.kind();
    }

    @Override
    public int maxPerSession() {
      return 3;
    }

    @Override
    public void onTooMany(Session session) {}

    @Override
    public CompletableFuture<Void> beforeJoin(Session session, Topic group) {
      inRooms.incrementAndGet();
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onJoined(Session session, Topic group) {}

    @Override
    public void afterLeave(Session session, Topic group) {
      inRooms.decrementAndGet();
    }
  }

  @AfterEach
  void close() {
    world.close();
    loops.forEach(LiveLoop::close);
  }

  private Roster roster(TestWorld.TestNode node) {
    return roster(node, node.cluster(), node.timers());
  }

  private Roster roster(TestWorld.TestNode node, Cluster cluster, Scheduler scheduler) {
    Roster roster = new Roster(cluster, scheduler);
    roster.addKind(new Rooms());
    node.cluster().addListener(roster);
    sessions.listeners.add(roster);
    return roster;
  }

  private LivePeer connect() {
    return LivePeer.connect(sessions.sessions(), Dialect.v1(), loops.get(peers++ % loops.size()));
  }

  private static Set<String> members(TestWorld.TestNode seer, Topic group) {
    return TestWorld.get(seer.members().members(group)).members().stream()
        .map(Member::id)
        .collect(Collectors.toSet());
  }

  private static String failure(CompletableFuture<?> future) {
    try {
      future.join();
      return "none";
    } catch (CompletionException e) {
      return e.getCause().getMessage();
    }
  }

  @Test
  void everySessionIsRegisteredUntilItCloses() {
    TestWorld.TestNode node = world.node("n1");
    Roster roster = roster(node);
    LivePeer peer = connect();
    Topic connections = ConnectionGroups.of(peer.session().id());
    await().until(() -> members(node, connections).contains(peer.session().id()));

    peer.disconnect();

    await().until(() -> members(node, connections).isEmpty() && roster.size() == 0);
    assertThat(failure(roster.join(peer.session(), LOBBY))).contains("no such connection");
  }

  @Test
  void membershipsEndWithTheSession() {
    TestWorld.TestNode node = world.node("n1");
    Roster roster = roster(node);
    LivePeer peer = connect();
    assertThat(TestWorld.get(roster.join(peer.session(), LOBBY))).isTrue();
    assertThat(TestWorld.get(roster.join(peer.session(), LOBBY))).isFalse();
    assertThat(members(node, LOBBY)).containsExactly(peer.session().id());

    peer.disconnect();

    await().until(() -> members(node, LOBBY).isEmpty() && roster.size() == 0);
    await().untilAsserted(() -> assertThat(inRooms).hasValue(0));
  }

  @Test
  void nodeThatWasTakenForDeadRegistersEverythingAgain() {
    TestWorld.TestNode node = world.node("n1", SHORT);
    TestWorld.TestNode other = world.node("n2", SHORT);
    Roster roster = roster(node);
    LivePeer peer = connect();
    String id = peer.session().id();
    TestWorld.get(roster.join(peer.session(), LOBBY));
    byte[] value = "42".getBytes(UTF_8);
    assertThat(TestWorld.get(roster.change(peer.session(), LOBBY, before -> value, false)))
        .isTrue();

    node.timers().freeze();
    await().until(() -> members(other, LOBBY).isEmpty());
    assertThat(failure(roster.recheck(LOBBY))).contains("taken for dead");
    node.timers().wake();

    await().until(() -> members(other, LOBBY).contains(id));
    await().until(() -> members(other, ConnectionGroups.of(id)).contains(id));
    assertThat(TestWorld.get(other.members().find(LOBBY, List.of(id))).get(0).value())
        .isEqualTo(value);
  }

  @Test
  void whatTheClusterMayHaveLostIsSaidAgain() {
    TestWorld.TestNode node = world.node("n1");
    Roster roster = roster(node);
    LivePeer peer = connect();
    String id = peer.session().id();
    TestWorld.get(roster.join(peer.session(), LOBBY));
    byte[] value = "42".getBytes(UTF_8);
    assertThat(TestWorld.get(roster.change(peer.session(), LOBBY, before -> value, false)))
        .isTrue();
    TestWorld.get(node.members().leave(LOBBY, id)); // as if it had never joined
    TestWorld.get(node.members().leave(ConnectionGroups.of(id), id));

    roster.onDoubt();

    await().until(() -> members(node, LOBBY).contains(id));
    await().until(() -> members(node, ConnectionGroups.of(id)).contains(id));
    assertThat(TestWorld.get(node.members().find(LOBBY, List.of(id))).get(0).value())
        .isEqualTo(value);
    assertThat(inRooms).hasValue(1);
  }

  @Test
  void whoseLeaveTheClusterMayHaveLostIsTakenOutAgain() {
    TestWorld.TestNode node = world.node("n1");
    Roster roster = roster(node);
    LivePeer peer = connect();
    String id = peer.session().id();
    TestWorld.get(roster.join(peer.session(), LOBBY));
    Topic corner = new Topic(LOBBY.kind(), "corner");
    Topic others = new Topic("others", "lobby");
    TestWorld.get(node.members().join(corner, id, null)); // as if it had never left
    TestWorld.get(node.members().join(LOBBY, "gone", null));
    TestWorld.get(node.members().join(others, "gone", null)); // not the roster's

    roster.onDoubt();

    await().until(() -> members(node, corner).isEmpty());
    await().until(() -> members(node, LOBBY).equals(Set.of(id)));
    assertThat(members(node, others)).containsExactly("gone");
  }

  @Test
  void nothingIsAttemptedBeforeTheClusterIsThere() {
    TestWorld.TestNode node = world.unstarted("n1", SHORT);
    Roster roster = roster(node);
    LivePeer stays = connect();
    LivePeer goes = connect();
    assertThat(failure(roster.join(stays.session(), LOBBY))).contains("cannot be asked");

    goes.disconnect();
    await().until(() -> roster.size() == 1);
    TestWorld.get(node.cluster().start());

    String id = stays.session().id();
    await().until(() -> members(node, ConnectionGroups.of(id)).contains(id));
    assertThat(TestWorld.get(roster.join(stays.session(), LOBBY))).isTrue();
  }

  @Test
  void whatSomebodyRemovedIsForgottenWhenItIsLookedFor() {
    TestWorld.TestNode node = world.node("n1");
    Roster roster = roster(node);
    LivePeer one = connect();
    LivePeer two = connect();
    TestWorld.get(roster.join(one.session(), LOBBY));
    TestWorld.get(roster.join(two.session(), LOBBY));

    TestWorld.get(node.members().leave(LOBBY, one.session().id()));
    TestWorld.get(roster.recheck(LOBBY));

    await().until(() -> roster.groups(one.session(), "room").isEmpty());
    assertThat(roster.groups(two.session(), "room")).containsExactly(LOBBY);
    await().untilAsserted(() -> assertThat(inRooms).hasValue(1));
    assertThat(TestWorld.get(roster.join(one.session(), LOBBY))).isTrue();
  }

  @Test
  void whatSomebodyRemovedIsLookedForUntilThatCanBeDone() {
    TestWorld.TestNode node = world.node("n1");
    AtomicInteger failures = new AtomicInteger();
    ManualScheduler scheduler = new ManualScheduler();
    Roster roster = roster(node, failing(node.cluster(), failures), scheduler);
    LivePeer peer = connect();
    TestWorld.get(roster.join(peer.session(), LOBBY));
    TestWorld.get(node.members().leave(LOBBY, peer.session().id()));
    failures.set(2);

    roster.recheckSoon(LOBBY);
    scheduler.advance(Duration.ofSeconds(1));
    assertThat(roster.groups(peer.session(), "room")).containsExactly(LOBBY);
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(roster.groups(peer.session(), "room")).isEmpty();
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void nothingIsLookedForAfterTheEndOfTheNode() {
    TestWorld.TestNode node = world.node("n1");
    ManualScheduler scheduler = new ManualScheduler();
    Roster roster = roster(node, node.cluster(), scheduler);
    TestWorld.get(roster.join(connect().session(), LOBBY));
    TestWorld.get(node.cluster().close());

    roster.recheckSoon(LOBBY);

    assertThat(scheduler.pending()).isZero();
  }

  /** The same cluster, which cannot say a number of times which nodes live. */
  private static Cluster failing(Cluster cluster, AtomicInteger failures) {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) ->
                method.getName().equals("liveNodes") && failures.getAndDecrement() > 0
                    ? CompletableFuture.failedFuture(CommandException.unavailable("no"))
                    : method.invoke(cluster, arguments));
  }

  @Test
  void joinLeaveAndCloseInAnyOrderAgree() {
    TestWorld.TestNode node = world.node("n1");
    Roster roster = roster(node);
    Random random = new Random(7);
    int rounds = Boolean.getBoolean("mesh.full") ? 8_000 : 500;
    List<LivePeer> open = new ArrayList<>();
    List<CompletableFuture<?>> calls = new ArrayList<>();

    for (int round = 0; round < rounds; round++) {
      if (open.size() < 5) {
        open.add(connect());
      }
      LivePeer peer = open.get(random.nextInt(open.size()));
      Topic room = new Topic("room", "r" + random.nextInt(4));
      switch (random.nextInt(5)) {
        case 0, 1 -> calls.add(roster.join(peer.session(), room));
        case 2 -> calls.add(roster.leave(peer.session(), room));
        case 3 -> calls.add(roster.recheck(room));
        default -> {
          open.remove(peer);
          peer.disconnect();
        }
      }
    }
    calls.forEach(RosterTest::failure);
    await().until(() -> roster.size() == open.size());

    await().untilAsserted(() -> assertAgreement(node, roster, open));
  }

  private void assertAgreement(TestWorld.TestNode node, Roster roster, List<LivePeer> open) {
    int memberships = 0;
    for (int number = 0; number < 4; number++) {
      Topic room = new Topic("room", "r" + number);
      Set<String> believed = new HashSet<>();
      for (LivePeer peer : open) {
        if (roster.groups(peer.session(), "room").contains(room)) {
          believed.add(peer.session().id());
        }
      }
      memberships += believed.size();
      assertThat(members(node, room)).isEqualTo(believed);
    }
    assertThat(inRooms).hasValue(memberships);
  }
}
