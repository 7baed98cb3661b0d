// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.dispatch;

import static io.meshrt.tests.harness.Outcomes.code;
import static io.meshrt.tests.harness.Outcomes.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientStatus;
import io.meshrt.client.StatusChange;
import io.meshrt.client.inbox.InboxGap;
import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxMessage;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordOptions;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.channel.PublishOptions;
import io.meshrt.server.dispatch.MeshDispatcher;
import io.meshrt.server.record.ListOptions;
import io.meshrt.server.record.RecordPolicy;
import io.meshrt.tests.dispatch.Meeting.Guest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a dispatcher can do, wherever servers and dispatchers meet. */
abstract class DispatchSuite {
  private Meeting meeting;
  private MeshDispatcher dispatcher;

  abstract Meeting meet();

  @BeforeEach
  final void start() {
    meeting = meet();
    dispatcher = meeting.dispatcher();
  }

  @AfterEach
  final void close() {
    meeting.close();
  }

  @Test
  void identitiesAreReachedOnAllNodesOnceEach() throws Exception {
    Guest here = meeting.guest(0, "anna");
    Guest there = meeting.guest(1, "anna");
    Guest other = meeting.guest(1, "bert");

    result(dispatcher.sendToIdentity("anna", "say", "one"));
    result(dispatcher.sendToIdentities(List.of("anna", "anna", "bert", "nobody"), "say", "two"));
    result(dispatcher.sendToIdentities(List.of(), "say", "none"));
    result(dispatcher.sendToIdentity("anna", "say", "three", here.id()));
    result(dispatcher.broadcast("say", "end"));

    Stream.of(here, there, other).forEach(guest -> guest.awaitHeard("end"));
    await()
        .until(() -> there.heard.size() == 4 && here.heard.size() == 3 && other.heard.size() == 2);
    assertThat(here.heard).containsExactlyInAnyOrder("one", "two", "end");
    assertThat(there.heard).containsExactlyInAnyOrder("one", "two", "three", "end");
    assertThat(other.heard).containsExactlyInAnyOrder("two", "end");
  }

  @Test
  void everyoneButAnIdentityIsReached() throws Exception {
    Guest here = meeting.guest(0, "anna");
    Guest there = meeting.guest(1, "anna");
    Guest other = meeting.guest(1, "bert");
    Guest nobody = meeting.guest(0, null);

    result(dispatcher.message("say", "not anna").except("anna").toEveryone());
    result(dispatcher.message("say", "end").to("*"));

    Stream.of(here, there, other, nobody).forEach(guest -> guest.awaitHeard("end"));
    assertThat(here.heard).containsExactly("end");
    assertThat(there.heard).containsExactly("end");
    assertThat(other.heard).containsExactly("not anna", "end");
    assertThat(nobody.heard).containsExactly("not anna", "end");
  }

  @Test
  void messagesWaitForWhoeverIsAway() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    assertThat(result(dispatcher.message("note", "one").kept().to("anna")).kept()).isOne();
    result(dispatcher.inboxes().keep("anna", "note", "two"));
    Guest anna = meeting.guest(1, "anna");

    result(
        anna.client.inbox(
            new InboxListener() {
              @Override
              public void onMessage(InboxMessage message) {
                told.add(message.payload().asText());
              }

              @Override
              public void onGap(InboxGap gap) {
                told.add("gap");
              }
            }));
    result(dispatcher.message("note", "three").kept().to("anna", "bert"));

    await().untilAsserted(() -> assertThat(told).containsExactly("one", "two", "three"));
  }

  @Test
  void whoIsOnlineIsTold() throws Exception {
    Guest anna = meeting.guest(0, "anna");
    Guest again = meeting.guest(1, "anna");

    await()
        .untilAsserted(
            () ->
                assertThat(result(dispatcher.identities().connections("anna")))
                    .containsExactlyInAnyOrder(anna.id(), again.id()));
    assertThat(result(dispatcher.identities().isOnline("anna"))).isTrue();
    assertThat(result(dispatcher.identities().isOnline("bert"))).isFalse();
    assertThat(result(dispatcher.identities().online(List.of("anna", "bert"))))
        .containsExactly("anna");
    assertThat(result(dispatcher.identities().onlineCount())).isOne();
    assertThat(result(dispatcher.identities().list()).ids()).containsExactly("anna");
    anna.client.close();
    again.client.close();
    await().untilAsserted(() -> assertThat(result(dispatcher.identities().onlineCount())).isZero());
  }

  @Test
  void whatIsSentToOneTargetArrivesInTheOrderOfTheCalls() throws Exception {
    Guest anna = meeting.guest(0, "anna");
    Guest bert = meeting.guest(1, "bert");
    List<CompletableFuture<Void>> sent = new ArrayList<>();

    for (int i = 0; i < 100; i++) {
      sent.add(dispatcher.sendToIdentities(List.of("anna", "bert", "carl"), "say", "all " + i));
      sent.add(dispatcher.sendToIdentity("bert", "say", "one " + i));
    }
    for (CompletableFuture<Void> one : sent) {
      result(one);
    }

    anna.awaitHeard("all 99");
    bert.awaitHeard("one 99");
    assertThat(anna.heard)
        .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(i -> "all " + i).toList());
    assertThat(bert.heard)
        .containsExactlyElementsOf(
            IntStream.range(0, 100)
                .boxed()
                .flatMap(i -> Stream.of("all " + i, "one " + i))
                .toList());
  }

  @Test
  void connectionsRoomsAndEveryoneAreReached() throws Exception {
    Guest here = meeting.guest(0, null);
    Guest there = meeting.guest(1, null);
    result(meeting.node(0).rooms().join("lobby", there.id()));
    List<CompletableFuture<Void>> sent = new ArrayList<>();

    for (int i = 0; i < 20; i++) {
      sent.add(
          dispatcher.sendToConnections(List.of(here.id(), there.id(), "gone-1"), "say", "c" + i));
    }
    for (CompletableFuture<Void> one : sent) {
      result(one);
    }
    Stream.of(here, there).forEach(guest -> guest.awaitHeard("c19"));
    assertThat(here.heard)
        .containsExactlyElementsOf(IntStream.range(0, 20).mapToObj(i -> "c" + i).toList());
    result(dispatcher.sendToRoom("lobby", "say", "room"));
    result(dispatcher.sendToRoom("lobby", "say", "not you", there.id()));
    there.awaitHeard("room");
    result(dispatcher.broadcast("say", "only one", there.id()));
    result(dispatcher.broadcast("say", "all"));

    Stream.of(here, there).forEach(guest -> guest.awaitHeard("all"));
    assertThat(here.heard).doesNotContain("room", "not you").contains("only one");
    assertThat(there.heard).doesNotContain("not you", "only one").contains("room");
  }

  @Test
  void disconnectedIdentitiesLearnWhyAndDoNotReturn() throws Exception {
    Guest here = meeting.guest(0, "bert");
    Guest there = meeting.guest(1, "bert");
    Guest other = meeting.guest(0, "anna");
    List<StatusChange> changes = new CopyOnWriteArrayList<>();
    here.client.onStatus(changes::add);
    there.client.onStatus(changes::add);

    result(dispatcher.disconnect(List.of("bert"), 4503, "banned"));

    await()
        .untilAsserted(
            () ->
                assertThat(changes)
                    .filteredOn(change -> change.status() == ClientStatus.DISCONNECTED)
                    .hasSize(2));
    assertThat(changes)
        .allMatch(change -> change.closeCode().getAsInt() == 4503)
        .allMatch(change -> change.reason().equals("banned"));
    result(dispatcher.sendToIdentity("anna", "say", "still here"));
    other.awaitHeard("still here");
    assertThat(other.client.status()).isEqualTo(ClientStatus.CONNECTED);
  }

  @Test
  void disconnectedConnectionsAreThoseThatWereNamed() throws Exception {
    Guest named = meeting.guest(1, "bert");
    Guest other = meeting.guest(1, "bert");

    result(dispatcher.disconnectConnections(List.of(named.id()), 4503, "go"));

    await().until(() -> named.client.status() == ClientStatus.DISCONNECTED);
    result(dispatcher.sendToIdentity("bert", "say", "still here"));
    other.awaitHeard("still here");
  }

  @Test
  void channelsArePublishedToAndReadByTheRulesOfTheDispatcher() throws Exception {
    Guest guest = meeting.guest(1, null);
    List<String> heard = new CopyOnWriteArrayList<>();
    result(guest.client.subscribe("news", String.class, heard::add));
    dispatcher.channels().policy(Pattern.compile("news"), ChannelPolicy.history(10));

    ChannelPosition first = result(dispatcher.channels().publish("news", "a"));
    result(meeting.node(0).publishToChannel("news", "b", 10));
    PublishOptions once = PublishOptions.defaults().withHistory(10).withId("c");
    ChannelPosition third = result(dispatcher.channels().publish("news", "c", once));
    ChannelPosition repeated = result(dispatcher.channels().publish("news", "c", once));

    await().until(() -> heard.contains("c"));
    assertThat(heard).containsExactly("a", "b", "c");
    assertThat(first.offset()).isEqualTo(1);
    assertThat(third.offset()).isEqualTo(3);
    assertThat(repeated).isEqualTo(third);
    assertThat(result(dispatcher.channels().history("news", HistoryRequest.newest(10))).messages())
        .extracting(message -> message.message().asText())
        .containsExactly("c", "b", "a");
    assertThat(result(dispatcher.channels().publish("other", "kept by nobody")).isNumbered())
        .isFalse();
  }

  @Test
  void recordsAreWrittenByTheSameRulesAsOnServers() throws Exception {
    Guest guest = meeting.guest(1, null);
    List<JsonNode> seen = new CopyOnWriteArrayList<>();
    result(
        guest
            .client
            .records()
            .subscribe(
                "score",
                JsonNode.class,
                update -> seen.add(update.value()),
                RecordMode.FULL,
                RecordOptions.defaults()));
    List<CompletableFuture<?>> updates = new ArrayList<>();

    for (int i = 0; i < 50; i++) {
      updates.add(dispatcher.records().update("score", Integer.class, Meeting::plusOne));
      updates.add(meeting.node(i).records().update("score", Integer.class, Meeting::plusOne));
    }
    for (CompletableFuture<?> update : updates) {
      result(update);
    }

    assertThat(result(dispatcher.records().get("score", Integer.class)).orElseThrow().value())
        .isEqualTo(100);
    await().until(() -> !seen.isEmpty() && seen.get(seen.size() - 1).asInt() == 100);
    assertThat(result(dispatcher.records().list("sc", ListOptions.defaults())).records())
        .hasSize(1);
    assertThat(result(dispatcher.records().delete("score"))).isTrue();
    assertThat(result(meeting.node(0).records().get("score"))).isEmpty();
    assertThat(result(dispatcher.records().delete("score"))).isFalse();
  }

  @Test
  void transactionsNeedTheGroupsThatServersHave() throws Exception {
    RecordPolicy game = RecordPolicy.defaults().withGroup(id -> id.substring(0, id.indexOf(':')));
    dispatcher.records().policy(Pattern.compile("game:.*"), game);
    for (int i = 0; i < 2; i++) {
      meeting.node(i).records().policy(Pattern.compile("game:.*"), game);
    }

    result(
        dispatcher
            .records()
            .transaction(
                List.of("game:a", "game:b"),
                change -> {
                  change.set("game:a", 1);
                  change.set("game:b", 2);
                }));

    assertThat(result(meeting.node(1).records().get("game:b", Integer.class)).orElseThrow().value())
        .isEqualTo(2);
    assertThatThrownBy(() -> dispatcher.records().transaction(List.of("x", "y"), change -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsNotAllowedIsRefusedAtOnce() {
    assertThatThrownBy(() -> dispatcher.sendToIdentity("anna", "mesh/x", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> dispatcher.sendToRoom("", "say", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> dispatcher.disconnect(List.of("anna"), 1006, ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> dispatcher.broadcast("say", "x".repeat(1 << 20)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static boolean fails(CompletableFuture<?> call) throws Exception {
    return call.handle((done, failure) -> failure != null).get(10, TimeUnit.SECONDS);
  }

  @Test
  void nobodyToReachIsAnErrorOnlyWhereItWasAskedFor() throws Exception {
    MeshDispatcher strict = meeting.keep(meeting.builder().requireNodes().connect());
    result(strict.broadcast("say", "somebody"));
    result(strict.channels().publish("news", "somebody"));

    meeting.closeNodes();

    await().untilAsserted(() -> assertThat(result(dispatcher.nodeCount())).isZero());
    result(dispatcher.broadcast("say", "nobody"));
    result(dispatcher.sendToConnections(List.of("12345678-1"), "say", "nobody"));
    await().until(() -> fails(strict.broadcast("say", "nobody")));
    assertThat(code(strict.broadcast("say", "nobody"))).isEqualTo("EUNAVAILABLE");
    assertThat(code(strict.sendToConnections(List.of("12345678-1"), "say", "nobody")))
        .isEqualTo("EUNAVAILABLE");
    assertThat(code(strict.channels().publish("news", "nobody"))).isEqualTo("EUNAVAILABLE");
    result(strict.records().write("later", 1));
  }

  @Test
  void serversNeitherCountNorWaitForDispatchers() throws Exception {
    Guest guest = meeting.guest(0, "anna");
    result(guest.client.subscribe("news", String.class, text -> {}));

    int nodes = meeting.node(0) == meeting.node(1) ? 1 : 2;
    await().untilAsserted(() -> assertThat(result(dispatcher.nodeCount())).isEqualTo(nodes));
    dispatcher.close();
    assertThat(result(meeting.node(0).channels().revokeIdentity("anna", "news"))).isEqualTo(1);
  }

  @Test
  void closedDispatcherRefuses() throws Exception {
    MeshDispatcher closed = meeting.dispatcher();
    closed.close();
    closed.close();

    assertThat(code(closed.broadcast("say", "late"))).isEqualTo("EUNAVAILABLE");
    assertThat(code(closed.channels().publish("news", "late"))).isEqualTo("EUNAVAILABLE");
    assertThat(code(closed.records().get("score"))).isEqualTo("EUNAVAILABLE");
    assertThat(closed.isUp()).isFalse();
    result(dispatcher.broadcast("say", "the other goes on"));
  }

  @Test
  void whatIsSentIsCounted() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    MeshDispatcher counted = meeting.keep(meeting.builder().meterRegistry(registry).connect());

    result(counted.sendToIdentity("anna", "say", 1));
    result(counted.channels().publish("news", 1));
    result(counted.records().write("score", Map.of("a", 1)));

    await()
        .untilAsserted(
            () -> {
              assertThat(registry.get("mesh.pushes").tag("to", "identity").counter().count())
                  .isOne();
              assertThat(registry.get("mesh.channel.published").counter().count()).isOne();
              assertThat(
                      registry
                          .get("mesh.record.writes")
                          .tag("outcome", "written")
                          .counter()
                          .count())
                  .isOne();
            });
    await().until(() -> registry.get("mesh.cluster.up").gauge().value() == 1);
  }
}
