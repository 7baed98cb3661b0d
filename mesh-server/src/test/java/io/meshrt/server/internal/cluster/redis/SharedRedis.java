// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import java.util.Optional;

/**
 * The Redis for tests that leave it alone: {@code MESH_TEST_REDIS_URL}, else one process for the
 * whole run. Tests keep apart by prefix.
 */
public final class SharedRedis {
  private SharedRedis() {}

  public static String uri() {
    return Optional.ofNullable(System.getenv("MESH_TEST_REDIS_URL"))
        .orElseGet(() -> Own.REDIS.uri());
  }

  private static final class Own {
    private static final TestRedis REDIS = TestRedis.started();

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(REDIS::close));
    }
  }
}
