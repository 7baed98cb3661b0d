// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;

class RedisSettingsTest {
  @Test
  void uriNamesServerUserPasswordAndDatabase() {
    Config config = RedisSettings.of("rediss://ann:s%40cret+1@cache.example:6380/3").newConfig();

    assertThat(config.useSingleServer().getAddress()).isEqualTo("rediss://cache.example:6380");
    assertThat(config.useSingleServer().getDatabase()).isEqualTo(3);
    assertThat(config.getUsername()).isEqualTo("ann");
    assertThat(config.getPassword()).isEqualTo("s@cret+1");
  }

  @Test
  void partsOfAUriMayBeLeftOut() {
    Config plain = RedisSettings.of("redis://cache").newConfig();
    Config password = RedisSettings.of("redis://:secret@cache").newConfig();
    Config word = RedisSettings.of("redis://secret@cache").newConfig();

    assertThat(plain.useSingleServer().getAddress()).isEqualTo("redis://cache:6379");
    assertThat(plain.getPassword()).isNull();
    assertThat(password.getPassword()).isEqualTo("secret");
    assertThat(password.getUsername()).isNull();
    assertThat(word.getPassword()).isEqualTo("secret");
  }

  @Test
  void nothingShownContainsThePassword() {
    RedisSettings settings = RedisSettings.of("redis://ann:secret@cache:7000/1");

    assertThat(settings.toString()).contains("cache:7000").doesNotContain("secret", "ann");
    for (String bad :
        List.of(
            "redis://ann:secret@ca che",
            "redis://ann:secret@",
            "http://ann:secret@cache",
            "redis://ann:secret@cache/x",
            "redis://ann:sec^ret@cache")) {
      Throwable refused = catchThrowable(() -> RedisSettings.of(bad));
      assertThat(refused).isInstanceOf(IllegalArgumentException.class);
      assertThat(refused.toString()).doesNotContain("secret", "sec^ret", "ann");
      assertThat(refused.getCause()).isNull();
    }
  }

  @Test
  void everyKindOfConfigurationSendsNothingTwice() {
    Config cluster = new Config();
    cluster.useClusterServers().addNodeAddress("redis://u:secret@a:1", "redis://b:2");
    Config sentinel = new Config();
    sentinel.useSentinelServers().setMasterName("m").addSentinelAddress("redis://s:3");

    Config adapted = RedisSettings.of(cluster).newConfig();
    Config watched = RedisSettings.of(sentinel).newConfig();
    Config yaml =
        RedisSettings.ofYaml("singleServerConfig:\n  address: \"redis://y:4\"\n").newConfig();

    assertThat(adapted.useClusterServers().getRetryAttempts()).isZero();
    assertThat(adapted.useClusterServers().getReadMode()).isEqualTo(ReadMode.MASTER);
    assertThat(watched.useSentinelServers().getRetryAttempts()).isZero();
    assertThat(yaml.useSingleServer().getRetryAttempts()).isZero();
    assertThat(RedisSettings.of(cluster).address()).isEqualTo("a:1, b:2");
    assertThat(RedisSettings.of(sentinel).address()).isEqualTo("s:3");
  }

  @Test
  void sentinelsTakeAllButTheHostOfTheUri() {
    RedisSettings settings =
        RedisSettings.ofSentinels("rediss://ann:p%2Fw@any/3", "m", List.of("s1:26379", "s2:26379"));

    Config config = settings.newConfig();

    assertThat(config.useSentinelServers().getSentinelAddresses())
        .containsExactly("rediss://s1:26379", "rediss://s2:26379");
    assertThat(config.useSentinelServers().isCheckSentinelsList()).isFalse();
    assertThat(config.useSentinelServers().getDatabase()).isEqualTo(3);
    assertThat(config.getUsername()).isEqualTo("ann");
    assertThat(config.getPassword()).isEqualTo("p/w");
    assertThat(settings.address()).isEqualTo("s1:26379, s2:26379");
    assertThat(catchThrowable(() -> RedisSettings.of("redis://p:1/hidden@host")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hidden");
  }

  @Test
  void delaysAndTimeoutsAreSettable() {
    RedisSettings settings =
        RedisSettings.of("redis://cache")
            .withPrefix("shop.live")
            .withConnectTimeout(Duration.ofMillis(700))
            .withRetryDelay(Duration.ofMillis(50));

    assertThat(settings.prefix()).isEqualTo("shop.live");
    assertThat(settings.newConfig().useSingleServer().getConnectTimeout()).isEqualTo(700);
    assertThat(settings.newConfig().useSingleServer().getReconnectionDelay().calcDelay(30))
        .isLessThanOrEqualTo(Duration.ofMillis(50));
    for (String prefix : List.of("", "a:b", "a{b}", "a b", "a*")) {
      assertThat(catchThrowable(() -> settings.withPrefix(prefix)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
