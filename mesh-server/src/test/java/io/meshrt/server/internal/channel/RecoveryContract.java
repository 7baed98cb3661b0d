// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.channel.ChannelHistory;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.fakes.LivePeer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Clients that come back with a position, on any node, and history read page by page. */
abstract class RecoveryContract extends ChannelContract {
  @Test
  void whoComesBackGetsWhatItMissedAndThenWhatComes() {
    ChannelPosition last = publish(first(), "seen", 10);
    publish(first(), "missed", 10);
    publish(first(), "missed too", 10);
    LivePeer peer = second().v1();

    JsonNode reply = recover(peer, last);
    publish(first(), "new", 10);

    assertThat(reply.get("recovered").asBoolean()).isTrue();
    assertThat(messages(reply.get("publications"))).containsExactly("\"missed\"", "\"missed too\"");
    assertThat(reply.get("history")).isEmpty();
    assertThat(reply.get("epoch").asText()).isEqualTo(last.epoch());
    assertThat(reply.get("offset").asLong()).isEqualTo(3);
    assertThat(peer.told(1)).containsExactly("chat:1 \"new\"");
  }

  @Test
  void whoMissedNothingIsToldSo() {
    ChannelPosition last = publish(first(), "seen", 10);

    JsonNode reply = recover(second().v1(), last);

    assertThat(reply.get("recovered").asBoolean()).isTrue();
    assertThat(reply.get("publications")).isEmpty();
  }

  @Test
  void whatIsNotKeptAnyMoreIsNotRecovered() {
    ChannelPosition last = publish(first(), "seen", 2);
    for (int i = 1; i <= 5; i++) {
      publish(first(), "m" + i, 2);
    }

    JsonNode reply = recover(second().v1(), last);

    assertThat(reply.get("recovered").asBoolean()).isFalse();
    assertThat(messages(reply.get("publications"))).containsExactly("\"m4\"", "\"m5\"");
  }

  @Test
  void aPositionOfAnotherEpochOrBeyondTheHeadIsNotRecovered() {
    ChannelPosition last = publish(first(), "seen", 10);

    JsonNode otherEpoch = recover(first().v1(), new ChannelPosition("other", 1));
    JsonNode beyond = recover(second().v1(), new ChannelPosition(last.epoch(), 7));

    for (JsonNode reply : List.of(otherEpoch, beyond)) {
      assertThat(reply.get("recovered").asBoolean()).isFalse();
      assertThat(reply.get("epoch").asText()).isEqualTo(last.epoch());
      assertThat(reply.get("offset").asLong()).isEqualTo(1);
    }
  }

  @Test
  void whatDoesNotFitAReplyIsReadPageByPage() {
    ChannelPosition last = publish(first(), "seen", 1_000);
    for (int i = 1; i <= 350; i++) {
      publish(first(), i, 1_000);
    }
    LivePeer peer = second().v1();

    JsonNode reply = recover(peer, last);
    ChannelPosition reached = new ChannelPosition(last.epoch(), 301);
    JsonNode rest =
        peer.result(
            "mesh/get-channel-history",
            "{\"channel\":\"chat:1\",\"limit\":300,\"after\":" + json(reached) + "}");
    publish(first(), "new", 1_000);

    assertThat(reply.get("publications")).hasSize(300);
    assertThat(reply.get("more").asBoolean()).isTrue();
    assertThat(reply.get("offset").asLong()).isEqualTo(351);
    assertThat(rest.get("recovered").asBoolean()).isTrue();
    assertThat(rest.get("publications")).hasSize(50);
    assertThat(rest.get("publications").get(0).get("message").asInt()).isEqualTo(301);
    assertThat(rest.has("more")).isFalse();
    assertThat(peer.told(1)).containsExactly("chat:1 \"new\"");
  }

  @Test
  void applicationsReadTheNewestOrWhatFollowsAPosition() {
    ChannelPosition one = publish(first(), "m1", 10);
    publish(first(), "m2", 10);
    ChannelPosition three = publish(first(), "m3", 10);

    ChannelHistory newest = get(second().channels.history(CHAT, HistoryRequest.newest(2)));
    ChannelHistory page = get(second().channels.history(CHAT, HistoryRequest.after(one, 1)));

    assertThat(newest.messages())
        .extracting(message -> message.message().asText())
        .containsExactly("m3", "m2");
    assertThat(newest.head()).isEqualTo(three);
    assertThat(newest.messages().get(0).position()).isEqualTo(three);
    assertThat(newest.messages().get(0).time())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    assertThat(page.messages())
        .extracting(message -> message.message().asText())
        .containsExactly("m2");
    assertThat(page.recovered()).isTrue();
    assertThat(page.more()).isTrue();
  }

  @Test
  void aChannelNobodyPublishedOnHasNoHistory() {
    ChannelHistory nothing = get(first().channels.history(CHAT, HistoryRequest.newest(5)));
    JsonNode reply = subscribe(first().v1(), ",\"historyLimit\":5");

    assertThat(nothing.messages()).isEmpty();
    assertThat(nothing.head()).isEqualTo(ChannelPosition.NONE);
    assertThat(reply).hasToString("{\"success\":true,\"history\":[]}");
  }

  @Test
  void withoutAStoreNothingIsKnownSinceATime() {
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(
            () -> get(first().channels.history(CHAT, HistoryRequest.since(Instant.EPOCH, 5))))
        .satisfies(
            failure ->
                assertThat(((CommandException) failure.getCause()).code()).isEqualTo("ENOTFOUND"));
  }

  private static JsonNode recover(LivePeer peer, ChannelPosition position) {
    return subscribe(peer, ",\"recover\":" + json(position));
  }
}
