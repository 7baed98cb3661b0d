// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.collection.CollectionUpdate;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.examples.CollectionGuide.Task;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page about collections says what happens. */
class CollectionGuideTest {
  private final MeshServer server =
      MeshServer.builder()
          .host("127.0.0.1")
          .port(0)
          .authentication(
              AuthenticationOptions.defaults()
                  .withMessage((credentials, who) -> Authentication.accept(Identity.of("anna"))))
          .build();
  private MeshClient client;

  @BeforeEach
  void start() {
    CollectionGuide.queries(server);
    CollectionGuide.patterns(server);
    CollectionGuide.resolver(server);
    server.start();
    write("task:1", new Task("anna", 1, false));
    write("task:2", new Task("otto", 3, false));
    write("task:3", new Task("anna", 2, true));
    write("task:4", new Task("anna", 9, false));
    write("favourites:anna", List.of("task:2", "task:3"));
    client = MeshClient.builder("ws://127.0.0.1:" + server.port()).build();
    var unused = get(client.connect());
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void clientsGetTheRecordsOfTheirCollections() throws Exception {
    assertThat(ids("tasks")).containsExactly("task:1", "task:2", "task:3", "task:4");
    assertThat(code(client.subscribeCollection("urgent", update -> {}))).isEqualTo("EACCESS");
    var unused = get(client.authenticate(Map.of()));

    assertThat(ids("urgent")).containsExactly("task:4", "task:2", "task:1");
    assertThat(ids("tasks-of:anna")).containsExactly("task:1", "task:3", "task:4");
    assertThat(ids("favourites")).containsExactly("task:2", "task:3");
  }

  @Test
  void followersHearWhatComesChangesAndGoes() throws Exception {
    var identity = get(client.authenticate(Map.of()));
    BlockingQueue<String> notes = new LinkedBlockingQueue<>();
    var urgent = get(CollectionGuide.follow(client, notes::add));
    assertThat(next(notes, 4))
        .containsExactly("new: task:4", "new: task:2", "new: task:1", "3 at 1");

    write("task:1", new Task("anna", 10, false));
    assertThat(next(notes, 2)).containsExactly("changed: task:1", "3 at 2");
    write("task:2", new Task("otto", 3, true));
    assertThat(next(notes, 2)).containsExactly("gone: task:2", "2 at 3");
    Connection connection = server.connections().find(client.connectionId().orElseThrow()).get();
    assertThat(get(CollectionGuide.revoke(server, connection))).isTrue();
    assertThat(identity.path("identity").asText()).isEqualTo("anna");
    assertThat(urgent.collectionId()).isEqualTo("urgent");
  }

  private List<String> ids(String collection) throws Exception {
    BlockingQueue<CollectionUpdate<Task>> updates = new LinkedBlockingQueue<>();
    var unused = get(client.subscribeCollection(collection, Task.class, updates::add));
    return updates.poll(30, TimeUnit.SECONDS).members().stream().map(CollectionMember::id).toList();
  }

  private static List<String> next(BlockingQueue<String> notes, int count) throws Exception {
    List<String> next = new ArrayList<>();
    while (next.size() < count) {
      next.add(notes.poll(30, TimeUnit.SECONDS));
    }
    return next;
  }

  private static String code(CompletableFuture<?> future) {
    return future
        .handle((done, failure) -> failure instanceof CommandException e ? e.code() : "none")
        .join();
  }

  private void write(String id, Object value) {
    var unused = get(server.publishRecordUpdate(id, value));
  }

  private static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(30, TimeUnit.SECONDS).join();
  }
}
