// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody else uses our Redis, and not well; nothing that we do suffers. */
class RedisTamperingOnServersIT extends ServersUnderFault {
  private static final int STEPS = FULL ? 500 : 30;
  private static final Duration PATIENCE_FOR_STEPS = Duration.ofMinutes(3);

  /** So long that a pause of the whole machine does not end it. */
  @Override
  Duration lease() {
    return Duration.ofSeconds(30);
  }

  @Test
  @Timeout(300)
  void flushedScriptsFailNothing() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Void> flushing =
        CompletableFuture.runAsync(
            () -> {
              while (!done.get()) {
                redis().command("SCRIPT", "FLUSH");
              }
            });
    int setbacksBefore = load().setbacks();

    load().awaitSteps(STEPS, PATIENCE_FOR_STEPS);
    done.set(true);
    flushing.join();

    assertThat(redis().command("INFO", "errorstats")).contains("errorstat_NOSCRIPT");
    assertThat(load().setbacks()).isEqualTo(setbacksBefore);
    assertAllAgree();
  }

  @Test
  @Timeout(300)
  void garbageOnOurChannelsIsIgnored() throws Exception {
    int setbacksBefore = load().setbacks();
    int heard = 0;
    for (String channel : names("PUBSUB", "CHANNELS", "mesh:*")) {
      for (String garbage : garbage()) {
        heard += redis().command("PUBLISH", channel, garbage).startsWith(":0") ? 0 : 1;
      }
    }
    load().awaitSteps(STEPS, PATIENCE_FOR_STEPS);

    assertThat(heard).isGreaterThan(garbage().size());
    assertThat(load().setbacks()).isEqualTo(setbacksBefore);
    awaitAllWorks();
    assertAllAgree();
  }

  private static List<String> garbage() {
    return List.of(
        "",
        "x",
        "N",
        "N\n",
        "Ne -1 2\nx",
        "Ne 99999999999999999999 1\n",
        "U\n",
        "Ux\n",
        "U{\"kind\":\"join\"}",
        "U\n{\"kind\":\"join\",\"from\":\"nobody\",\"number\":-1}",
        "{\"a\":1}",
        "N" + "e".repeat(5_000),
        "9".repeat(30),
        "-1");
  }
}
