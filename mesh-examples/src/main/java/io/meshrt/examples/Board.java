// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.client.MeshClient;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.server.MeshServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A board of tasks that two people change at the same time, each seeing their own changes at once.
 * One follows it as patches, the other in full; both end with the same board.
 */
public final class Board {
  private static final String ID = "board:kitchen";

  private Board() {}

  // snippet: tasks
  /** What is to be done, and by whom; by nobody yet if that is empty. */
  record Tasks(Map<String, String> by) {
    static Tasks orNone(@Nullable Tasks tasks) {
      return tasks == null ? new Tasks(Map.of()) : tasks;
    }

    Tasks with(String task, String who) {
      Map<String, String> changed = new LinkedHashMap<>(by);
      changed.put(task, who);
      return new Tasks(changed);
    }

    /** Throws when somebody else has it. */
    Tasks taken(String task, String who) {
      String other = by.getOrDefault(task, "");
      if (!other.isEmpty() && !other.equals(who)) {
        throw new IllegalStateException(task + " is " + other + "'s");
      }
      return with(task, who);
    }
  }

  // end

  /** Runs it. */
  public static void main(String[] args) {
    try (MeshServer server = server();
        MeshClient ann = connected(server);
        MeshClient bob = connected(server)) {
      run(ann, bob, System.out::println);
    }
  }

  private static MeshServer server() {
    MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build();
    server.exposeRecord(ID);
    server.exposeWritableRecord(ID);
    server.start();
    return server;
  }

  private static MeshClient connected(MeshServer server) {
    MeshClient client = MeshClient.builder("ws://127.0.0.1:" + server.port()).build();
    client.connect().join();
    return client;
  }

  /** Two people at one board; gives what it holds in the end. */
  static Tasks run(MeshClient ann, MeshClient bob, Consumer<String> screen) {
    RecordSubscription<Tasks> hers = board(ann, RecordMode.PATCH, screen);
    RecordSubscription<Tasks> his = board(bob, RecordMode.FULL, text -> {});
    List.of("dishes", "floor", "bread")
        .forEach(task -> hers.update(tasks -> Tasks.orNone(tasks).with(task, "")).join());

    CompletableFuture<?> first = take(hers, "dishes", "Ann", screen);
    CompletableFuture<?> second = take(his, "dishes", "Bob", screen);
    CompletableFuture<?> third = take(his, "bread", "Bob", screen);
    CompletableFuture.allOf(first, second, third).join();

    // nothing to change, but the answer tells what the server has
    hers.update(tasks -> tasks).join();
    Tasks last = Tasks.orNone(hers.value());
    screen.accept("In the end: " + last.by());
    return last;
  }

  // snippet: follow
  static RecordSubscription<Tasks> board(
      MeshClient client, RecordMode mode, Consumer<String> screen) {
    return client
        .subscribeRecord(
            ID,
            Tasks.class,
            update -> screen.accept(update.reason() + " " + Tasks.orNone(update.value()).by()),
            mode)
        .join();
  }

  // end

  // snippet: take
  static CompletableFuture<?> take(
      RecordSubscription<Tasks> board, String task, String who, Consumer<String> screen) {
    return board
        .update(tasks -> Tasks.orNone(tasks).taken(task, who))
        .handle(
            (version, failure) -> {
              screen.accept(failure == null ? who + " has " + task : "Sorry, " + who);
              return null;
            });
  }
  // end
}
