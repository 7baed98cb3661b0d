// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("full") // Redis takes seconds to notice that a server is gone
class RedisShardsTest {
  /** In slot 866, of the first master, and in slot 15,495, of the last. */
  private static final String FIRST = "foo{hello}";

  private static final String LAST = "a";

  @Test
  void clusterThatLostAMasterAnswersNobodyUntilItIsBack() {
    try (RedisShards redis = RedisShards.started()) {
      redis.lose(0);

      assertThat(redis.masters().get(2).command("SET", LAST, "1")).startsWith("-CLUSTERDOWN");
      redis.bringBack(0);

      assertThat(redis.masters().get(2).command("SET", LAST, "1")).isEqualTo("+OK\r\n");
      assertThat(redis.masters().get(0).command("SET", FIRST, "1")).isEqualTo("+OK\r\n");
    }
  }

  @Test
  void clusterWithoutFullCoverageGoesOnWithTheOtherSlots() {
    try (RedisShards redis = RedisShards.started("cluster-require-full-coverage", "no")) {
      redis.lose(0);

      assertThat(redis.masters().get(2).command("SET", LAST, "1")).isEqualTo("+OK\r\n");
      assertThat(redis.masters().get(2).command("GET", FIRST))
          .isEqualTo("-MOVED 866 127.0.0.1:" + redis.masters().get(0).port() + "\r\n");
    }
  }
}
