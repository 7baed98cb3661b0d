// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.mesa.MesaBridgeOptions;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.testkit.RawFrame;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.OldDispatcher;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mesa's published dispatcher, unmodified, acts on connections of our servers. */
@Tag("full")
@Tag("interop")
class MesaDispatcherIT {
  private final String namespace = "npm" + Long.toHexString(ThreadLocalRandom.current().nextLong());

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void publishedDispatcherReachesAndClosesConnections() throws Exception {
    NodePrograms.install();
    try (MeshCluster cluster = start();
        RawWebSocket ann = connect(cluster.node(0), "a");
        RawWebSocket bob = connect(cluster.node(1), "b")) {
      awaitHearing();
      Map<String, ?> none = NodePrograms.facts("mesa-dispatcher.mjs", SharedRedis.uri(), namespace);

      assertThat(none).isEmpty();
      assertThat(ann.readText()).isEqualTo(message(1));
      assertThat(ann.readText()).isEqualTo(message(2));
      assertThat(ann.readText()).isEqualTo(message(3));
      assertThat(bob.readText()).isEqualTo(message(1));
      assertThat(bob.readText()).isEqualTo(message(3));
      RawFrame close = bob.read();
      assertThat(close.opcode()).isEqualTo(RawFrame.CLOSE);
      assertThat(close.closeCode()).isEqualTo(1000);
    }
  }

  private MeshCluster start() {
    return MeshCluster.redis(
        2,
        RedisOptions.of(SharedRedis.uri()).withPrefix(namespace),
        builder ->
            builder
                .mesa("/mesa")
                .mesaBridge(MesaBridgeOptions.defaults().withNamespace(namespace))
                .authentication(
                    request ->
                        Authentication.accept(Identity.of(request.bearerToken().orElseThrow()))),
        server -> {});
  }

  private static RawWebSocket connect(MeshServer server, String identity) throws Exception {
    RawWebSocket socket =
        RawWebSocket.to(server.port())
            .path("/mesa")
            .header("Authorization", "Bearer " + identity)
            .open();
    assertThat(socket.readText()).contains("\"op\":10");
    return socket;
  }

  private static String message(int number) {
    return "{\"op\":0,\"d\":{\"x\":" + number + "},\"t\":\"D" + number + "\"}";
  }

  /** Redis tells how many nodes heard something. */
  private void awaitHearing() throws Exception {
    try (OldDispatcher raw = new OldDispatcher(SharedRedis.uri(), "ws_" + namespace)) {
      Awaitility.await().until(() -> raw.publish("{}") == 2);
    }
  }
}
