// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.room.RoomMessage;
import io.meshrt.faults.SharedRedis;
import io.meshrt.server.MeshServer;
import io.meshrt.testkit.ChildNode;
import io.meshrt.tests.harness.Outcomes;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A killed node takes no memberships with it: its clients have them on another one. */
class KilledNodeIT {
  private final String prefix = "rooms" + Long.toHexString(ThreadLocalRandom.current().nextLong());

  @Test
  @Timeout(120)
  void clientsOfAKilledNodeAreInTheirRoomsElsewhere() throws Exception {
    try (MeshServer survivor = RoomProgram.server(SharedRedis.uri(), prefix);
        ChildNode victim = ChildNode.start(RoomProgram.class, SharedRedis.uri(), prefix)) {
      survivor.start();
      try (MeshClient there = client(victim.port(), "ann");
          MeshClient bob = client(survivor.port(), "bob")) {
        Outcomes.result(there.rooms().joinPersistent("r1"));
        Outcomes.result(bob.rooms().joinPersistent("r1"));

        victim.kill();

        try (MeshClient here = client(survivor.port(), "ann")) {
          assertThat(here.rooms().persistent()).containsExactly("r1");
          List<RoomMessage> log = RoomWorld.heard(here);
          Outcomes.result(bob.rooms().send("r1", "still here"));
          await().until(() -> log.size() == 1);
          assertThat(RoomWorld.texts(log)).containsExactly("still here");
        }
      }
    }
  }

  private static MeshClient client(int port, String identity) throws Exception {
    MeshClient client =
        RoomWorld.as(MeshClient.builder("ws://127.0.0.1:" + port), identity).build();
    Outcomes.result(client.connect());
    return client;
  }
}
