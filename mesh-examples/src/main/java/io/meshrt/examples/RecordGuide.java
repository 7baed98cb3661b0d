// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.record.ListOptions;
import io.meshrt.server.record.RecordHandle;
import io.meshrt.server.record.RecordPolicy;
import io.meshrt.server.record.RecordUpdate;
import io.meshrt.server.record.RecordValue;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.WriteOptions;
import io.meshrt.server.record.WriteStrategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The snippets of the page about records; they run in the tests. */
public final class RecordGuide {
  private RecordGuide() {}

  /** What a shop knows of what it sells. */
  public record Product(String name, int stock) {
    /** The same with another stock. */
    public Product withStock(int changed) {
      return new Product(name, changed);
    }
  }

  /** Lets clients follow and write. */
  public static void expose(MeshServer server) {
    // snippet: expose
    server.exposeRecord("product:456");
    server.exposeRecord(
        Pattern.compile("user:.+"),
        (connection, id) ->
            connection.identity().filter(user -> id.equals("user:" + user.id())).isPresent());
    server.exposeWritableRecord(
        Pattern.compile("note:.+"), (connection, id) -> connection.identity().isPresent());
    // end
  }

  /** Writes in three ways. */
  public static CompletableFuture<RecordVersion> write(MeshServer server) {
    // snippet: write
    return server
        .publishRecordUpdate("product:456", new Product("nut", 3))
        .thenCompose(
            version ->
                server.publishRecordUpdate(
                    "product:456",
                    Map.of("stock", 9),
                    WriteOptions.defaults().withStrategy(WriteStrategy.MERGE)))
        .thenCompose(
            version ->
                server.publishRecordUpdate(
                    "product:456",
                    Product.class,
                    product ->
                        product == null
                            ? new Product("nut", 0)
                            : product.withStock(product.stock() - 1)));
    // end
  }

  /** Writes what was read, unless somebody else wrote in between. */
  public static CompletableFuture<RecordVersion> writeIfUnchanged(MeshServer server) {
    // snippet: compare
    RecordHandle<Product> product = server.records().record("product:456", Product.class);
    return product
        .get()
        .thenCompose(
            found -> {
              RecordValue<Product> read = found.orElseThrow();
              return product.write(
                  new Product("nut", 100), WriteOptions.defaults().withIfVersion(read.version()));
            });
    // end
  }

  /** Reads and deletes. */
  public static CompletableFuture<Boolean> readAndDelete(
      MeshServer server, Consumer<Optional<RecordValue<Product>>> show) {
    // snippet: read
    return server
        .getRecord("product:456", Product.class)
        .thenAccept(show)
        .thenCompose(shown -> server.deleteRecord("product:456"));
    // end
  }

  /** Counts all products, page by page. */
  public static CompletableFuture<Integer> count(MeshServer server, String after) {
    // snippet: list
    return server
        .records()
        .list("product:", ListOptions.defaults().withLimit(300).withAfter(after))
        .thenCompose(
            page -> {
              int found = page.records().size();
              return page.next().isEmpty()
                  ? CompletableFuture.completedFuture(found)
                  : count(server, page.next().get()).thenApply(rest -> found + rest);
            });
    // end
  }

  /** Says how records are kept. */
  public static void policies(MeshServer server) {
    // snippet: policies
    server
        .records()
        .policy(Pattern.compile("bank/.+"), RecordPolicy.defaults().withGroup(id -> "bank"));
    server
        .records()
        .policy(
            Pattern.compile("session:.+"),
            RecordPolicy.defaults().withTimeToLive(Duration.ofHours(1)));
    // end
  }

  /** Moves something from one record to another. */
  public static CompletableFuture<Map<String, RecordVersion>> transfer(MeshServer server) {
    // snippet: transaction
    return server
        .records()
        .transaction(
            List.of("bank/a", "bank/b"),
            transaction -> {
              int a = transaction.get("bank/a", Integer.class).orElse(0);
              int b = transaction.get("bank/b", Integer.class).orElse(0);
              transaction.set("bank/a", a - 10);
              transaction.set("bank/b", b + 10);
            });
    // end
  }

  /** Is told of what this node writes and deletes. */
  public static void hooks(
      MeshServer server, Consumer<RecordUpdate> updated, Consumer<RecordUpdate> removed) {
    // snippet: hooks
    server.records().onUpdate(updated);
    server.records().onRemoved(removed);
    // end
  }

  /** Ends a subscription. */
  public static CompletableFuture<Boolean> revoke(MeshServer server, Connection connection) {
    // snippet: revoke
    return server.records().revoke(connection, "note:1");
    // end
  }
}
