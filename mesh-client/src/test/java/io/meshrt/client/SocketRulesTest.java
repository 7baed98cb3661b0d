// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.fake.Frames;
import io.meshrt.client.fake.ScriptedServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6455 over real sockets: what the client answers to frames, right and wrong. */
class SocketRulesTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @ParameterizedTest
  @CsvSource({
    "81 81 00 00 00 00 78, 1002", // a masked frame
    "f1 01 78, 1002", // reserved bits
    "83 01 78, 1002", // a reserved opcode
    "80 01 78, 1002", // a continuation of nothing
    "09 00, 1002", // a ping in fragments
    "81 7e 00 05 78, 1002", // a length that is too long
    "88 01 78, 1002", // half of a close code
    "88 02 03 ee, 1002", // a close code that must not be sent
    "81 02 c3 28, 1007", // not UTF-8
    "81 7f 00 00 00 7f ff ff ff ff, 1009", // announced, and never sent
    "82 01 78, 1003", // binary
  })
  void brokenRuleIsToldToTheServerAndToTheApplication(String frame, int code) throws Exception {
    CompletableFuture<Integer> told = new CompletableFuture<>();
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.sendRaw(hex(frame));
                  told.complete(peer.readClose());
                  peer.awaitEnd();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      CompletableFuture<StatusChange> ended = new CompletableFuture<>();
      client.onStatus(
          change -> {
            if (change.status() == ClientStatus.DISCONNECTED) {
              ended.complete(change);
            }
          });

      finish(client.connect());

      assertThat(finish(ended).closeCode()).hasValue(code);
      assertThat(finish(told)).isEqualTo(code);
    }
  }

  @Test
  void pingsAreAnsweredAmidAMessage() throws Exception {
    CompletableFuture<String> pong = new CompletableFuture<>();
    CompletableFuture<String> heard = new CompletableFuture<>();
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.sendFrame(0x01, utf8("{\"command\":\"hello\","));
                  peer.sendFrame(0x89, utf8("are you there?"));
                  pong.complete(peer.readFrame());
                  peer.sendFrame(0x8A, utf8("a pong nobody asked for"));
                  peer.sendFrame(0x80, utf8("\"payload\":\"w\"}"));
                  peer.awaitEnd();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      client.onMessage("hello", String.class, heard::complete);

      finish(client.connect());

      assertThat(finish(pong)).isEqualTo("8a are you there?");
      assertThat(finish(heard)).isEqualTo("w");
    }
  }

  @Test
  void manyMessagesInOneReadAllArriveInOrder() throws Exception {
    int count = 5_000;
    List<Integer> heard = new CopyOnWriteArrayList<>();
    StringBuilder stream = new StringBuilder();
    for (int i = 0; i < count; i++) {
      String message = "{\"command\":\"n\",\"payload\":" + i + "}";
      stream.append("\u0081").append((char) message.length()).append(message);
    }
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.sendRaw(stream.toString());
                  peer.awaitEnd();
                });
        MeshClient client =
            MeshClient.builder(server.uri())
                .limits(ClientLimits.defaults().withQueuedMessages(2 * count, 1 << 20))
                .build()) {
      client.onMessage("n", Integer.class, heard::add);

      finish(client.connect());

      await().atMost(SOON).until(() -> heard.size() == count);
      assertThat(heard).isEqualTo(IntStream.range(0, count).boxed().toList());
    }
  }

  @Test
  void everyFrameIsMaskedWithAKeyOfItsOwn() throws Exception {
    Set<String> keys = new HashSet<>();
    CompletableFuture<Integer> read = new CompletableFuture<>();
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  for (int i = 0; i < 100; i++) {
                    keys.add(peer.readKey());
                  }
                  read.complete(keys.size());
                  peer.awaitEnd();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      finish(client.connect());
      List<CompletableFuture<String>> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        calls.add(client.command("echo", "x", String.class));
      }

      assertThat(finish(read)).isGreaterThan(95);
      assertThat(calls).noneMatch(CompletableFuture::isDone);
    }
  }

  @Test
  void serverThatReadsLateGetsEverything() throws Exception {
    int count = 64;
    String large = "0123456789".repeat(10_000);
    CompletableFuture<Void> mayRead = new CompletableFuture<>();
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  mayRead.join();
                  peer.echoForEver();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      finish(client.connect());
      List<CompletableFuture<String>> replies = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        replies.add(client.command("echo", i + large, String.class));
      }

      mayRead.complete(null);

      for (int i = 0; i < count; i++) {
        assertThat(finish(replies.get(i))).isEqualTo(i + large);
      }
    }
  }

  @Test
  void streamThatEndsInOneDirectionIsALoss() throws Exception {
    CompletableFuture<StatusChange> lost = new CompletableFuture<>();
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  peer.shutdownOutput();
                  peer.awaitEnd();
                });
        MeshClient client =
            MeshClient.builder(server.uri()).reconnect(ReconnectPolicy.off()).build()) {
      client.onStatus(
          change -> {
            if (change.status() == ClientStatus.DISCONNECTED) {
              lost.complete(change);
            }
          });

      finish(client.connect());

      assertThat(finish(lost).closeCode()).hasValue(1006);
    }
  }

  @Test
  void closeInTheMiddleOfALargeSendIsStillAnswered() throws Exception {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgradeAndWelcome();
                  int bytes = peer.beginFrame();
                  peer.sendClose(4503);
                  peer.skip(bytes);
                  answer.complete(peer.readClose());
                  peer.awaitEnd();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      finish(client.connect());
      CompletableFuture<String> call = client.command("echo", "x".repeat(300_000), String.class);

      assertThat(finish(answer)).isEqualTo(4503);
      await().atMost(SOON).until(call::isCompletedExceptionally);
    }
  }

  @Test
  void greetingOfOneByteAtATimeIsUnderstood() throws Exception {
    byte[] welcome = utf8(Frames.welcome());
    try (ScriptedServer server =
            new ScriptedServer(
                peer -> {
                  peer.upgrade();
                  peer.sendRaw(new byte[] {(byte) 0x81});
                  peer.sendRaw(new byte[] {126});
                  peer.sendRaw(new byte[] {(byte) (welcome.length >> 8)});
                  peer.sendRaw(new byte[] {(byte) welcome.length});
                  for (byte one : welcome) {
                    peer.sendRaw(new byte[] {one});
                  }
                  peer.awaitEnd();
                });
        MeshClient client = MeshClient.builder(server.uri()).build()) {
      finish(client.connect());

      assertThat(client.status()).isEqualTo(ClientStatus.CONNECTED);
    }
  }

  private static byte[] hex(String bytes) {
    String[] parts = bytes.split(" ", -1);
    byte[] raw = new byte[parts.length];
    for (int i = 0; i < parts.length; i++) {
      raw[i] = (byte) Integer.parseInt(parts[i], 16);
    }
    return raw;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static <T> T finish(CompletableFuture<T> future) throws Exception {
    return future.get(SOON.toSeconds(), TimeUnit.SECONDS);
  }
}
