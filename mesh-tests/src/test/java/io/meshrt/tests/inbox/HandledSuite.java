// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.MeshClient;
import io.meshrt.client.inbox.InboxMessage;
import io.meshrt.client.inbox.InboxSubscription;
import io.meshrt.faults.TcpProxy;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.V1Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What was handled is not given again, and nothing else counts as handled. */
abstract class HandledSuite extends InboxSuite {
  private static final int ROUNDS = 20;

  @Test
  void aConnectionThatIsKilledInTheMiddleRepeatsNothing() throws Exception {
    keep(0, "ann", 1, 4);
    CountDownLatch third = new CountDownLatch(1);
    CountDownLatch cut = new CountDownLatch(1);
    InboxLog log =
        new InboxLog() {
          @Override
          public void onMessage(InboxMessage message) {
            if (message.payload().asInt() == 3) {
              third.countDown();
              await().atMost(Duration.ofSeconds(60)).until(() -> cut.getCount() == 0);
            }
            super.onMessage(message);
          }
        };
    try (TcpProxy proxy = TcpProxy.plain(node(0).port());
        MeshClient ann =
            Local.connected(as(MeshClient.builder("ws://127.0.0.1:" + proxy.port()), "ann"))) {
      open(ann, log, PROMPT);
      await().atMost(Duration.ofSeconds(60)).until(() -> third.getCount() == 0);
      String before = ann.connectionId().orElseThrow();
      proxy.redirect(node(1).port());
      proxy.cut();
      await().until(() -> ann.connectionId().filter(now -> !now.equals(before)).isPresent());
      cut.countDown();
      keep(0, "ann", 5, 5);
      log.awaitTold("5");
      awaitHandled("ann", 5);
    }
    InboxLog later = new InboxLog();
    open(named(1, "ann"), later);
    keep(0, "ann", 6, 6);

    assertThat(log.texts()).isEqualTo(numbers(1, 5));
    assertThat(log.told).doesNotContain("gap");
    assertThat(later.awaitTold("6")).containsExactly("6");
  }

  @Test
  void anInboxThatIsClosedAndOpenedAgainRepeatsNothing() throws Exception {
    List<String> all = new ArrayList<>();
    ExecutorService callbacks = Executors.newSingleThreadExecutor();
    try (MeshClient ann = Local.connected(as(Local.client(node(0)), "ann").executor(callbacks))) {
      for (int round = 0; round < ROUNDS; round++) {
        InboxLog log = new InboxLog();
        InboxSubscription inbox = open(ann, log, PROMPT);
        keep(1, "ann", 3 * round + 1, 3 * round + 3);
        log.awaitTold("" + (3 * round + 3));
        callbacks.submit(() -> {}).get(); // its listener has returned
        inbox.close();
        all.addAll(log.told);
      }
    } finally {
      callbacks.shutdown();
    }

    assertThat(all).isEqualTo(numbers(1, 3 * ROUNDS));
  }

  @Test
  void whoSaysWhichMessageItMeansMayAcknowledgeOnAnotherConnection() throws Exception {
    keep(0, "ann", 1, 3);
    JsonNode begun;
    try (V1Socket socket = raw(0, "ann")) {
      begun = begin(socket, Map.of("channel", "mesh/inbox"));
    }
    String epoch = begun.get("epoch").asText();
    long time = begun.at("/publications/1/time").asLong();
    assertThat(begun.get("time").asLong()).isEqualTo(begun.at("/publications/2/time").asLong());

    try (V1Socket socket = raw(1, "ann")) {
      assertThat(moved(socket, place(epoch, 2, time - 1))).isFalse();
      assertThat(moved(socket, place(epoch, 4, time))).as("not there yet").isFalse();
      assertThat(moved(socket, place("another", 2, time))).isFalse();
      assertThat(begin(socket, Map.of("channel", "mesh/inbox")).at("/after/offset").asInt())
          .isZero();
      assertThat(moved(socket, place(epoch, 2, time))).isTrue();
      JsonNode again = begin(socket, Map.of("channel", "mesh/inbox"));
      assertThat(again.at("/after/offset").asInt()).isEqualTo(2);
      assertThat(again.get("publications")).hasSize(1);
    }
  }

  @Test
  void whoHasNothingToReadIsToldTheTimeOfTheNewestMessage() throws Exception {
    keep(0, "ann", 1, 2);
    try (V1Socket socket = raw(0, "ann")) {
      JsonNode begun = begin(socket, Map.of("channel", "mesh/inbox"));
      String epoch = begun.get("epoch").asText();
      long time = begun.at("/publications/1/time").asLong();
      assertThat(moved(socket, place(epoch, 2, time))).isTrue();

      JsonNode again = begin(socket, Map.of("channel", "mesh/inbox"));
      JsonNode end =
          begin(socket, Map.of("channel", "mesh/inbox", "device", "desk", "from", "end"));
      Map<String, Object> place = Map.of("epoch", epoch, "offset", 2);
      JsonNode older = begin(socket, Map.of("channel", "mesh/inbox", "recover", place));

      assertThat(List.of(again, end, older))
          .allSatisfy(reply -> assertThat(reply.get("publications")).isEmpty())
          .allSatisfy(reply -> assertThat(reply.get("recovered").asBoolean()).isTrue())
          .allSatisfy(reply -> assertThat(reply.get("time").asLong()).isEqualTo(time));
    }
  }

  @Test
  void aResumeWithTheTimeOfAnotherMessageIsAGap() throws Exception {
    keep(0, "ann", 1, 3);
    try (V1Socket socket = raw(0, "ann")) {
      JsonNode begun = begin(socket, Map.of("channel", "mesh/inbox"));
      String epoch = begun.get("epoch").asText();
      long time = begun.at("/publications/0/time").asLong();

      JsonNode again =
          begin(socket, Map.of("channel", "mesh/inbox", "recover", place(epoch, 2, time - 1_000)));

      assertThat(again.get("recovered").asBoolean()).isFalse();
      assertThat(again.get("publications")).as("what is younger").hasSize(3);
    }
  }

  static Map<String, Object> place(String epoch, long offset, long time) {
    return Map.of("epoch", epoch, "offset", offset, "time", time);
  }

  static JsonNode begin(V1Socket socket, Map<String, Object> request) throws Exception {
    socket.send(1, "mesh/subscribe-channel", request);
    return socket.next().get("payload");
  }

  /** Whether a device stands behind what it has handled. */
  static boolean moved(V1Socket socket, Map<String, Object> place) throws Exception {
    socket.send(2, "mesh/acknowledge-inbox", place);
    return socket.next().at("/payload/success").asBoolean();
  }

  @Test
  void noMoreIsAcknowledgedThanWasSent() throws Exception {
    keep(0, "ann", 1, 5);
    try (V1Socket socket = raw(0, "ann")) {
      socket.send(1, "mesh/acknowledge-inbox", Map.of("epoch", "x", "offset", 1));
      assertThat(codeOf(socket.next())).isEqualTo("EBADREQUEST");
      socket.send(2, "mesh/subscribe-channel", Map.of("channel", "mesh/inbox"));
      JsonNode begun = socket.next().get("payload");
      String epoch = begun.get("epoch").asText();
      assertThat(begun.get("publications")).hasSize(5);
      assertThat(begun.get("recovered").asBoolean()).isTrue();
      assertThat(begun.get("after").get("offset").asInt()).isZero();
      assertThat(begun.at("/publications/0/message").toString())
          .isEqualTo("{\"name\":\"note\",\"payload\":1}");

      socket.send(3, "mesh/acknowledge-inbox", Map.of("epoch", epoch, "offset", 6));
      assertThat(codeOf(socket.next())).isEqualTo("EBADREQUEST");
      socket.send(4, "mesh/acknowledge-inbox", Map.of("epoch", epoch, "offset", 4));
      assertThat(socket.next().at("/payload/success").asBoolean()).isTrue();
      socket.send(5, "mesh/acknowledge-inbox", Map.of("epoch", epoch, "offset", 2));
      assertThat(socket.next().at("/payload/success").asBoolean()).isTrue();
      keep(0, "ann", 6, 6);
      assertThat(socket.next().at("/payload/message/payload").asInt()).isEqualTo(6);
    }
    try (V1Socket socket = raw(1, "ann")) {
      socket.send(1, "mesh/subscribe-channel", Map.of("channel", "mesh/inbox"));
      JsonNode begun = socket.next().get("payload");
      assertThat(begun.at("/publications/0/offset").asInt()).as("never back").isEqualTo(5);
      assertThat(begun.get("after").get("offset").asInt()).isEqualTo(4);
    }
  }
}
