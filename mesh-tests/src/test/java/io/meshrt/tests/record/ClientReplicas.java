// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.faults.TcpProxy;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Java clients that follow a record in every mode, and can be moved to another node. */
final class ClientReplicas implements AutoCloseable {
  private final TcpProxy door;
  private final List<MeshClient> clients = new ArrayList<>();
  private final List<RecordSubscription<JsonNode>> subscriptions = new ArrayList<>();

  /** Followers by way of the node that listens at a port. */
  ClientReplicas(String id, int port) throws Exception {
    door = TcpProxy.plain(port);
    for (RecordMode mode : RecordMode.values()) {
      MeshClient client =
          Local.connected(
              MeshClient.builder("ws://127.0.0.1:" + door.port())
                  .reconnect(
                      ReconnectPolicy.fullJitter(Duration.ofMillis(20), Duration.ofMillis(500))));
      clients.add(client);
      subscriptions.add(
          Outcomes.result(client.subscribeRecord(id, JsonNode.class, update -> {}, mode)));
    }
  }

  /** They go on at another node, when they have noticed. */
  void moveTo(int port) {
    door.redirect(port);
    door.cut();
  }

  /** What they have. */
  List<Follower.Held> held() {
    return subscriptions.stream()
        .map(RecordSubscription::current)
        .map(now -> new Follower.Held(now.value(), now.version().number()))
        .toList();
  }

  @Override
  public void close() {
    clients.forEach(MeshClient::close);
    door.close();
  }
}
