// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.fake.Frames.legacyReply;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.collection.CollectionSubscription;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.record.RecordMode;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Frames as the protocol page records them of the older servers. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class LegacyCollectionsTest {
  private static final String A1 = "{\"id\":\"a\",\"t\":1}";
  private static final String B1 = "{\"id\":\"b\",\"t\":1}";
  private static final String B2 = "{\"id\":\"b\",\"t\":2}";

  private final CollectionLog<JsonNode> log = new CollectionLog<>();
  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected(Frames.RT_ASSIGN_ID);

  @Test
  void diffsAndRecordsMakeTheMembers() {
    CollectionSubscription<JsonNode> subscription = subscribed();

    socket.receive(diff(2, B1, ""));
    socket.receive(update("b", B1, 4));
    socket.receive(update("b", B2, 5));
    socket.receive(update("other", B2, 5));
    socket.receive(diff(3, "", A1));

    assertThat(log.told)
        .containsExactly(
            "initial [a=%s@0] +a v1".formatted(A1),
            "update [a=%s@0, b=%s@0] +b v2".formatted(A1, B1),
            "update [a=%s@0, b=%s@4] ~b v2".formatted(A1, B1),
            "update [a=%s@0, b=%s@5] ~b v2".formatted(A1, B2),
            "update [b=%s@5] -a=%s@0 v3".formatted(B2, A1));
    subscription.close();
    rig.loop.run();
    assertThat(socket.takeOne()).contains("rt/unsubscribe-collection");
  }

  @Test
  void membersHaveTheirIdsHoweverTheyAreTold() {
    subscribed();

    socket.receive(update("a", "{\"t\":2,\"id\":9}", 2));
    socket.receive(update("a", "[3]", 3));

    assertThat(log.told)
        .endsWith(
            "update [a={\"id\":\"a\",\"t\":2}@2] ~a v1",
            "update [a={\"id\":\"a\",\"value\":[3]}@3] ~a v1");
  }

  @Test
  void gapHasTheCollectionReadAgainOnce() {
    subscribed();
    socket.receive(diff(2, B1, ""));
    socket.receive(update("b", B1, 4));

    socket.receive(diff(4, "", A1));
    socket.receive(diff(5, B1, ""));
    assertThat(socket.takeOne()).contains("\"id\":2,\"command\":\"rt/subscribe-collection\"");
    socket.receive(answer(2, "b", B1));
    socket.receive(diff(2, A1, ""));

    assertThat(log.told)
        .hasSize(5)
        .endsWith(
            "resync [b=%s@4] -a=%s@0 v1".formatted(B1, A1),
            "update [b=%s@4, a=%s@0] +a v2".formatted(B1, A1));
  }

  @Test
  void whatCameBeforeTheAnswerAndSaysSomethingElseHasItReadAgain() {
    rig.run(rig.client.subscribeCollection("c", log));
    socket.takeSent();

    socket.receive(update("a", "{\"id\":\"a\",\"t\":9}", 3));
    socket.receive(answer(1, "a", A1));
    assertThat(socket.takeOne()).contains("\"id\":2,\"command\":\"rt/subscribe-collection\"");
    socket.receive(update("a", A1, 4));
    socket.receive(update("other", B1, 4));
    socket.receive(diff(2, A1, B1));
    socket.receive(answer(2, "a", A1));

    assertThat(socket.takeSent()).isEmpty();
    assertThat(log.told).containsExactly("initial [a=%s@0] +a v1".formatted(A1));
  }

  @Test
  void diffBeforeTheAnswerThatSaysSomethingElseHasItReadAgain() {
    rig.run(rig.client.subscribeCollection("c", log));
    socket.takeSent();

    socket.receive(diff(2, B1, ""));
    socket.receive(answer(1, "a", A1));
    assertThat(socket.takeOne()).contains("\"id\":2");
    socket.receive(diff(2, "", A1));
    socket.receive(answer(2, "a", A1));
    assertThat(socket.takeOne()).contains("\"id\":3");
    socket.receive(answer(3, "b", B1));

    assertThat(log.told).endsWith("resync [b=%s@0] +b -a=%s@0 v1".formatted(B1, A1));
  }

  @Test
  void tooMuchBeforeTheAnswerHasItReadAgain() {
    rig.run(rig.client.subscribeCollection("c", log));
    socket.takeSent();
    for (int i = 0; i < 65; i++) {
      socket.receive(update("other", B1, i));
    }

    socket.receive(answer(1, "a", A1));

    assertThat(socket.takeOne()).contains("\"id\":2");
  }

  @Test
  void memberToldLateIsReadAgain() {
    subscribed();
    socket.receive(update("a", "{\"id\":\"a\",\"t\":6}", 6));
    socket.receive(update("a", "{\"id\":\"a\",\"t\":5}", 5));

    assertThat(socket.takeOne()).contains("\"id\":2");
    socket.receive(answer(2, "a", "{\"id\":\"a\",\"t\":6}"));

    assertThat(log.told).hasSize(2);
  }

  @Test
  void recordThatIsFollowedBesideItsCollectionIsToldOnce() {
    subscribed();
    RecordLog<JsonNode> record = new RecordLog<>();
    rig.run(rig.client.subscribeRecord("a", record, RecordMode.PATCH));
    socket.receive(
        legacyReply(
            2, "rt/subscribe-record", "{\"success\":true,\"record\":" + A1 + ",\"version\":1}"));
    socket.takeSent();

    socket.receive(push("record-update", "\"recordId\":\"a\",\"version\":2," + patch(2)));
    socket.receive(update("a", "{\"id\":\"a\",\"t\":2}", 2));
    socket.receive(push("record-update", "\"recordId\":\"a\",\"version\":3," + patch(3)));
    socket.receive(push("record-update", "\"recordId\":\"a\",\"version\":4," + patch(4)));
    assertThat(socket.takeSent()).isEmpty();
    socket.receive(update("a", "{\"id\":\"a\",\"t\":3}", 3));

    assertThat(record.updates).hasSize(4);
    assertThat(record.updates.get(3).value().path("t").intValue()).isEqualTo(4);
    assertThat(socket.takeOne()).contains("\"id\":3,\"command\":\"rt/subscribe-record\"");
  }

  @Test
  void afterAReconnectOnlyWhatIsDifferentIsTold() {
    subscribed();
    socket.receive(update("a", A1, 4));

    FakeSocket next = rig.reconnected(socket, Frames.RT_ASSIGN_ID);
    next.receive(answer(1, "a", "{\"t\":1.0,\"id\":\"a\"}"));
    FakeSocket third = rig.reconnected(next, Frames.RT_ASSIGN_ID);
    third.receive(answer(1, "a", B2));

    assertThat(log.told)
        .containsExactly(
            "initial [a=%s@0] +a v1".formatted(A1),
            "update [a=%s@4] ~a v1".formatted(A1),
            "resync [a=%s@0] ~a v1".formatted(B2));
  }

  @Test
  void oldestServersHaveNone() {
    ClientRig bare = new ClientRig(builder -> builder.generation(Generation.BARE));
    bare.client.connect();
    FakeSocket its = bare.connector.next().accept();
    CompletableFuture<?> refused = bare.run(bare.client.subscribeCollection("c", log));
    bare.client.onMessage("collection-diff", JsonNode.class, diff -> log.told.add("push"));

    its.receive("{\"command\":\"collection-diff\",\"payload\":{}}");

    assertFailed(refused, "ENOTFOUND");
    assertThat(its.takeSent()).isEmpty();
    assertThat(log.told).containsExactly("push");
  }

  private CollectionSubscription<JsonNode> subscribed() {
    CompletableFuture<CollectionSubscription<JsonNode>> subscribed =
        rig.run(rig.client.subscribeCollection("c", log));
    assertThat(socket.takeOne())
        .isEqualTo(
            "{\"id\":1,\"command\":\"rt/subscribe-collection\",\"payload\":{\"collectionId\":\"c\"}}");
    socket.receive(answer(1, "a", A1));
    return subscribed.join();
  }

  private static String patch(int t) {
    return "\"patch\":[{\"op\":\"replace\",\"path\":\"/t\",\"value\":" + t + "}]";
  }

  private static String answer(long id, String member, String value) {
    return legacyReply(
        id,
        "rt/subscribe-collection",
        "{\"success\":true,\"ids\":[\"%s\"],\"records\":[{\"id\":\"%s\",\"record\":%s}],\"version\":1}"
            .formatted(member, member, value));
  }

  private static String diff(long version, String added, String removed) {
    return push(
        "collection-diff",
        "\"collectionId\":\"c\",\"added\":[%s],\"removed\":[%s],\"version\":%d"
            .formatted(added, removed, version));
  }

  private static String update(String record, String value, long version) {
    return push(
        "record-update",
        "\"recordId\":\"%s\",\"version\":%d,\"full\":%s".formatted(record, version, value));
  }

  private static String push(String command, String payload) {
    return "{\"command\":\"rt/%s\",\"payload\":{%s}}".formatted(command, payload);
  }
}
