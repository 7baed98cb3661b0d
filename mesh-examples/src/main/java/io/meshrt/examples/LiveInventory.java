// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.client.MeshClient;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.server.MeshServer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stock of a shop. A wall display follows it in full, a warehouse terminal as patches; the
 * terminal sees what it takes at once, before the server has answered.
 */
public final class LiveInventory {
  private static final String ID = "inventory:main";

  private LiveInventory() {}

  // snippet: record
  /** What is there, by article. */
  record Inventory(Map<String, Integer> stock) {
    Inventory {
      stock = Map.copyOf(stock);
    }

    int of(String article) {
      return stock.getOrDefault(article, 0);
    }

    /** Throws when there are not so many. */
    Inventory without(String article, int count) {
      int left = of(article) - count;
      if (left < 0) {
        throw new IllegalStateException("only " + of(article) + " of " + article);
      }
      Map<String, Integer> changed = new TreeMap<>(stock);
      changed.put(article, left);
      return new Inventory(changed);
    }
  }

  // end

  /** Runs it. */
  public static void main(String[] args) throws InterruptedException {
    try (MeshServer server = server();
        MeshClient display = connected(server);
        MeshClient terminal = connected(server)) {
      run(server, display, terminal, System.out::println);
    }
  }

  // snippet: server
  static MeshServer server() {
    MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build();
    server.exposeRecord(ID);
    server.exposeWritableRecord(ID);
    server.start();
    server.publishRecordUpdate(ID, new Inventory(Map.of("nut", 8, "bolt", 3))).join();
    return server;
  }

  // end

  private static MeshClient connected(MeshServer server) {
    MeshClient client = MeshClient.builder("ws://127.0.0.1:" + server.port()).build();
    client.connect().join();
    return client;
  }

  /** Sells a bolt and takes all nuts; what both see goes to the screen. */
  static void run(
      MeshServer server, MeshClient display, MeshClient terminal, Consumer<String> screen)
      throws InterruptedException {
    CountDownLatch sold = new CountDownLatch(1);
    CountDownLatch soldOut = new CountDownLatch(1);
    showInFull(display, screen, soldOut);
    RecordSubscription<Inventory> stock = showChanges(terminal, screen, sold);

    server
        .publishRecordUpdate(ID, Inventory.class, inventory -> inventory.without("bolt", 1))
        .join();
    await(sold);
    CompletableFuture<RecordVersion> taken = take(stock, "nut", 8);
    screen.accept("terminal sees at once: " + nuts(stock.value()) + " nuts");
    taken.join();
    take(stock, "nut", 1)
        .exceptionally(
            failure -> {
              screen.accept("refused: one nut more");
              return null;
            })
        .join();
    await(soldOut);
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("somebody does not follow");
    }
  }

  // snippet: full
  private static void showInFull(
      MeshClient display, Consumer<String> screen, CountDownLatch soldOut) {
    display
        .subscribeRecord(
            ID,
            Inventory.class,
            update -> {
              screen.accept("display: " + nuts(update.value()) + " nuts");
              if (nuts(update.value()) == 0) {
                soldOut.countDown();
              }
            },
            RecordMode.FULL)
        .join();
  }

  // end

  // snippet: patches
  private static RecordSubscription<Inventory> showChanges(
      MeshClient terminal, Consumer<String> screen, CountDownLatch sold) {
    return terminal
        .subscribeRecord(
            ID,
            Inventory.class,
            update ->
                update
                    .patch() // none with the first value, and with changes of one's own
                    .ifPresent(
                        patch -> {
                          screen.accept("terminal: " + patch.toJson());
                          sold.countDown();
                        }),
            RecordMode.PATCH)
        .join();
  }

  // end

  // snippet: take
  private static CompletableFuture<RecordVersion> take(
      RecordSubscription<Inventory> stock, String article, int count) {
    return stock.update(inventory -> inventory.without(article, count));
  }

  // end

  private static int nuts(@Nullable Inventory inventory) {
    return inventory == null ? 0 : inventory.of("nut");
  }
}
