// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.faults.SharedRedis;
import io.meshrt.server.MeshServer;
import io.meshrt.testkit.ChildNode;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A killed node takes its identities with it once its lease has ended, and nobody else's. */
class LostIdentitiesIT {
  private static final List<String> LOST =
      List.of("lost 0", "lost 1", "lost 2", "lost 3", "lost 4");
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final Duration LEASE = Duration.ofSeconds(FULL ? 15 : 9);

  /**
   * Lease + 5 s are promised, of which the servers' sweeps are the 5 s. What a machine that does
   * much else adds to that says nothing about them.
   */
  private static final Duration PATIENCE = LEASE.plusSeconds(5).plusSeconds(FULL ? 25 : 55);

  private final String prefix = "lost" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  private final List<MeshClient> clients = new ArrayList<>();
  private final List<String> offline = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    clients.forEach(MeshClient::close);
  }

  @Test
  @Timeout(180)
  void identitiesOfAKilledNodeGoOfflineOnce() throws Exception {
    try (MeshServer survivor = IdentityProgram.server(SharedRedis.uri(), prefix, LEASE);
        MeshServer other = IdentityProgram.server(SharedRedis.uri(), prefix, LEASE);
        ChildNode victim =
            ChildNode.start(IdentityProgram.class, SharedRedis.uri(), prefix, LEASE.toString())) {
      survivor.identities().onOffline(offline::add);
      other.identities().onOffline(offline::add);
      survivor.start();
      other.start();
      for (String lost : LOST) {
        client(victim.port(), lost);
      }
      MeshClient there = client(victim.port(), "ann");
      MeshClient ann = client(survivor.port(), "ann");
      await().until(() -> Outcomes.result(survivor.identities().onlineCount()) == 6);
      await().until(() -> Outcomes.result(survivor.identities().connectionCount()) == 7);
      // Who was not told to be online when its node died is not told to be offline either.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> Set.of(Outcomes.result(there.command("told", null, String[].class))),
              told -> told.containsAll(LOST));

      victim.kill();

      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  Outcomes.result(survivor.identities().onlineCount()) == 1
                      && Outcomes.result(survivor.identities().connectionCount()) == 1
                      && offline.size() == 5);
      assertThat(Outcomes.result(survivor.identities().connections("ann")))
          .containsExactly(ann.connectionId().orElseThrow());
      assertThat(offline).containsExactlyInAnyOrderElementsOf(LOST);
    }
  }

  private MeshClient client(int port, String identity) throws Exception {
    MeshClient client =
        MeshClient.builder("ws://127.0.0.1:" + port)
            .header("Authorization", "Bearer " + identity)
            .build();
    clients.add(client);
    Outcomes.result(client.connect());
    return client;
  }
}
