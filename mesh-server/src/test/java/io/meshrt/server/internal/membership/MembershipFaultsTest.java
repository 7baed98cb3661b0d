// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import static io.meshrt.server.internal.cluster.TestWorld.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.fakes.LiveNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.roster.Roster;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.room.PersistentRoomOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Memberships when the cluster is slow or away, leaves fail, and connections come and go. */
class MembershipFaultsTest {
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final InMemoryTestWorld world = new InMemoryTestWorld();
  private final TestWorld.TestNode node = world.node("n1");
  private final HeldCluster held = new HeldCluster(node.cluster());
  private final LiveNode live = new LiveNode(node, Duration.ofSeconds(30));
  private final ManualScheduler time = new ManualScheduler();
  private final Roster roster = new Roster(held.cluster(), node.timers());
  private final Exposures<Boolean> rooms = new Exposures<>(live.guards());
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private final MembershipFeature memberships =
      new MembershipFeature(
          PersistentRoomOptions.defaults(),
          new MembershipFeature.Neighbours(
              held.cluster(), roster, live.guards(), (session, room) -> refused.add(room)),
          rooms,
          onManualTime(live.sessions().services()));

  private SessionServices onManualTime(SessionServices real) {
    return new SessionServices(
        real.nodeId(),
        real.connectionLimits(),
        real.commandLimits(),
        real.heartbeat(),
        real.reader(),
        real.json(),
        time,
        real.threads(),
        real.metrics(),
        real.requests(),
        real.listeners());
  }

  @BeforeEach
  void start() {
    memberships.persist(Pattern.compile(".*"));
    rooms.expose(Pattern.compile(".*"), (connection, room) -> admits(room), true);
    live.start(roster, memberships);
  }

  private boolean admits(String room) {
    if (failing.contains(room)) {
      throw new IllegalStateException("meant to fail");
    }
    return true;
  }

  @AfterEach
  void close() {
    held.setAway(false);
    held.release();
    live.close();
    world.close();
  }

  private LivePeer connect(@Nullable String identity) {
    return live.connect(
        Dialect.v1(), identity == null ? null : Identity.of(identity), push -> Optional.empty());
  }

  private boolean isIn(Session session, String room) {
    return roster.groups(session, RoomMirror.group(room).kind()).contains(RoomMirror.group(room));
  }

  private List<String> members(String room) {
    return get(node.members().members(RoomMirror.group(room))).members().stream()
        .map(Member::id)
        .toList();
  }

  private Set<String> kept(String identity) {
    return get(memberships.desk().roomsOfIdentity(identity));
  }

  /** Lets the time pass after which is tried again, until what is wanted is so. */
  private void awaitTrying(Callable<Boolean> wanted) {
    await()
        .until(
            () -> {
              time.advance(RETRY);
              return wanted.call();
            });
  }

  private static String code(CompletableFuture<?> future) {
    try {
      get(future);
      return "none";
    } catch (CompletionException e) {
      return ((CommandException) e.getCause()).code();
    }
  }

  @Test
  void aRemovalWhoseLeaveFailsIsDoneAgain() {
    get(memberships.desk().addMember("a", "ann"));
    Session session = connect("ann").session();
    await().until(() -> isIn(session, "a"));
    held.failLeaves(1);

    get(memberships.desk().removeMember("a", "ann"));

    await().until(() -> held.failedLeaves() == 1);
    awaitTrying(() -> memberships.count(session) == 0 && members("a").isEmpty());
    assertThat(isIn(session, "a")).isFalse();
  }

  @Test
  void aLeaveThatFailsIsNotToldAsDoneAndIsMadeUpFor() {
    Session session = connect("ann").session();
    get(memberships.join(session, "a"));
    held.failLeaves(1);

    assertThat(code(memberships.leave(session, "a", false).orElseThrow()))
        .isEqualTo("EUNAVAILABLE");

    assertThat(kept("ann")).isEmpty();
    await().until(() -> memberships.count(session) == 0 && members("a").isEmpty());
  }

  @Test
  void aJoinDoesNotOutliveTheKeyItWasFor() {
    Session session = connect(null).session();
    held.hold();
    CompletableFuture<?> joining = memberships.join(session, "a");
    await().until(() -> held.held() > 0);

    session.identify(Identity.of("ann"));
    held.release();

    assertThat(code(joining)).isEqualTo("EUNAVAILABLE");
    await().until(() -> memberships.count(session) == 0 && members("a").isEmpty());
    assertThat(kept("ann")).isEmpty();
    assertThat(get(memberships.join(session, "a"))).isEmpty(); // no token
    assertThat(kept("ann")).containsExactly("a");
    assertThat(members("a")).containsExactly(session.id());
  }

  @Test
  void firstJoinsAtTheSameTimeGetOneToken() {
    for (int round = 0; round < 50; round++) {
      Session session = connect(null).session();
      CompletableFuture<Optional<String>> one = join(session, "a");
      CompletableFuture<Optional<String>> other = join(session, "b");

      assertThat(get(one)).isPresent().isEqualTo(get(other));
      assertThat(memberships.count(session)).isEqualTo(2);
    }
  }

  private CompletableFuture<Optional<String>> join(Session session, String room) {
    return CompletableFuture.completedFuture(room)
        .thenComposeAsync(name -> memberships.join(session, name));
  }

  @Test
  void aTokenThatIsFoundLateDoesNotTakeThePlaceOfAnIdentity() {
    get(memberships.desk().addMember("a", "ann"));
    String token = get(memberships.join(connect(null).session(), "t")).orElseThrow();
    Session session = connect(null).session();
    held.hold();
    CompletableFuture<Restored> restoring = memberships.restore(session, Optional.of(token));
    await().until(() -> held.held() > 0);

    session.identify(Identity.of("ann"));
    held.release();

    assertThat(get(restoring).rooms()).containsExactly("a");
    await().until(() -> isIn(session, "a") && memberships.count(session) == 1);
    assertThat(isIn(session, "t")).isFalse();
  }

  @Test
  void aGuardThatFailsKeepsNobodyOutOfOtherRoomsAndForgetsNothing() {
    get(memberships.desk().addMember("a", "ann"));
    get(memberships.desk().addMember("b", "ann"));
    failing.add("a");
    Session session = connect("ann").session();

    Restored restored = get(memberships.restore(session, Optional.empty()));

    assertThat(restored.rooms()).containsExactly("b");
    assertThat(restored.refused()).isEmpty();
    assertThat(kept("ann")).containsExactlyInAnyOrder("a", "b");
    failing.clear();
    awaitTrying(() -> isIn(session, "a"));
    assertThat(refused).isEmpty();
  }

  @Test
  void aRestoreLeavesNothingOfAConnectionThatClosesMeanwhile() {
    get(memberships.desk().addMember("a", "ann"));
    held.hold();
    LivePeer going = connect("ann");
    await().until(() -> held.held() > 0);

    going.disconnect();
    await().until(() -> memberships.keys() == 0);
    held.release();

    LivePeer coming = connect("ann");
    await().untilAsserted(() -> assertThat(members("a")).containsExactly(coming.id()));
    await().until(() -> roster.size() == 1);
    assertThat(kept("ann")).containsExactly("a");
  }

  @Test
  void withoutTheClusterEverythingFailsAndNothingIsLost() {
    get(memberships.desk().addMember("z", "ann"));
    Session before = connect("ann").session();
    await().until(() -> isIn(before, "z"));
    held.setAway(true);
    Session session = connect("ann").session();

    assertThat(code(memberships.restore(session, Optional.empty()))).isEqualTo("EUNAVAILABLE");
    assertThat(code(memberships.join(session, "a"))).isEqualTo("EUNAVAILABLE");
    assertThat(code(memberships.leave(before, "z", false).orElseThrow())).isEqualTo("EUNAVAILABLE");

    assertThat(isIn(session, "a")).isFalse();
    assertThat(isIn(before, "z")).isTrue();
    held.setAway(false);
    awaitTrying(() -> isIn(session, "z"));
    assertThat(kept("ann")).containsExactly("z");
    get(memberships.join(session, "a"));
    assertThat(kept("ann")).containsExactlyInAnyOrder("a", "z");
  }

  @Test
  void aTokenThatCannotBeLookedForIsNotSaidToBeUnknown() {
    Session first = connect(null).session();
    String token = get(memberships.join(first, "a")).orElseThrow();
    Session second = connect(null).session();
    held.setAway(true);

    assertThat(code(memberships.restore(second, Optional.of(token)))).isEqualTo("EUNAVAILABLE");

    held.setAway(false);
    Restored restored = get(memberships.restore(second, Optional.of(token)));
    assertThat(restored.known()).isTrue();
    assertThat(restored.rooms()).containsExactly("a");
    assertThat(
            get(memberships.restore(connect(null).session(), Optional.of("A".repeat(32)))).known())
        .isFalse();
  }

  @Test
  void noOtherTokenIsIssuedWhileOneThatWasShownCannotBeLookedFor() {
    String token = get(memberships.join(connect(null).session(), "a")).orElseThrow();
    Session session = connect(null).session();
    held.setAway(true);
    assertThat(code(memberships.restore(session, Optional.of(token)))).isEqualTo("EUNAVAILABLE");
    held.setAway(false);

    assertThat(code(memberships.join(session, "b"))).isEqualTo("EUNAVAILABLE");

    assertThat(get(memberships.restore(session, Optional.of(token))).rooms()).containsExactly("a");
    assertThat(get(memberships.join(session, "b"))).isEmpty();
    assertThat(get(memberships.restore(connect(null).session(), Optional.of(token))).rooms())
        .containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void whoGivesUpATokenThatCannotBeLookedForGetsAnother() {
    Session session = connect(null).session();
    held.setAway(true);
    assertThat(code(memberships.restore(session, Optional.of("A".repeat(32)))))
        .isEqualTo("EUNAVAILABLE");
    held.setAway(false);

    assertThat(get(memberships.restore(session, Optional.empty())).known()).isFalse();

    assertThat(get(memberships.join(session, "b"))).isPresent();
  }

  @Test
  void whoJoinsBehindARestoreGoesOnWithTheTokenThatWasShown() {
    String token = get(memberships.join(connect(null).session(), "a")).orElseThrow();
    Session session = connect(null).session();
    Session unknown = connect(null).session();
    held.hold();
    CompletableFuture<Restored> restoring = memberships.restore(session, Optional.of(token));
    CompletableFuture<Restored> vain = memberships.restore(unknown, Optional.of("A".repeat(32)));
    CompletableFuture<Optional<String>> joining = join(session, "b");
    CompletableFuture<Optional<String>> first = join(unknown, "b");
    await().until(() -> held.held() > 1);

    held.release();

    assertThat(get(restoring).rooms()).contains("a");
    assertThat(get(joining)).isEmpty();
    assertThat(get(vain).known()).isFalse();
    assertThat(get(first)).isPresent();
  }
}
