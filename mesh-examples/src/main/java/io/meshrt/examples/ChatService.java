// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.RedisOptions;
import io.meshrt.server.dispatch.MeshDispatcher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * A service that knows who is in which chat and serves no connection: it tells the users of a room
 * what happens there, through whatever servers they are connected to. Its lines could as well be
 * requests of a REST interface: {@code join ann}, {@code say ann Hello}, {@code leave ann}, {@code
 * notice Back at ten}, {@code ban ann}; an empty line ends it.
 */
public final class ChatService {
  private final MeshDispatcher dispatcher;
  private final Set<String> users = new TreeSet<>();

  /** What happened in a chat. */
  record Event(String by, String text) {}

  ChatService(MeshDispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  /**
   * Reads lines.
   *
   * @param args the URI of the Redis that the servers share
   */
  public static void main(String[] args) throws IOException {
    // snippet: connect
    RedisOptions redis = RedisOptions.of(args.length > 0 ? args[0] : "redis://localhost");
    try (MeshDispatcher dispatcher = MeshDispatcher.connect(redis)) {
      ChatService service = new ChatService(dispatcher);
      // end
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
      String line = lines.readLine();
      while (line != null && !line.isBlank()) {
        service.on(line).join();
        System.out.println("done: " + line);
        line = lines.readLine();
      }
    }
  }

  /** Does what a line says; completes when the cluster has accepted it. */
  CompletableFuture<Void> on(String line) {
    String[] words = line.split(" ", 3);
    String who = words.length > 1 ? words[1] : "";
    return switch (words[0]) {
      case "join" -> join(who);
      case "leave" -> leave(who);
      case "say" -> say(who, words.length > 2 ? words[2] : "");
      case "notice" -> dispatcher.broadcast("NOTICE", line.substring("notice".length()).strip());
      case "ban" -> ban(who);
      default -> throw new IllegalArgumentException("not understood: " + line);
    };
  }

  // snippet: tell
  private CompletableFuture<Void> join(String user) {
    users.add(user);
    return tell("USER_JOIN", new Event(user, ""));
  }

  private CompletableFuture<Void> say(String user, String text) {
    return tell("NEW_MESSAGE", new Event(user, text));
  }

  private CompletableFuture<Void> leave(String user) {
    users.remove(user);
    return tell("USER_LEAVE", new Event(user, ""));
  }

  private CompletableFuture<Void> tell(String name, Event event) {
    return dispatcher.sendToIdentities(users, name, event);
  }

  private CompletableFuture<Void> ban(String user) {
    return leave(user).thenCompose(told -> dispatcher.disconnect(List.of(user), 4503, "banned"));
  }
  // end
}
