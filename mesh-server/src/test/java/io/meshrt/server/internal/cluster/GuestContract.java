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
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who looks in without a lease. */
abstract class GuestContract {
  private static final LeaseOptions QUICK =
      new LeaseOptions(Duration.ofMillis(1500), Duration.ofMillis(300), Duration.ofMillis(300));
  private static final Topic LOBBY = new Topic("room", "lobby");

  private TestWorld world;
  private TestNode node;
  private TestNode guest;

  abstract TestWorld newWorld();

  @BeforeEach
  final void start() {
    world = newWorld();
    node = world.node("n1", QUICK);
    guest = world.guest("g1");
  }

  @AfterEach
  final void closeNodes() {
    node.timers().wake();
    world.close();
  }

  @Test
  void guestIsNotAmongTheNodesAndSeesThem() {
    for (TestNode asked : Set.of(node, guest)) {
      NodeId self = node.cluster().self();
      until(() -> get(asked.cluster().liveNodes()).equals(Set.of(self)));
      until(() -> get(asked.cluster().presumedNodes()).equals(Set.of(self)));
      assertThat(get(asked.cluster().rememberedNodes())).containsExactly(self);
    }
  }

  @Test
  void guestIsUpAndCountedOnByNobody() {
    until(() -> guest.cluster().health() == Health.UP);

    assertThat(LeaseTerm.isLapsed(guest.cluster().term())).isTrue();
    until(() -> !LeaseTerm.isLapsed(node.cluster().term()));
  }

  @Test
  void guestReadsMembersAndHearsOfThem() {
    HeardTopic heard = new HeardTopic();
    get(guest.topics().listen(LOBBY.events(), heard));

    get(node.members().join(LOBBY, "anna", "a".getBytes(UTF_8)));

    heard.await(h -> h.events().contains("JOINED anna"));
    until(
        () ->
            get(guest.members().members(LOBBY)).members().stream()
                .map(Member::id)
                .toList()
                .equals(List.of("anna")));
    until(() -> get(guest.members().find(LOBBY, Set.of("anna", "bert"))).size() == 1);
    assertThat(get(guest.members().groups("room"))).containsExactly(LOBBY);
    assertThat(get(guest.members().groupsOf(node.cluster().self(), "anna"))).containsExactly(LOBBY);
  }

  @Test
  void guestChangesNoMembers() {
    get(node.members().join(LOBBY, "anna", null));

    assertRefused(guest.members().join(LOBBY, "bert", null));
    assertRefused(guest.members().leave(LOBBY, "anna"));
    assertRefused(guest.members().clear(LOBBY));
    assertRefused(guest.members().setValue(LOBBY, "anna", Version.ANY, null, false));
    get(guest.members().forOwn(part -> CompletableFuture.failedFuture(new AssertionError())));
    until(() -> get(node.members().members(LOBBY)).members().size() == 1);
  }

  @Test
  void silentNodeIsGoneForAGuestAndRemovedByANode() {
    get(node.members().join(LOBBY, "anna", null));
    NodeId silent = node.cluster().self();
    HeardTopic heard = new HeardTopic();
    get(guest.topics().listen(LOBBY.events(), heard));
    node.timers().freeze();

    until(() -> get(guest.cluster().liveNodes()).isEmpty());
    Set<NodeId> remembered = get(guest.cluster().rememberedNodes());
    boolean told = heard.events().contains("LEFT anna");
    world.node("n2", QUICK);

    heard.await(h -> h.events().contains("LEFT anna"));
    assertThat(remembered).containsExactly(silent);
    assertThat(told).isFalse();
  }

  @Test
  void closedGuestRefusesAndTakesNothingAlong() {
    get(node.members().join(LOBBY, "anna", null));
    HeardTopic heard = new HeardTopic();
    get(guest.topics().listen(LOBBY, heard));
    HeardTopic witness = new HeardTopic();
    get(node.topics().listen(LOBBY, witness));

    get(guest.cluster().close());
    get(guest.cluster().close());
    get(node.topics().publish(LOBBY, Outgoing.of(new byte[0], Retention.NUMBERED)));
    witness.await(h -> h.publications().size() == 1);

    assertThat(heard.publications()).isEmpty();
    assertThat(guest.cluster().health()).isEqualTo(Health.CLOSED);
    assertThatThrownBy(() -> get(guest.topics().listen(LOBBY, heard)))
        .cause()
        .isInstanceOf(CommandException.class);
    until(() -> get(node.members().members(LOBBY)).members().size() == 1);
    until(() -> get(node.cluster().liveNodes()).equals(Set.of(node.cluster().self())));
  }

  private static void assertRefused(CompletableFuture<?> change) {
    assertThatThrownBy(() -> get(change)).cause().isInstanceOf(IllegalStateException.class);
  }

  private static void until(Callable<Boolean> fact) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(fact);
  }

  private static <T> T get(CompletableFuture<T> future) {
    return TestWorld.get(future);
  }
}
