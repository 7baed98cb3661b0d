// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("full") // Redis takes seconds to notice that a server is gone
class RedisSentinelsTest {
  private static final String OK = "+OK\r\n";

  @Test
  void laggingReplicaBecomesMasterWithoutWhatItMissed() {
    try (RedisSentinels redis = RedisSentinels.started()) {
      assertThat(redis.master().command("SET", "early", "1")).isEqualTo(OK);
      await().until(() -> redis.replica().command("GET", "early").equals("$1\r\n1\r\n"));
      redis.lag();
      assertThat(redis.master().command("SET", "late", "1")).isEqualTo(OK);

      redis.failOver();

      assertThat(redis.replica().command("GET", "early")).isEqualTo("$1\r\n1\r\n");
      assertThat(redis.replica().command("GET", "late")).isEqualTo("$-1\r\n");
      assertThat(redis.replica().command("SET", "new", "1")).isEqualTo(OK);
    }
  }

  @Test
  void replicaThatLaggedCatchesUp() {
    try (RedisSentinels redis = RedisSentinels.started()) {
      redis.lag();
      assertThat(redis.master().command("SET", "late", "1")).isEqualTo(OK);
      assertThat(redis.replica().command("GET", "late")).isEqualTo("$-1\r\n");

      redis.catchUp();

      await().until(() -> redis.replica().command("GET", "late").equals("$1\r\n1\r\n"));
    }
  }
}
