// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.fake.ScriptedServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How connections end over real sockets. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class SocketEndTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void messageUpToTheLimitIsTakenAndOneMoreByteEndsTheConnection() throws Exception {
    int limit = 50_000;
    AtomicInteger told = new AtomicInteger();
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.sendText(push(limit));
                  peer.sendText(push(limit + 1));
                  told.set(peer.readClose());
                  peer.awaitEnd();
                });
        MeshClient client =
            MeshClient.builder(server.uri())
                .limits(ClientLimits.defaults().withMaxMessageBytes(limit))
                .build()) {
      CompletableFuture<StatusChange> ended = disconnected(client);
      AtomicInteger heard = new AtomicInteger();
      client.onMessage("big", String.class, text -> heard.incrementAndGet());

      finish(client.connect());

      assertThat(finish(ended).closeCode()).hasValue(1009);
      await().atMost(SOON).untilAsserted(() -> assertThat(told).hasValue(1009));
      assertThat(heard).hasValue(1);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void binaryMessageEndsTheConnection() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.sendFrame(0x82, new byte[] {1, 2, 3});
                  peer.awaitEnd();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      CompletableFuture<StatusChange> ended = disconnected(client);

      finish(client.connect());

      assertThat(finish(ended).closeCode()).hasValue(1003);
    }
  }

  @Test
  void brokenFrameEndsTheConnectionForGood() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.sendFrame(0xF1, new byte[] {'x'}); // reserved bits
                  peer.awaitEnd();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      CompletableFuture<StatusChange> ended = disconnected(client);

      finish(client.connect());

      assertThat(finish(ended).closeCode()).hasValue(1002);
    }
  }

  @Test
  void closeCodeOfTheServerIsReportedAndAnswered() throws Exception {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.sendClose(4503);
                  answer.complete(peer.readClose());
                  peer.awaitEnd();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      CompletableFuture<StatusChange> ended = disconnected(client);

      finish(client.connect());

      assertThat(finish(ended).closeCode()).hasValue(4503);
      assertThat(finish(answer)).isEqualTo(4503);
    }
  }

  @Test
  void ownCloseIsSaidToTheServer() throws Exception {
    CompletableFuture<Integer> told = new CompletableFuture<>();
    try (ScriptedServer server =
        new ScriptedServer(
            peer -> {
              peer.upgradeAndWelcome();
              told.complete(peer.readClose());
              peer.sendClose(1000);
              peer.awaitEnd();
            })) {
      MeshClient client = MeshClient.builder(server.uri()).build();
      finish(client.connect());

      client.close();

      assertThat(finish(told)).isEqualTo(1000);
      assertThat(client.status()).isEqualTo(ClientStatus.CLOSED);
    }
  }

  @Test
  void serverThatDoesNotGreetIsToldThatTheClientGoes() throws Exception {
    CompletableFuture<Integer> told = new CompletableFuture<>();
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgrade();
                  told.complete(peer.readClose());
                  peer.awaitEnd();
                });
        MeshClient client =
            MeshClient.builder(server.uri()).connectTimeout(Duration.ofSeconds(3)).build()) {
      client.connect();

      assertThat(finish(told)).isEqualTo(1001);
    }
  }

  @Test
  void closeEndsThoughTheServerDoesNotAnswer() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(
            peer -> {
              peer.upgradeAndWelcome();
              peer.awaitEnd();
            })) {
      MeshClient client = MeshClient.builder(server.uri()).build();
      finish(client.connect());
      long before = System.nanoTime();

      client.close();

      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void abruptLossIsFollowedByAReconnect() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.readText();
                  peer.reset();
                },
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.echoForEver();
                });
        MeshClient client = fast(server).build()) {
      finish(client.connect());

      CompletableFuture<String> lost = client.command("echo", "1", String.class);
      assertThat(failure(finishAnyhow(lost))).isNotNull();
      String answered = finish(client.command("echo", "2", String.class));

      assertFailed(lost, "CONNECTION_LOST");
      assertThat(answered).isEqualTo("2");
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void endOfStreamWithoutCloseIsALoss() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.readText();
                },
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.echoForEver();
                });
        MeshClient client = fast(server).build()) {
      CompletableFuture<StatusChange> loss = new CompletableFuture<>();
      client.onStatus(
          change -> {
            if (change.status() == ClientStatus.RECONNECTING) {
              loss.complete(change);
            }
          });
      finish(client.connect());
      client.command("echo", "x", String.class);

      assertThat(finish(loss).closeCode()).hasValue(1006);
      await().atMost(SOON).until(() -> client.status() == ClientStatus.CONNECTED);
    }
  }

  @Test
  void noThreadIsLeftAfterClose() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(
            peer -> {
              peer.upgradeAndWelcome();
              peer.echoForEver();
            })) {
      String name = "mesh-client-127.0.0.1:" + server.uri().replaceAll(".*:(\\d+)/", "$1");
      MeshClient client = MeshClient.builder(server.uri()).build();
      finish(client.connect());
      assertThat(finish(client.command("echo", "x", String.class))).isEqualTo("x");
      assertThat(threads(name)).isNotEmpty();

      client.close();

      assertThat(threads(name + "-io")).isEmpty();
      await().atMost(SOON).untilAsserted(() -> assertThat(threads(name)).isEmpty());
    }
  }

  private static List<String> threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(prefix))
        .toList();
  }

  private static MeshClientBuilder fast(ScriptedServer server) {
    return MeshClient.builder(server.uri()).reconnect(ReconnectPolicy.fixed(Duration.ofMillis(10)));
  }

  private static CompletableFuture<StatusChange> disconnected(MeshClient client) {
    CompletableFuture<StatusChange> ended = new CompletableFuture<>();
    client.onStatus(
        change -> {
          if (change.status() == ClientStatus.DISCONNECTED) {
            ended.complete(change);
          }
        });
    return ended;
  }

  private static String push(int bytes) {
    String empty = "{\"command\":\"big\",\"payload\":\"\"}";
    return "{\"command\":\"big\",\"payload\":\"" + "x".repeat(bytes - empty.length()) + "\"}";
  }

  private static <T> T finish(CompletableFuture<T> future) throws Exception {
    return future.get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  private static <T> CompletableFuture<T> finishAnyhow(CompletableFuture<T> future)
      throws Exception {
    future.handle((value, failure) -> value).get(SOON.toSeconds(), TimeUnit.SECONDS);
    return future;
  }
}
