// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.thinws;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.faults.RedisServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.testkit.RawWebSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Without Redis a frame is answered by the error that clients of ThinWS know. */
class LostRedisIT {
  @Test
  void whatCannotBeDoneIsTheKnownErrorAndNotAcknowledged() throws Exception {
    try (RedisServer redis = RedisServer.started();
        MeshCluster cluster =
            MeshCluster.redis(
                1,
                RedisOptions.of(redis.uri()),
                builder -> builder.thinWs("/thinws"),
                ThinWsWorld::setUp);
        RawWebSocket socket =
            RawWebSocket.to(cluster.node(0).port())
                .path("/thinws")
                .readTimeout(Duration.ofSeconds(30))
                .open()) {
      ThinWsWorld.ask(socket, 1, "\"type\":\"connect\",\"connectionID\":\"7\"");
      ThinWsWorld.ask(socket, 2, "\"type\":\"subscribe\",\"roomID\":\"room1\"");

      redis.kill();
      socket.sendText("{\"messageID\":3,\"type\":\"message\",\"message\":1,\"roomID\":\"room1\"}");

      assertThat(socket.readText())
          .isEqualTo("{\"type\":\"error\",\"message\":\"Internal server error\"}");
    }
  }
}
