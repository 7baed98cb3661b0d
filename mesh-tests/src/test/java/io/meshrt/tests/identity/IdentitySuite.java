// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.identity.Identities;
import io.meshrt.server.identity.IdentityPage;
import io.meshrt.tests.harness.Outcomes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Who is online, asked on every node and told once. */
abstract class IdentitySuite extends IdentityWorld {
  private final List<String> told = new CopyOnWriteArrayList<>();

  @Override
  final void setUp(MeshServer server) {
    server.identities().onOnline(id -> told.add("online " + id));
    server.identities().onOffline(id -> told.add("offline " + id));
  }

  private Identities identities(int node) {
    return node(node).identities();
  }

  @Test
  void anIdentityIsOnlineWhileOneOfItsConnectionsIsOpen() throws Exception {
    MeshClient here = client(0, "ann");
    MeshClient there = client(1, "ann");
    await()
        .until(
            () ->
                Set.copyOf(Outcomes.result(identities(1).connections("ann")))
                    .equals(Set.of(id(here), id(there))));
    assertThat(Outcomes.result(identities(0).isOnline("ann"))).isTrue();
    assertThat(Outcomes.result(identities(1).isOnline("bob"))).isFalse();

    here.close();

    await()
        .until(() -> Outcomes.result(identities(0).connections("ann")).equals(List.of(id(there))));
    assertThat(Outcomes.result(identities(0).isOnline("ann"))).isTrue();
    there.close();
    await().until(() -> !Outcomes.result(identities(1).isOnline("ann")));
    assertThat(Outcomes.result(identities(0).connections("ann"))).isEmpty();
  }

  @Test
  void countsAndPagesAreThoseOfTheWholeCluster() throws Exception {
    client(0);
    for (int i = 0; i < 7; i++) {
      client(i, "user " + i);
      client(i + 1, "user " + i);
    }

    await().until(() -> Outcomes.result(identities(0).onlineCount()) == 7);
    await().until(() -> Outcomes.result(identities(1).connectionCount()) == 15);
    assertThat(Outcomes.result(identities(1).online(List.of("user 3", "nobody"))))
        .containsExactly("user 3");
    List<String> listed = new ArrayList<>();
    String cursor = "";
    Optional<String> next = Optional.empty();
    do {
      IdentityPage page = Outcomes.result(identities(1).list(cursor, 2));
      assertThat(page.ids()).hasSizeLessThanOrEqualTo(2);
      listed.addAll(page.ids());
      next = page.next();
      cursor = next.orElse("");
    } while (next.isPresent());
    assertThat(listed)
        .containsExactlyInAnyOrder(
            "user 0", "user 1", "user 2", "user 3", "user 4", "user 5", "user 6");
    assertThat(Outcomes.result(identities(0).list()).ids()).isEqualTo(listed);
    assertThatThrownBy(() -> identities(0).list("99x", 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> identities(0).list("", 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void comingAndGoingIsToldOnce() throws Exception {
    MeshClient here = client(0, "ann");
    MeshClient there = client(1, "ann");
    await().until(() -> told.contains("online ann"));
    await().until(() -> Outcomes.result(identities(0).connections("ann")).size() == 2);

    here.close();
    await().until(() -> Outcomes.result(identities(0).connections("ann")).size() == 1);
    there.close();
    await().until(() -> told.contains("offline ann"));
    client(0, "bob");
    await().until(() -> told.contains("online bob"));

    assertThat(told).containsExactly("online ann", "offline ann", "online bob");
  }

  @Test
  void identitiesAreDisconnectedWhereverTheyAre() throws Exception {
    MeshClient one = client(0, "ann");
    MeshClient two = client(1, "ann");
    MeshClient three = client(1, "bob");
    MeshClient other = client(0, "cat");
    awaitHearing(one, "ann");
    awaitHearing(two, "ann");
    awaitHearing(three, "bob");

    Outcomes.result(identities(0).disconnect(List.of("ann", "bob", "ann"), 4503, "banned"));

    await()
        .until(
            () ->
                List.of(one, two, three).stream()
                    .allMatch(client -> client.status() == ClientStatus.DISCONNECTED));
    assertThat(other.status()).isEqualTo(ClientStatus.CONNECTED);
  }
}
