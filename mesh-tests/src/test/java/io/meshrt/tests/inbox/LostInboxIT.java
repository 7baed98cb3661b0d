// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.inbox.InboxMessage;
import io.meshrt.faults.RedisServer;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redis loses the newest messages, or all, while no node listens: whoever had them is told. */
class LostInboxIT {
  private final RedisServer redis =
      RedisServer.started(
          "appendonly", "yes", "appendfsync", "always", "auto-aof-rewrite-percentage", "0");
  private final InboxLog log = new InboxLog();
  private MeshServer server;
  private TcpProxy proxy;
  private MeshClient client;
  private long written;

  @BeforeEach
  void handleFiveOfWhichRedisHasWrittenThree() throws Exception {
    server = start();
    proxy = TcpProxy.plain(server.port());
    client =
        Local.connected(InboxSuite.as(MeshClient.builder("ws://127.0.0.1:" + proxy.port()), "ann"));
    Outcomes.result(client.inbox(log, InboxSuite.PROMPT));
    keep("1", "2", "3");
    log.awaitTold("3");
    await().until(() -> redis.command("INFO").contains("aof_rewrite_in_progress:0"));
    written = redis.written();
    keep("4", "5");
    log.awaitTold("5");
  }

  @AfterEach
  void close() {
    client.close();
    proxy.close();
    server.close();
    redis.close();
  }

  @Test
  void otherMessagesUnderTheLostNumbersAreGivenBehindAGap() throws Exception {
    comeBackAfter(this::loseTheNewest, "4 again", "5 again", "6");
    keep("7");

    assertThat(log.awaitTold("7"))
        .containsExactly("1", "2", "3", "4", "5", "gap", "4 again", "5 again", "6", "7");
    assertThat(log.gaps.get(0).missed()).isEmpty();
  }

  @Test
  void numbersThatAreNotThereAnyMoreAreAGap() throws Exception {
    comeBackAfter(this::loseTheNewest);
    log.awaitTold("gap");
    keep("4 again");

    assertThat(log.awaitTold("4 again")).containsExactly("1", "2", "3", "4", "5", "gap", "4 again");
  }

  @Test
  void anEmptyRedisIsAGap() throws Exception {
    comeBackAfter(
        lost -> {
          lost.kill();
          lost.wipe();
          lost.start();
        });
    log.awaitTold("gap");
    keep("1 again");

    assertThat(log.awaitTold("1 again")).containsExactly("1", "2", "3", "4", "5", "gap", "1 again");
  }

  @Test
  void whoHadNothingToReadIsGivenWhatAnEmptyRedisKeptMeanwhile() throws Exception {
    awaitHandled(5);
    client.close();
    client =
        Local.connected(InboxSuite.as(MeshClient.builder("ws://127.0.0.1:" + proxy.port()), "ann"));
    InboxLog reader = new InboxLog();
    Outcomes.result(client.inbox(reader, InboxSuite.PROMPT));
    comeBackAfter(
        lost -> {
          lost.kill();
          lost.wipe();
          lost.start();
        },
        "1 again");

    assertThat(reader.awaitTold("1 again")).containsExactly("gap", "1 again");
  }

  @Test
  void whoHadNothingToReadIsToldAsWell() throws Exception {
    awaitHandled(5);
    client.close();
    client =
        Local.connected(InboxSuite.as(MeshClient.builder("ws://127.0.0.1:" + proxy.port()), "ann"));
    InboxLog reader = new InboxLog();
    Outcomes.result(client.inbox(reader, InboxSuite.PROMPT));
    comeBackAfter(this::loseTheNewest, "4 again", "5 again", "6");

    assertThat(reader.awaitTold("6")).containsExactly("gap", "4 again", "5 again", "6");
  }

  @Test
  void anAcknowledgementThatComesLateCountsForNoOtherMessage() throws Exception {
    InboxMessage lost = log.messages.get(4);
    comeBackAfter(this::loseTheNewest, "4 again", "5 again", "6");
    Map<String, Object> late =
        Map.of(
            "device", "desk",
            "epoch", lost.position().epoch(),
            "offset", lost.position().offset(),
            "time", lost.time().toEpochMilli());

    try (V1Socket desk =
        V1Socket.open(RawWebSocket.to(server.port()).header("Authorization", "Bearer ann"))) {
      assertThat(HandledSuite.moved(desk, late)).isFalse();
      JsonNode begun = HandledSuite.begin(desk, Map.of("channel", "mesh/inbox", "device", "desk"));
      assertThat(begun.get("publications")).hasSize(6);
    }
  }

  private void loseTheNewest(RedisServer lost) {
    lost.kill();
    lost.forget(written);
    lost.start();
  }

  @Test
  void nothingIsAGapWhenNothingIsLost() throws Exception {
    comeBackAfter(
        kept -> {
          kept.kill();
          kept.start();
        },
        "6");

    assertThat(log.awaitTold("6")).doesNotContain("gap");
    assertThat(log.texts()).containsExactly("1", "2", "3", "4", "5", "6");
  }

  /** No node is there meanwhile; the next one keeps these before the client is back. */
  private void comeBackAfter(Consumer<RedisServer> incident, String... kept) throws Exception {
    proxy.refuse();
    await().until(() -> client.status() != ClientStatus.CONNECTED);
    server.close(Duration.ofSeconds(2));
    incident.accept(redis);
    server = start();
    keep(kept);
    proxy.redirect(server.port());
    proxy.admit();
  }

  private void awaitHandled(int offset) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              try (V1Socket socket =
                  V1Socket.open(
                      RawWebSocket.to(server.port()).header("Authorization", "Bearer ann"))) {
                return HandledSuite.begin(socket, Map.of("channel", "mesh/inbox"))
                        .at("/after/offset")
                        .asInt()
                    == offset;
              }
            });
  }

  private void keep(String... texts) throws Exception {
    for (String text : texts) {
      Outcomes.result(server.inboxes().keep("ann", "note", text));
    }
  }

  private MeshServer start() {
    MeshServer started =
        Local.server()
            .redis(RedisOptions.of(redis.uri()))
            .authentication(
                request ->
                    request
                        .bearerToken()
                        .map(name -> Authentication.accept(Identity.of(name)))
                        .orElse(Authentication.anonymous()))
            .build();
    started.start();
    return started;
  }
}
