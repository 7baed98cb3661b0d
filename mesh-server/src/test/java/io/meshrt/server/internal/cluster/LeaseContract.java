// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.TestWorld.TestNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of nodes that fall silent, leave, or come back. */
abstract class LeaseContract {
  private static final LeaseOptions QUICK =
      new LeaseOptions(Duration.ofMillis(1500), Duration.ofMillis(300), Duration.ofMillis(300));
  private static final Topic LOBBY = new Topic("room", "lobby");

  private TestWorld world;
  private TestNode stays;
  private TestNode goes;

  abstract TestWorld newWorld();

  @BeforeEach
  final void startNodes() {
    world = newWorld();
    stays = world.node("stays", QUICK);
    goes = world.node("goes", QUICK);
  }

  @AfterEach
  final void closeNodes() {
    goes.timers().wake();
    world.close();
  }

  @Test
  void liveNodesAreKnownToEachOther() {
    Set<NodeId> both = Set.of(stays.cluster().self(), goes.cluster().self());
    until(() -> get(stays.cluster().liveNodes()).equals(both));
  }

  @Test
  void membersOfASilentNodeAreRemovedAndEachIsToldOnce() {
    HeardTopic heard = hear(stays, LOBBY.events());
    join(stays, LOBBY, "anna");
    join(goes, LOBBY, "bert");
    join(goes, LOBBY, "carl");
    join(goes, new Topic("room", "other"), "carl");

    goes.timers().freeze();

    heard.await(h -> h.events().size() == 5);
    assertThat(heard.events().subList(3, 5)).containsExactlyInAnyOrder("LEFT bert", "LEFT carl");
    until(() -> ids(stays, LOBBY).equals(List.of("anna")));
    until(() -> ids(stays, new Topic("room", "other")).isEmpty());
    until(() -> get(stays.cluster().liveNodes()).size() == 1);
    assertThat(heard.events()).hasSize(5);
  }

  @Test
  void membersOfALiveNodeStay() {
    HeardTopic heard = hear(goes, LOBBY.events());
    join(stays, LOBBY, "anna");
    HeardTopic other = hear(stays, new Topic("room", "x").events());
    join(goes, new Topic("room", "x"), "bert");

    goes.timers().freeze();
    other.await(h -> h.events().contains("LEFT bert"));

    assertThat(heard.await(h -> h.events().size() == 1).events()).containsExactly("JOINED anna");
    until(() -> ids(stays, LOBBY).equals(List.of("anna")));
  }

  @Test
  void wokenNodeTakesANewLifeAndJoinsAgain() {
    NodeId before = goes.cluster().self();
    rejoinWhenLost(goes, "bert");
    join(goes, LOBBY, "bert");
    HeardTopic heard = hear(stays, LOBBY.events());
    goes.timers().freeze();
    heard.await(h -> h.events().contains("LEFT bert"));

    goes.timers().wake();

    heard.await(h -> h.events().contains("JOINED bert"));
    assertThat(goes.cluster().self().name()).isEqualTo(before.name());
    assertThat(goes.cluster().self()).isNotEqualTo(before);
    assertThat(heard.events()).containsExactly("LEFT bert", "JOINED bert");
    until(() -> ids(stays, LOBBY).equals(List.of("bert")));
  }

  @Test
  void whatAFrozenNodeJoinedAfterItsDeathGoesWithTheNextReaping() {
    HeardTopic heard = hear(stays, LOBBY.events());
    join(goes, LOBBY, "bert");
    goes.timers().freeze();
    heard.await(h -> h.events().contains("LEFT bert"));
    until(() -> get(stays.cluster().liveNodes()).size() == 1);

    join(goes, LOBBY, "ghost");
    boolean seen = ids(stays, LOBBY).contains("ghost");
    goes.timers().wake();

    heard.await(h -> h.events().contains("LEFT ghost"));
    assertThat(seen).isFalse();
    assertThat(heard.events())
        .containsExactly("JOINED bert", "LEFT bert", "JOINED ghost", "LEFT ghost");
  }

  @Test
  void nodeWhoseLeaseHasEndedIsRememberedUntilItIsReaped() {
    NodeId silent = goes.cluster().self();
    goes.timers().freeze();
    stays.timers().freeze();
    until(() -> !get(stays.cluster().liveNodes()).contains(silent));

    Set<NodeId> remembered = get(stays.cluster().rememberedNodes());
    stays.timers().wake();

    assertThat(remembered).contains(silent);
    until(() -> !get(stays.cluster().rememberedNodes()).contains(silent));
  }

  @Test
  void valuesOfDeadMembersCannotBeSet() {
    join(goes, LOBBY, "bert");
    NodeId dead = goes.cluster().self();
    goes.timers().freeze();
    until(() -> !get(stays.cluster().liveNodes()).contains(dead));

    assertThat(
            get(stays.members().setValue(LOBBY, "bert", Version.ANY, "v".getBytes(UTF_8), false))
                .changed())
        .isFalse();
    assertThat(get(stays.members().groupsOf(dead, "bert"))).isEmpty();
  }

  @Test
  void closingNodeTakesItsMembersAlong() {
    HeardTopic heard = hear(stays, LOBBY.events());
    join(stays, LOBBY, "anna");
    join(goes, LOBBY, "bert");

    get(goes.cluster().close());

    heard.await(h -> h.events().contains("LEFT bert"));
    assertThat(heard.events()).containsExactly("JOINED anna", "JOINED bert", "LEFT bert");
    until(() -> get(stays.cluster().liveNodes()).equals(Set.of(stays.cluster().self())));
  }

  @Test
  void closedNodeRefusesAndHearsNothing() {
    HeardTopic heard = hear(goes, LOBBY);
    HeardTopic witness = hear(stays, LOBBY);

    get(goes.cluster().close());
    get(stays.topics().publish(LOBBY, Outgoing.of(new byte[0], Retention.NUMBERED)));
    witness.await(h -> h.publications().size() == 1);

    assertThat(heard.publications()).isEmpty();
    assertThat(goes.cluster().health()).isEqualTo(Health.CLOSED);
    assertUnavailable(goes.members().members(LOBBY));
    assertUnavailable(goes.topics().listen(LOBBY, heard));
    assertUnavailable(goes.store().readAll(LOBBY));
  }

  @Test
  void healthIsToldAsItChanges() {
    List<Health> told = new CopyOnWriteArrayList<>();
    TestNode third = world.unstarted("third", QUICK);
    third
        .cluster()
        .addListener(
            new ClusterListener() {
              @Override
              public void onHealth(Health health) {
                told.add(health);
              }
            });

    Health atFirst = third.cluster().health();
    get(third.cluster().start());
    until(() -> told.contains(Health.UP));
    get(third.cluster().close());

    until(() -> told.contains(Health.CLOSED));
    assertThat(atFirst).isEqualTo(Health.STARTING);
    assertThat(told).containsExactly(Health.UP, Health.CLOSED);
  }

  private static void assertUnavailable(CompletableFuture<?> future) {
    assertThatThrownBy(() -> future.orTimeout(10, TimeUnit.SECONDS).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(CommandException.class)
        .extracting(e -> ((CommandException) e).code())
        .isEqualTo("EUNAVAILABLE");
  }

  private final List<CompletableFuture<Boolean>> rejoined = new CopyOnWriteArrayList<>();

  private void rejoinWhenLost(TestNode node, String member) {
    node.cluster()
        .addListener(
            new ClusterListener() {
              @Override
              public void onLeaseLost(NodeId self) {
                rejoined.add(node.members().join(LOBBY, member, null));
              }
            });
  }

  private static boolean join(TestNode node, Topic group, String member) {
    return get(node.members().join(group, member, null));
  }

  private static List<String> ids(TestNode node, Topic group) {
    return get(node.members().members(group)).members().stream().map(Member::id).toList();
  }

  private static HeardTopic hear(TestNode node, Topic topic) {
    HeardTopic heard = new HeardTopic();
    get(node.topics().listen(topic, heard));
    return heard;
  }

  private static void until(BooleanSupplier fact) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(fact::getAsBoolean);
  }

  private static <T> T get(CompletableFuture<T> future) {
    return TestWorld.get(future);
  }
}
