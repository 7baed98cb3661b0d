// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.server.internal.cluster.Store.Write;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Values whose time is over do not stay in Redis for as long as their neighbours live. */
class RedisExpiredValuesIT extends RedisFaults {
  private void put(String key, Duration ttl) {
    get(first().store().commit(LOBBY, Write.put(key, Version.ANY, "v".getBytes(UTF_8), ttl)));
  }

  @Test
  void whoeverReadsAllRemovesThem() {
    String hash = world().settings().prefix() + ":{.lobby}:room:v";
    for (int i = 0; i < 20; i++) {
      put("brief " + i, Duration.ofMillis(20));
    }
    put("stays", Duration.ofMinutes(10));

    await()
        .atMost(RECOVERY)
        .until(() -> get(second().store().readAll(LOBBY)).keySet().equals(Set.of("stays")));

    assertThat(redis().command("HKEYS", hash)).contains("stays").doesNotContain("brief");
  }
}
