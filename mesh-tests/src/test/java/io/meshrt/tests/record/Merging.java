// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.tests.harness.V1Socket;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Clients that count in a record, each under a key of its own: every number is merged until a node
 * has acknowledged it, at another node only when the one that was asked is gone.
 */
final class Merging {
  private static final String MERGE = "mesh/publish-record-update";

  private final String id;
  private final int merges;
  private final AtomicInteger acknowledged = new AtomicInteger();

  Merging(String id, int merges) {
    this.id = id;
    this.merges = merges;
  }

  /** How many merges were acknowledged. */
  int acknowledged() {
    return acknowledged.get();
  }

  /** So many writers at work; done when all have counted to the end. */
  CompletableFuture<?> start(int writers, IntSupplier port) {
    CompletableFuture<?>[] all = new CompletableFuture<?>[writers];
    for (int i = 0; i < writers; i++) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      String key = "w" + i;
      Thread thread = new Thread(() -> run(key, port, done), "writer-" + key);
      thread.setDaemon(true);
      thread.start();
      all[i] = done;
    }
    return CompletableFuture.allOf(all);
  }

  private void run(String key, IntSupplier port, CompletableFuture<Void> done) {
    int next = 1;
    while (next <= merges) {
      try (V1Socket socket = V1Socket.open(port.getAsInt())) {
        while (next <= merges) {
          if (isWritten(socket, next, key)) {
            acknowledged.incrementAndGet();
            next++;
          }
        }
      } catch (IOException | AssertionError gone) {
        Thread.onSpinWait(); // another node, the same number
      }
    }
    done.complete(null);
  }

  private boolean isWritten(V1Socket socket, int number, String key) throws IOException {
    Map<String, Object> payload =
        Map.of(
            "recordId",
            id,
            "newValue",
            Map.of(key, number),
            "options",
            Map.of("strategy", "merge"));
    socket.send(number, MERGE, payload);
    JsonNode reply = socket.next();
    while (reply.path("id").asInt() != number) {
      reply = socket.next(); // a push
    }
    return reply.at("/payload/success").asBoolean();
  }

  /** What the record holds in the end. */
  void assertComplete(JsonNode value, int writers) {
    for (int i = 0; i < writers; i++) {
      if (value.path("w" + i).asInt() != merges) {
        throw new AssertionError("w" + i + " is not " + merges + ": " + value);
      }
    }
  }

  /** The ports of some nodes in turn. */
  static IntSupplier inTurn(List<Integer> ports) {
    AtomicInteger turn = new AtomicInteger();
    return () -> {
      List<Integer> now = List.copyOf(ports);
      return now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
    };
  }
}
