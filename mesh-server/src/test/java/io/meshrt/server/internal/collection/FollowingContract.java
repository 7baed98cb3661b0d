// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.fakes.LiveNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.record.RecordPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What queries promise to those who follow them. */
abstract class FollowingContract extends CollectionContract {
  /** Of a board. */
  record Note(String state, int rank) {}

  @BeforeEach
  final void expose() {
    for (CollectionNode node : nodes()) {
      node.collections.expose(ALL, CollectionQuery.of("doc:"));
      node.collections.expose(
          Pattern.compile("open/(.+)"),
          id ->
              CollectionQuery.of(id.substring("open/".length()), Note.class)
                  .where(note -> note.state().equals("open"))
                  .orderedBy(Comparator.comparingInt(Note::rank))
                  .limit(2));
    }
  }

  @Test
  void replyHasAllRecordsInTheOrderOfTheirIds() {
    write("doc:b", "2");
    write("doc:a", "{\"n\":1}");
    write("other", "3");

    JsonNode reply = subscribe(second().v1(), ALL);

    assertThat(reply.get("success").asBoolean()).isTrue();
    assertThat(reply.has("more")).isFalse();
    assertThat(new Replica(reply).shown()).containsExactly("doc:a={\"n\":1}", "doc:b=2");
    assertThat(reply.at("/records/1/version").asInt()).isEqualTo(1);
    assertThat(reply.at("/records/1/stamp").asText()).isNotEmpty();
  }

  @Test
  void whoComesChangesAndGoesIsToldOnce() {
    LivePeer peer = second().v1();
    subscribe(peer, ALL);

    write("doc:b", "1");
    peer.told(1);
    write("doc:b", "2");
    peer.told(2);
    write("doc:a", "1");
    peer.told(3);
    delete("doc:b");

    assertThat(peer.told(4)).containsExactly("v2 +doc:b", "v3 ~doc:b", "v4 +doc:a", "v5 -doc:b");
    assertThat(replica(peer).shown()).containsExactly("doc:a=1");
  }

  @Test
  void familyIsToldWhoCameAndThenWhatChanged() {
    write("doc:c1", "{\"id\":\"doc:c1\",\"t\":1}");
    LivePeer peer = second().legacy();

    JsonNode reply = subscribe(peer, ALL);
    write("doc:c2", "{\"t\":2}");
    peer.told(2);
    write("doc:c2", "{\"t\":3}");
    peer.told(3);
    delete("doc:c2");
    peer.told(4);

    assertThat(reply.toString())
        .isEqualTo(
            "{\"success\":true,\"ids\":[\"doc:c1\"],\"records\":[{\"id\":\"doc:c1\","
                + "\"record\":{\"id\":\"doc:c1\",\"t\":1}}],\"version\":1}");
    assertThat(peer.told())
        .containsExactly("v2 +doc:c2", "doc:c2={\"t\":2}@1", "doc:c2={\"t\":3}@2", "v3 -doc:c2");
  }

  @Test
  void filterOrderAndLimitDecide() {
    write("n:1", note("open", 30));
    write("n:2", note("done", 1));
    write("n:3", note("open", 10));
    write("n:4", note("open", 20));
    write("n:5", "\"no note\"");
    LivePeer peer = second().v1();
    subscribe(peer, "open/n:");
    assertThat(ids(peer)).containsExactly("n:3", "n:4");

    write("n:3", note("done", 10));
    peer.told(1);
    assertThat(ids(peer)).containsExactly("n:4", "n:1");
    write("n:1", note("open", 5));
    peer.told(2);
    assertThat(ids(peer)).containsExactly("n:1", "n:4");
    write("n:2", note("open", 1));
    peer.told(3);
    assertThat(ids(peer)).containsExactly("n:2", "n:1");

    assertThat(peer.told()).containsExactly("v2 +n:1 -n:3", "v3 ~n:1", "v4 +n:2 -n:4");
  }

  @Test
  void filterThatThrowsSaysNoAndComparatorThatThrowsFails() {
    for (CollectionNode node : nodes()) {
      node.collections.expose(
          "odd",
          CollectionQuery.of("n:", Note.class)
              .where(
                  note -> {
                    if (note.rank() == 2) {
                      throw new IllegalStateException("no");
                    }
                    return true;
                  }));
      node.collections.expose(
          "broken",
          CollectionQuery.of("n:", Note.class)
              .orderedBy(Comparator.comparing(FollowingContract::failingKey)));
    }
    for (int i = 1; i <= 3; i++) {
      write("n:" + i, note("open", i));
    }
    LivePeer peer = second().v1();

    assertThat(subscribe(peer, "broken").path("code").asText()).isEqualTo("ESERVER");
    subscribe(peer, "odd");

    assertThat(ids(peer)).containsExactly("n:1", "n:3");
    assertThat(second().live.counts().of(peer.session())).isEqualTo(1);
  }

  @Test
  void patternsPassTheWholeId() {
    write("x:1", note("open", 1));
    write("y:1", note("open", 1));
    LivePeer peer = second().v1();

    subscribe(peer, "open/x:");

    assertThat(ids(peer)).containsExactly("x:1");
    assertThat(subscribe(second().v1(), "close/x:").path("code").asText()).isEqualTo("EACCESS");
    assertThat(subscribe(second().legacy(), "close/x:").toString())
        .isEqualTo("{\"success\":false,\"ids\":[],\"records\":[],\"version\":0}");
  }

  @Test
  void guardsDecide() {
    for (CollectionNode node : nodes()) {
      node.collections.expose(
          "mine",
          CollectionQuery.of("doc:"),
          (connection, id) -> connection.identity().isPresent());
    }

    assertThat(subscribe(first().v1("anna"), "mine").has("records")).isTrue();
    assertThat(subscribe(first().v1(), "mine").path("code").asText()).isEqualTo("EACCESS");
  }

  @Test
  void nothingIsToldAfterUnsubscribing() {
    LivePeer peer = second().v1();
    LivePeer witness = second().v1();
    subscribe(peer, ALL);
    subscribe(witness, ALL);

    assertThat(peer.result("mesh/unsubscribe-collection", of(ALL)).asBoolean()).isTrue();
    assertThat(peer.result("mesh/unsubscribe-collection", of(ALL)).asBoolean()).isFalse();
    write("doc:1", "1");
    witness.told(1);

    assertThat(peer.told()).isEmpty();
    assertThat(second().live.counts().of(peer.session())).isZero();
  }

  @Test
  void subscribingAgainReplacesAndTellsEverythingAnew() {
    LivePeer peer = second().v1();
    subscribe(peer, ALL);
    write("doc:1", "1");
    peer.told(1);

    JsonNode again = subscribe(peer, ALL);
    write("doc:2", "2");

    assertThat(new Replica(again).shown()).containsExactly("doc:1=1");
    assertThat(peer.told(2)).containsExactly("v2 +doc:1", "v3 +doc:2");
    assertThat(second().live.counts().of(peer.session())).isEqualTo(1);
    assertThat(second().live.metrics().collectionCounts().subscriptions()).isEqualTo(1);
  }

  @Test
  void viewIsSharedAndEndsBehindTheLastSubscriber() {
    LivePeer one = second().v1();
    LivePeer two = second().v1();
    subscribe(one, ALL);
    int reads = second().reads.get();
    subscribe(two, ALL);

    assertThat(second().reads).hasValue(reads);
    assertThat(second().collections.followed()).isEqualTo(1);
    one.disconnect();
    two.disconnect();
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(second().collections.followed()).isZero();
              assertThat(second().collections.sessions()).isZero();
              assertThat(second().live.counts().sessions()).isZero();
              assertThat(second().live.metrics().collectionCounts().views()).isZero();
            });
  }

  @Test
  void burstIsReadTogether() {
    LivePeer peer = second().v1();
    subscribe(peer, ALL);
    int reads = second().reads.get();

    List<String> expected = new ArrayList<>();
    second().node().timers().freeze(); // all of it comes before the node begins to read
    for (int i = 0; i < 60; i++) {
      write(String.format("doc:%02d", i % 20), Integer.toString(i));
    }
    for (int i = 0; i < 20; i++) {
      expected.add(String.format("doc:%02d=%d", i, i + 40));
    }

    second().node().timers().wake();
    awaitShown(peer, expected);
    assertThat(second().reads.get() - reads).isLessThan(40);
  }

  @Test
  void recordsOfAGroupAndOfNoneAreTogether() {
    for (CollectionNode node : nodes()) {
      node.records.policy(
          Pattern.compile("doc:g.+"), RecordPolicy.defaults().withGroup(id -> "one"));
    }
    LivePeer peer = second().v1();
    subscribe(peer, ALL);

    get(
        first()
            .records
            .transaction(
                List.of("doc:g1", "doc:g2"),
                transaction -> {
                  transaction.set("doc:g1", 1);
                  transaction.set("doc:g2", 2);
                }));

    assertThat(peer.told(1)).containsExactly("v2 +doc:g1 +doc:g2");
  }

  @Test
  void expiredRecordGoes() {
    for (CollectionNode node : nodes()) {
      node.records.policy(
          Pattern.compile("doc:brief"),
          RecordPolicy.defaults().withTimeToLive(Duration.ofMillis(2_500)));
    }
    LivePeer peer = second().v1();
    subscribe(peer, ALL);

    write("doc:brief", "1");

    assertThat(peer.told(2)).containsExactly("v2 +doc:brief", "v3 -doc:brief");
  }

  @Test
  void tooManySubscriptionsAreRefused() {
    LivePeer peer = second().v1();
    for (int i = 0; i < LiveNode.MAX_SUBSCRIPTIONS; i++) {
      assertThat(subscribe(peer, "open/" + i).has("records")).isTrue();
    }

    assertThat(subscribe(peer, ALL).path("code").asText()).isEqualTo("ELIMIT");
    assertThat(peer.result("mesh/unsubscribe-collection", of("open/0")).asBoolean()).isTrue();
    assertThat(subscribe(peer, ALL).has("records")).isTrue();
  }

  private static String failingKey(Note note) {
    if (note.rank() > 0) {
      throw new IllegalStateException("no key for " + note.state());
    }
    return note.state();
  }

  private static List<String> ids(LivePeer peer) {
    return replica(peer).shown().stream()
        .map(shown -> shown.substring(0, shown.indexOf('=')))
        .toList();
  }

  private static String note(String state, int rank) {
    return "{\"state\":\"" + state + "\",\"rank\":" + rank + "}";
  }
}
