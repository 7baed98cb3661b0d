// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class RedisServerTest {
  private static final String OK = "+OK\r\n";
  private static final String NOTHING = "$-1\r\n";

  @Test
  void killedServerAnswersNobodyAndComesBackWithWhatItAcknowledged() {
    try (RedisServer redis = RedisServer.started("appendonly", "yes", "appendfsync", "always")) {
      assertThat(redis.command("SET", "a", "1")).isEqualTo(OK);

      redis.kill();

      assertThatThrownBy(() -> redis.command("PING")).isInstanceOf(UncheckedIOException.class);
      redis.start();
      assertThat(redis.command("GET", "a")).isEqualTo("$1\r\n1\r\n");
    }
  }

  @Test
  void wipedServerComesBackWithNothing() {
    try (RedisServer redis = RedisServer.started("appendonly", "yes", "appendfsync", "always")) {
      assertThat(redis.command("SET", "a", "1")).isEqualTo(OK);

      redis.kill();
      redis.wipe();
      redis.start();

      assertThat(redis.command("GET", "a")).isEqualTo(NOTHING);
    }
  }

  @Test
  void forgetfulServerComesBackWithoutWhatItWroteLast() {
    try (RedisServer redis = RedisServer.started("appendonly", "yes", "appendfsync", "always")) {
      assertThat(redis.command("SET", "a", "1")).isEqualTo(OK);
      long written = redis.written();
      assertThat(redis.command("SET", "b", "1")).isEqualTo(OK);

      redis.kill();
      redis.forget(written);
      redis.start();

      assertThat(redis.command("GET", "a")).isEqualTo("$1\r\n1\r\n");
      assertThat(redis.command("GET", "b")).isEqualTo(NOTHING);
    }
  }

  @Test
  void stoppedServerAnswersWhenItGoesOn() throws Exception {
    try (RedisServer redis = RedisServer.started()) {
      redis.stop();
      CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> redis.command("PING"));

      assertThatThrownBy(() -> answer.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      redis.resume();

      assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("+PONG\r\n");
    }
  }

  @Test
  void pausedServerAnswersLate() {
    try (RedisServer redis = RedisServer.started()) {
      long begun = System.nanoTime();
      redis.pause(Duration.ofMillis(200));

      assertThat(redis.command("GET", "a")).isEqualTo(NOTHING);

      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(199));
    }
  }
}
