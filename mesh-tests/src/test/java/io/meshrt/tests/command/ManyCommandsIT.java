// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.MeshServer;
import io.meshrt.server.command.CommandOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every command is answered exactly once, with its own reply. */
class ManyCommandsIT {
  private static final int CLIENTS = 50;
  private static final int COMMANDS_EACH = Boolean.getBoolean("mesh.full") ? 20_000 : 1_000;
  private static final int IN_FLIGHT = 32;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyCommandIsAnsweredOnceWithItsOwnReply() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    List<MeshClient> clients = new ArrayList<>();
    // Not the common pool: with two processors it starts a thread for each task.
    ExecutorService elsewhere = Executors.newFixedThreadPool(2);
    try (MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build()) {
      server.registerCommand(
          "inline",
          ctx -> {
            runs.incrementAndGet();
            return ctx.rawPayload();
          },
          CommandOptions.runNonBlocking());
      server.registerCommand(
          "blocking",
          ctx -> {
            runs.incrementAndGet();
            return ctx.rawPayload();
          });
      server.registerCommand(
          "later",
          ctx -> {
            runs.incrementAndGet();
            CompletionStage<RawJson> later =
                CompletableFuture.supplyAsync(ctx::rawPayload, elsewhere);
            return later;
          });
      server.start();
      for (int i = 0; i < CLIENTS; i++) {
        MeshClient client = MeshClient.builder("ws://127.0.0.1:" + server.port()).build();
        clients.add(client);
        client.connect().get(30, TimeUnit.SECONDS);
      }
      AtomicInteger answered = new AtomicInteger();
      AtomicInteger wrong = new AtomicInteger();
      Semaphore slots = new Semaphore(CLIENTS * IN_FLIGHT);
      String[] names = {"inline", "blocking", "later"};

      for (int n = 0; n < COMMANDS_EACH; n++) {
        for (int c = 0; c < CLIENTS; c++) {
          String mine = c + "/" + n;
          slots.acquire();
          var unused =
              clients
                  .get(c)
                  .command(names[n % names.length], mine, String.class)
                  .whenComplete(
                      (reply, failure) -> {
                        if (!mine.equals(reply)) {
                          wrong.incrementAndGet();
                        }
                        answered.incrementAndGet();
                        slots.release();
                      });
        }
      }
      assertThat(slots.tryAcquire(CLIENTS * IN_FLIGHT, 60, TimeUnit.SECONDS)).isTrue();

      assertThat(wrong).hasValue(0);
      assertThat(answered).hasValue(CLIENTS * COMMANDS_EACH);
      assertThat(runs).hasValue(CLIENTS * COMMANDS_EACH);
    } finally {
      clients.forEach(MeshClient::close);
      elsewhere.shutdown();
    }
  }
}
