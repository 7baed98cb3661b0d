// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.command.CommandOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two threads that answer the same run. */
class AnswerRaceTest {
  private static final int ROUNDS = 2_000;
  private static final Duration TIMEOUT = Duration.ofMillis(1);
  private static final CommandOptions OPTIONS =
      CommandOptions.runNonBlocking().withTimeout(TIMEOUT);

  private final CommandRoom room = new CommandRoom();
  private final CommandRoom.Peer peer = room.v1();

  @Test
  void resultAndTimeoutAtTheSameMomentGiveOneReply() throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      for (int id = 0; id < ROUNDS; id++) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        room.commands.register("race", ctx -> answer, OPTIONS);
        peer.send("{\"id\":" + id + ",\"command\":\"race\"}");

        Future<Boolean> completed =
            other.submit(
                () -> {
                  together.await(20, TimeUnit.SECONDS);
                  return answer.complete("done");
                });
        together.await(20, TimeUnit.SECONDS);
        room.scheduler.advance(TIMEOUT);

        assertThat(completed.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(peer.transport.received()).singleElement().asString().contains("\"id\":" + id);
      }
    } finally {
      other.shutdownNow();
    }
    assertThat(peer.session.mayRunInline()).as("every place is free again").isTrue();
    assertThat(room.metrics.outcomes)
        .filteredOn(outcome -> !outcome.equals("race LATE"))
        .hasSize(ROUNDS);
  }
}
