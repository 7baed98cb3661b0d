// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.soak;

import io.meshrt.faults.RedisServer;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import io.meshrt.testkit.MeshCluster;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/** {@link ChurnSuite} with nodes that share a Redis, where nothing may be left either. */
@Tag("full")
class ChurnOnRedisIT extends ChurnSuite {
  private final RedisServer redis = RedisServer.started();

  @Override
  MeshCluster start(
      int nodes, UnaryOperator<MeshServerBuilder> options, Consumer<MeshServer> setUp) {
    return MeshCluster.redis(nodes, RedisOptions.of(redis.uri()), options, setUp);
  }

  @AfterEach
  final void stop() {
    redis.close();
  }

  @Override
  Map<String, Integer> shared() {
    Map<String, Integer> shared = new TreeMap<>();
    for (String key : lines("KEYS", "*")) {
      shared.put(key, entries(key));
    }
    shared.put("listened to", lines("PUBSUB", "CHANNELS").length);
    shared.put("connections to Redis", lines("CLIENT", "LIST").length);
    return shared;
  }

  private int entries(String key) {
    String type = redis.command("TYPE", key).strip();
    String count =
        switch (type) {
          case "+none" -> ":0"; // expired meanwhile
          case "+hash" -> redis.command("HLEN", key);
          case "+zset" -> redis.command("ZCARD", key);
          case "+set" -> redis.command("SCARD", key);
          case "+stream" -> redis.command("XLEN", key);
          case "+string" -> redis.command("STRLEN", key);
          default -> throw new IllegalStateException(key + " is a " + type);
        };
    return Integer.parseInt(count.strip().substring(1));
  }

  /** The texts in a reply of Redis. */
  private String[] lines(String... command) {
    return redis
        .command(command)
        .lines()
        .filter(line -> !line.isEmpty() && !line.matches("[*$]\\d+"))
        .toArray(String[]::new);
  }
}
