// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.metrics.Limit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told in pages, and to those who are slow. */
abstract class PagesContract extends CollectionContract {
  private static final int PAGE = 4;
  private static final int MOST = 30;

  @Override
  final CollectionLimits limits() {
    return CollectionLimits.defaults().withMaxPageRecords(PAGE).withMaxMembers(MOST);
  }

  @BeforeEach
  final void expose() {
    nodes().forEach(node -> node.collections.expose(ALL, CollectionQuery.of("doc:")));
  }

  @Test
  void largeCollectionComesInPagesThatBelongTogether() {
    List<String> expected = writeMany(10);
    LivePeer peer = second().v1();

    JsonNode reply = subscribe(peer, ALL);
    peer.told(2);

    assertThat(reply.get("records")).hasSize(PAGE);
    assertThat(reply.get("more").asBoolean()).isTrue();
    Replica replica = replica(peer);
    assertThat(replica.isWhole()).isTrue();
    assertThat(replica.shown()).isEqualTo(expected);
  }

  @Test
  void familyGetsTheRestAsAdditions() {
    writeMany(10);
    LivePeer peer = second().legacy();

    JsonNode reply = subscribe(peer, ALL);
    peer.told(2);
    write("doc:99", "1");

    assertThat(reply.get("ids")).hasSize(PAGE);
    assertThat(peer.told(4))
        .containsExactly(
            "v2 +doc:04 +doc:05 +doc:06 +doc:07", "v3 +doc:08 +doc:09", "v4 +doc:99", "doc:99=1@1");
  }

  @Test
  void slowReaderIsToldEverythingAtOnce() {
    String value = "\"" + "x".repeat(20_000) + "\"";
    LivePeer peer = second().v1();
    LivePeer witness = second().v1();
    subscribe(peer, ALL);
    subscribe(witness, ALL);
    peer.stall();

    for (int i = 0; i < 40; i++) {
      write("doc:" + i % 7, value.replace("x\"", i + "\""));
      witness.told(i + 1);
    }
    delete("doc:3");
    witness.told(41);
    int waiting = peer.told().size();
    peer.resume();

    awaitShown(peer, replica(witness).shown());
    assertThat(waiting).isZero();
    assertThat(peer.told().size()).isLessThan(20);
    assertThat(replica(peer).version()).isEqualTo(replica(witness).version());
  }

  @Test
  void collectionAtItsLimitIsToldAndBeyondItIsNot() {
    writeMany(MOST);
    LivePeer peer = second().v1();
    LivePeer legacy = second().legacy();
    assertThat(subscribe(peer, ALL).has("records")).isTrue();
    assertThat(subscribe(legacy, ALL).get("success").asBoolean()).isTrue();

    write("doc:" + MOST, "1");
    peer.await(frame -> frame.contains("revoked"));

    assertThat(peer.told()).last().isEqualTo("revoked ELIMIT");
    assertThat(subscribe(second().v1(), ALL).path("code").asText()).isEqualTo("ELIMIT");
    assertThat(second().live.counts().of(peer.session())).isZero();
    assertThat(second().live.metrics().hits(Limit.COLLECTION_SIZE)).isPositive();
    delete("doc:" + MOST);
    assertThat(subscribe(second().v1(), ALL).has("records")).isTrue();
  }

  private List<String> writeMany(int count) {
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = String.format("doc:%02d", i);
      write(id, Integer.toString(i));
      shown.add(id + "=" + i);
    }
    return shown;
  }
}
