// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.client.MeshClient;
import io.meshrt.client.collection.CollectionSubscription;
import io.meshrt.server.MeshServer;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.connection.Connection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The snippets of the page about collections; they run in the tests. */
public final class CollectionGuide {
  private CollectionGuide() {}

  /** A thing to do. */
  public record Task(String owner, int priority, boolean done) {}

  /** Lets clients follow what queries find. */
  public static void queries(MeshServer server) {
    // snippet: queries
    server.exposeCollection("tasks", CollectionQuery.of("task:"));
    server.exposeCollection(
        "urgent",
        CollectionQuery.of("task:", Task.class)
            .where(task -> !task.done())
            .orderedBy(Comparator.comparingInt(Task::priority).reversed())
            .limit(10),
        (connection, id) -> connection.identity().isPresent());
    // end
  }

  /** Lets clients follow one query for each id. */
  public static void patterns(MeshServer server) {
    // snippet: patterns
    server.exposeCollection(
        Pattern.compile("tasks-of:.+"),
        id -> {
          String owner = id.substring("tasks-of:".length());
          return CollectionQuery.of("task:", Task.class).where(task -> task.owner().equals(owner));
        },
        (connection, id) ->
            connection.identity().filter(user -> id.equals("tasks-of:" + user.id())).isPresent());
    // end
  }

  /** Lets each client follow records of its own. */
  public static void resolver(MeshServer server) {
    // snippet: resolver
    server
        .collections()
        .expose(
            "favourites",
            "favourites:",
            (connection, id) -> {
              String user = connection.identity().orElseThrow().id();
              return server
                  .getRecord("favourites:" + user, String[].class)
                  .thenApply(
                      found -> {
                        String[] ids = found.isEmpty() ? null : found.get().value();
                        return ids == null ? List.of() : List.of(ids);
                      });
            });
    // end
  }

  /** Follows a collection, and notes what becomes of it. */
  public static CompletableFuture<CollectionSubscription<Task>> follow(
      MeshClient client, Consumer<String> notes) {
    // snippet: follow
    return client.subscribeCollection(
        "urgent",
        Task.class,
        update -> {
          update.added().forEach(task -> notes.accept("new: " + task.id()));
          update.changed().forEach(task -> notes.accept("changed: " + task.id()));
          update.removed().forEach(task -> notes.accept("gone: " + task.id()));
          notes.accept(update.members().size() + " at " + update.version());
        });
    // end
  }

  /** Ends a subscription. */
  public static CompletableFuture<Boolean> revoke(MeshServer server, Connection connection) {
    // snippet: revoke
    return server.collections().revoke(connection, "urgent");
    // end
  }
}
