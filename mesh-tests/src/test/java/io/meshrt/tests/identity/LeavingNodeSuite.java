// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** One node of two is shut down: who is connected to the other as well does not go. */
abstract class LeavingNodeSuite extends IdentityWorld {
  private final List<String> told = new CopyOnWriteArrayList<>();

  @Override
  final void setUp(MeshServer server) {
    server.identities().onOnline(id -> told.add("online " + id));
    server.identities().onOffline(id -> told.add("offline " + id));
  }

  @Test
  void whoIsConnectedElsewhereStaysOnline() throws Exception {
    client(0, "ann");
    MeshClient there = client(1, "ann");
    client(0, "bob");
    await().until(() -> told.containsAll(List.of("online ann", "online bob")));
    await().until(() -> Outcomes.result(node(1).identities().connections("ann")).size() == 2);

    node(0).drain(Duration.ofSeconds(2));
    node(0).close();

    await().until(() -> told.contains("offline bob"));
    await()
        .untilAsserted(
            () ->
                assertThat(Outcomes.result(node(1).identities().connections("ann")))
                    .containsExactly(id(there)));
    assertThat(Outcomes.result(node(1).identities().isOnline("ann"))).isTrue();
    assertThat(Outcomes.result(node(1).identities().onlineCount())).isOne();
    there.close();
    await().until(() -> told.contains("offline ann"));
    assertThat(told)
        .containsExactlyInAnyOrder("online ann", "online bob", "offline bob", "offline ann");
    assertThat(told.indexOf("offline ann")).isEqualTo(3);
  }
}
