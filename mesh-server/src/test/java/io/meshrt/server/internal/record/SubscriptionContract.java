// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.fakes.LiveNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.record.RecordVersion;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What those who follow records are promised. */
abstract class SubscriptionContract extends RecordContract {
  @Test
  void answerHoldsValueAndVersion() {
    RecordVersion version = write(first(), DOC, "{\"a\":1}");

    JsonNode v1 = subscribe(second().v1(), DOC, "full");
    JsonNode legacy = subscribe(second().legacy(), DOC, "full");

    assertThat(v1.toString())
        .isEqualTo(
            "{\"success\":true,\"record\":{\"a\":1},\"version\":1,\"stamp\":\""
                + version.stamp()
                + "\"}");
    assertThat(legacy.toString())
        .isEqualTo("{\"success\":true,\"record\":{\"a\":1},\"version\":1}");
  }

  @Test
  void recordThatWasNeverWrittenIsNullAtVersionZero() {
    assertThat(subscribe(first().legacy(), DOC, "patch").toString())
        .isEqualTo("{\"success\":true,\"record\":null,\"version\":0}");
  }

  @Test
  void whatIsNotExposedIsRefused() {
    assertThat(subscribe(first().legacy(), "other", "full").toString())
        .isEqualTo("{\"success\":false}");
    assertThat(subscribe(first().v1(), "other", "full").path("code").asText()).isEqualTo("EACCESS");
    assertThat(subscribe(first().v1(), "secret:1", "full").path("code").asText())
        .as("writing does not imply reading")
        .isEqualTo("EACCESS");
  }

  @Test
  void eachModeAndGenerationGetsItsForm() {
    LivePeer v1Full = following(second(), DOC, "full");
    LivePeer v1Patch = following(second(), DOC, "patch");
    LivePeer full = legacyFollowing(second(), DOC, "full");
    LivePeer patch = legacyFollowing(second(), DOC, "patch");

    String stamp = write(first(), DOC, "{\"count\":1}").stamp();

    String end = ",\"version\":1,\"stamp\":\"" + stamp + "\"";
    String added = "\"patch\":[{\"op\":\"add\",\"path\":\"/count\",\"value\":1}]";
    assertThat(payload(v1Full))
        .isEqualTo("{\"recordId\":\"doc:1\",\"full\":{\"count\":1}" + end + "}");
    assertThat(payload(v1Patch))
        .isEqualTo("{\"recordId\":\"doc:1\"," + added + end + ",\"base\":0}");
    assertThat(payload(full))
        .isEqualTo("{\"recordId\":\"doc:1\",\"full\":{\"count\":1},\"version\":1}");
    assertThat(payload(patch)).isEqualTo("{\"recordId\":\"doc:1\"," + added + ",\"version\":1}");
  }

  private static String payload(LivePeer peer) {
    return peer.pushes(1).get(0).get("payload").toString();
  }

  @Test
  void patchModeGetsOnePatchForEachWrite() {
    LivePeer peer = legacyFollowing(second(), DOC, "patch");

    write(first(), DOC, "{\"count\":1}");
    write(first(), DOC, "{\"count\":1,\"name\":\"x\"}");
    write(first(), DOC, "{\"count\":1,\"name\":\"x\"}");
    write(first(), DOC, "{\"count\":1}");

    assertThat(peer.pushes(3).stream().map(push -> push.get("payload").get("patch").toString()))
        .containsExactly(
            "[{\"op\":\"add\",\"path\":\"/count\",\"value\":1}]",
            "[{\"op\":\"add\",\"path\":\"/name\",\"value\":\"x\"}]",
            "[{\"op\":\"remove\",\"path\":\"/name\"}]");
    assertThat(peer.pushes().stream().map(push -> push.get("payload").get("version").intValue()))
        .containsExactly(1, 2, 3);
  }

  @Test
  void nothingComesAfterUnsubscribing() {
    LivePeer peer = following(first(), DOC, "full");
    LivePeer witness = following(first(), DOC, "full");

    JsonNode was = peer.result("mesh/unsubscribe-record", of(DOC));
    JsonNode again = peer.result("mesh/unsubscribe-record", of(DOC));
    write(second(), DOC, "1");
    witness.pushes(1);
    peer.awaitLoop();

    assertThat(was.booleanValue()).isTrue();
    assertThat(again.booleanValue()).isFalse();
    assertThat(peer.pushes()).isEmpty();
    assertThat(first().live.counts().of(peer.session())).isZero();
  }

  @Test
  void subscribingAgainReplacesTheMode() {
    write(first(), DOC, "{\"a\":1}");
    LivePeer peer = following(first(), DOC, "full");
    subscribe(peer, DOC, "patch");

    write(second(), DOC, "{\"a\":2}");

    assertThat(peer.pushes(1).get(0).get("payload").has("patch")).isTrue();
    write(second(), DOC, "{\"a\":3}");
    assertThat(peer.pushes(2)).hasSize(2);
    assertThat(first().live.counts().of(peer.session())).isEqualTo(1);
  }

  @Test
  void deletionIsToldOnceAndEndsTheSubscription() {
    write(first(), DOC, "{\"a\":1}");
    LivePeer v1 = following(second(), DOC, "patch");
    LivePeer legacy = legacyFollowing(second(), DOC, "full");

    assertThat(get(first().records.delete(DOC))).isTrue();
    assertThat(get(first().records.delete(DOC))).isFalse();

    assertThat(v1.pushes(1).get(0).toString())
        .isEqualTo(
            "{\"command\":\"mesh/record-deleted\",\"payload\":"
                + "{\"recordId\":\"doc:1\",\"version\":1,\"deleted\":true}}");
    assertThat(legacy.pushes(1).get(0).toString())
        .isEqualTo(
            "{\"command\":\"mesh/record-deleted\",\"payload\":"
                + "{\"recordId\":\"doc:1\",\"version\":1}}");
    Awaitility.await().until(() -> second().live.counts().of(v1.session()) == 0);
    LivePeer late = following(second(), DOC, "full");
    RecordVersion next = write(first(), DOC, "2");
    late.pushes(1);
    assertThat(next.number()).isEqualTo(2);
    assertThat(v1.pushes()).hasSize(1);
    assertThat(legacy.pushes()).hasSize(1);
  }

  @Test
  void clientThatHasTheVersionIsNotSentTheValue() {
    RecordVersion version = write(first(), DOC, "{\"a\":1}");
    LivePeer peer = second().v1();
    String have = ",\"have\":{\"version\":1,\"stamp\":\"" + version.stamp() + "\"}";

    JsonNode same = peer.result("mesh/subscribe-record", of(DOC, have));
    write(first(), DOC, "{\"a\":2}");
    JsonNode update = peer.pushes(1).get(0).get("payload");
    JsonNode other = second().v1().result("mesh/subscribe-record", of(DOC, have));

    assertThat(same.path("unchanged").booleanValue()).isTrue();
    assertThat(same.has("record")).isFalse();
    assertThat(update.get("version").intValue()).isEqualTo(2);
    assertThat(other.has("unchanged")).isFalse();
  }

  @Test
  void recordIsReadWithoutSubscribing() {
    write(first(), DOC, "{\"a\":1}");
    LivePeer peer = second().v1();

    JsonNode read = peer.result("mesh/get-record", of(DOC));
    JsonNode refused = peer.result("mesh/get-record", of("secret:1"));

    assertThat(read.get("record").toString()).isEqualTo("{\"a\":1}");
    assertThat(refused.path("code").asText()).isEqualTo("EACCESS");
    assertThat(second().live.counts().of(peer.session())).isZero();
  }

  @Test
  void groupsAreFollowedWhileSomebodyDoes() {
    LivePeer peer = following(first(), DOC, "full");
    LivePeer other = following(first(), DOC, "full");
    assertThat(first().records.followedGroups()).isEqualTo(1);

    peer.disconnect();
    other.result("mesh/unsubscribe-record", of(DOC));

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> first().records.followedGroups() == 0 && first().records.sessions() == 0);
  }

  @Test
  void subscriptionsAreLimited() {
    LivePeer peer = first().v1();
    for (int i = 0; i < LiveNode.MAX_SUBSCRIPTIONS; i++) {
      assertThat(subscribe(peer, "doc:" + i, "full").path("success").booleanValue()).isTrue();
    }

    assertThat(subscribe(peer, "doc:more", "full").path("code").asText()).isEqualTo("ELIMIT");
    assertThat(subscribe(peer, "doc:5", "patch").path("success").booleanValue()).isTrue();
  }

  @Test
  void nodeHearsWhatOthersWriteWithOnePatchOnTheBus() {
    List<LivePeer> peers =
        List.of(following(first(), DOC, "patch"), following(second(), DOC, "full"));

    for (int i = 1; i <= 20; i++) {
      write(i % 2 == 0 ? first() : second(), DOC, "{\"i\":" + i + "}");
    }

    for (LivePeer peer : peers) {
      assertThat(
              peer.pushes(20).stream().map(push -> push.get("payload").get("version").intValue()))
          .isSorted()
          .doesNotHaveDuplicates()
          .endsWith(20);
    }
  }
}
