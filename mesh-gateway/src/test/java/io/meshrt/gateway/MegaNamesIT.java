// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import static io.meshrt.gateway.harness.Gateways.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.faults.SharedRedis;
import io.meshrt.gateway.harness.GatewayProcess;
import io.meshrt.gateway.harness.Gateways;
import io.meshrt.gateway.harness.Tokens;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.dispatch.MeshDispatcher;
import io.meshrt.testkit.ChildNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An environment that was written for Mega, with a dispatcher and a worker of today beside it. */
class MegaNamesIT {
  private static final String KEY = "a short one";

  @TempDir private Path folder;

  private final String namespace =
      "mega" + Long.toHexString(ThreadLocalRandom.current().nextLong());

  @Test
  void pushesAndAnswersComeFromOtherProcesses() throws Exception {
    RedisOptions redis = RedisOptions.of(SharedRedis.uri()).withPrefix(namespace);
    try (GatewayProcess gateway = GatewayProcess.start(variables(), folder);
        ChildNode worker =
            ChildNode.start(WorkerProgram.class, SharedRedis.uri(), namespace, "workers");
        MeshDispatcher dispatcher = MeshDispatcher.connect(redis)) {
      int port = gateway.port();
      Gateways.awaitReady(port);
      try (MeshClient client = Gateways.connected(port)) {
        CompletableFuture<String> told = new CompletableFuture<>();
        client.onMessage("SERVER_TIME", String.class, told::complete);
        CompletableFuture<String> toldAll = new CompletableFuture<>();
        client.onMessage("TO_ALL", String.class, toldAll::complete);
        result(client.authenticate(Map.of("token", Tokens.hs256(KEY, "{\"id\":42}"))));

        result(dispatcher.sendToIdentity("42", "SERVER_TIME", "noon"));
        result(dispatcher.broadcast("TO_ALL", "hello"));

        assertThat(result(told)).isEqualTo("noon");
        assertThat(result(toldAll)).isEqualTo("hello");
        assertThat(result(client.command("double", 21, String.class)))
            .startsWith("42 42 by ")
            .doesNotEndWith(" " + ProcessHandle.current().pid())
            .doesNotEndWith(" " + gateway.pid());
        assertThat(worker.port()).isZero();
      }
      assertThat(String.join("\n", gateway.said()))
          .contains("WS_KEY is now called MESH_JWT_KEY")
          .contains("STORE_MESSAGES=true has no effect")
          .doesNotContain(KEY);
    }
  }

  private Map<String, String> variables() {
    Map<String, String> all = new HashMap<>();
    all.put("NODE_ENV", "production");
    all.put("WS_KEY", KEY);
    all.put("ENABLE_LOGGING", "true");
    all.put("MESA_PORT", "0");
    all.put("MESA_PATH", "/");
    all.put("MESA_NAMESPACE", namespace);
    all.put("REDIS_URI", SharedRedis.uri());
    all.put("ENFORCE_EQUAL_VERSIONS", "false");
    all.put("STORE_MESSAGES", "true");
    all.put("SYNC_ENABLED", "false");
    all.put("SYNC_REDELIVERY_INTERVAL", "0");
    all.put("PORTALS_ENABLED", "true");
    all.put("PORTAL_DISTRIBUTE_LOAD", "true");
    all.put("HEARTBEATS_ENABLED", "true");
    all.put("HEARTBEAT_INTERVAL", "10000");
    all.put("HEARTBEAT_MAX_ATTEMPTS", "3");
    all.put("RECONNECTS_ENABLED", "true");
    all.put("RECONNECT_INTERVAL", "5000");
    all.put("AUTH_TIMEOUT", "10000");
    all.put("AUTH_REQUIRED", "false");
    all.put("AUTH_SEND_USER_OBJECT", "true");
    all.put("AUTH_DISCONNECT_ON_FAIL", "true");
    all.put("AUTH_STORE_CONNECTED_USERS", "true");
    return all;
  }
}
