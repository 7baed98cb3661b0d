// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.worker.ConnectionEvent;
import io.meshrt.server.worker.MeshWorker;
import io.meshrt.testkit.ChildNode;
import io.meshrt.tests.harness.V1Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections of a server that dies end for workers too: each once, and no others. */
class KilledServersIT {
  private static final int CLIENTS = 20;
  private static final int CLIENTS_OF_SURVIVORS = 5;
  private static final String NO_WORD = "";

  private final String prefix = "dead" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  private final Map<String, List<String>> told = new ConcurrentHashMap<>();

  private final List<String> messageIds = new CopyOnWriteArrayList<>();

  private void tell(ConnectionEvent event, String what) {
    String id = event.client().connectionId();
    String word = what + " " + event.code() + " of " + event.client().nodeId();
    messageIds.add(event.messageId());
    told.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>()).add(word);
  }

  private String last(String id) {
    List<String> words = told.getOrDefault(id, List.of());
    return words.isEmpty() ? NO_WORD : words.get(words.size() - 1);
  }

  private static String nodeOf(String id) {
    return id.substring(0, id.indexOf('-'));
  }

  private static Map<String, V1Socket> open(int port, int count) throws Exception {
    Map<String, V1Socket> sockets = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      V1Socket socket = V1Socket.open(port);
      sockets.put(socket.welcome().get("connectionId").asText(), socket);
    }
    return sockets;
  }

  private void awaitEnds(Set<String> ids) {
    await().atMost(Duration.ofSeconds(30)).until(() -> told.keySet().containsAll(ids));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> told.values().stream().allMatch(words -> words.size() >= 2));
  }

  @Test
  @Timeout(300)
  void survivorsTellOfTheEndsOnce() throws Exception {
    RedisOptions redis = RedisOptions.of(SharedRedis.uri()).withPrefix(prefix);
    try (MeshServer one = ServerProgram.server(SharedRedis.uri(), prefix);
        MeshServer two = ServerProgram.server(SharedRedis.uri(), prefix);
        ChildNode victim = ChildNode.start(ServerProgram.class, SharedRedis.uri(), prefix);
        MeshWorker worker =
            MeshWorker.builder(redis)
                .group("shop")
                .onConnected(event -> tell(event, "connected"))
                .onDisconnected(event -> tell(event, "disconnected"))
                .start()) {
      one.start();
      two.start();
      Set<String> dying = open(victim.port(), CLIENTS).keySet();
      Map<String, V1Socket> living = open(one.port(), CLIENTS_OF_SURVIVORS);
      living.putAll(open(two.port(), CLIENTS_OF_SURVIVORS));
      await().until(() -> told.size() == CLIENTS + 2 * CLIENTS_OF_SURVIVORS);

      victim.kill();

      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> dying.stream().allMatch(id -> last(id).startsWith("disconnected 1006")));
      assertThat(living.keySet()).allMatch(id -> last(id).startsWith("connected"));
      Map<String, V1Socket> later = open(one.port(), CLIENTS_OF_SURVIVORS);
      later.putAll(living);
      for (V1Socket socket : later.values()) {
        socket.close();
      }

      awaitEnds(later.keySet());
      // What comes last from each survivor comes behind all it had to tell before.
      for (MeshServer survivor : List.of(one, two)) {
        Map<String, V1Socket> last = open(survivor.port(), CLIENTS_OF_SURVIVORS);
        await().until(() -> told.keySet().containsAll(last.keySet()));
        for (V1Socket socket : last.values()) {
          socket.close();
        }
        later.putAll(last);
      }
      awaitEnds(later.keySet());
      assertThat(told.keySet()).containsAll(dying).containsAll(later.keySet());
      assertThat(told)
          .hasSize(dying.size() + later.size())
          .allSatisfy(
              (id, words) -> {
                assertThat(words).hasSize(2);
                assertThat(words.get(0)).isEqualTo("connected 0 of " + nodeOf(id));
                assertThat(words.get(1)).startsWith("disconnected").endsWith(" of " + nodeOf(id));
              });
      assertThat(messageIds).doesNotHaveDuplicates().hasSize(2 * told.size());
      assertThat(worker.id()).isNotEmpty();
    }
  }
}
