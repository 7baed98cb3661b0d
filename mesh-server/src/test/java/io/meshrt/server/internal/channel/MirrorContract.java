// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.channel.ChannelHistory;
import io.meshrt.server.channel.ChannelRegistration;
import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.channel.StoredMessage;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.persistence.MirrorOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What reaches the stores of applications, and comes back. */
abstract class MirrorContract extends ChannelContract {
  private static final MirrorOptions LATE =
      new MirrorOptions(100, Duration.ofMinutes(5), Duration.ofMillis(1), 100, 1 << 20);

  private final ListStore store = new ListStore();

  @Test
  void whatIsPublishedOnAnyNodeReachesTheStore() {
    mirror(MirrorOptions.defaults());

    get(first().channels.publish(CHAT, "a"));
    get(second().channels.publish(CHAT, List.of(1)));
    get(second().channels.publish("chat:2", "elsewhere"));

    Awaitility.await().until(() -> store.messages(CHAT).size() == 2);
    // Each node brings its own in order; which node is first is nobody's promise.
    assertThat(store.messages(CHAT))
        .extracting(message -> message.position().offset(), StoredMessage::json)
        .containsExactlyInAnyOrder(tuple(1L, "\"a\""), tuple(2L, "[1]"));
    assertThat(store.messages("chat:2")).isEmpty();
  }

  @Test
  void historySinceATimeOrAMessageComesFromTheStore() {
    mirror(LATE);
    for (int i = 1; i <= 5; i++) {
      get(first().channels.publish(CHAT, i));
    }

    ChannelHistory all = read(HistoryRequest.since(Instant.EPOCH, 3));
    String third = store.messages(CHAT).get(2).id();
    ChannelHistory rest = read(HistoryRequest.sinceMessage(third, 10));
    ChannelHistory unknown = read(HistoryRequest.sinceMessage("unknown", 10));

    assertThat(texts(all)).containsExactly("1", "2", "3");
    assertThat(all.more()).isTrue();
    assertThat(texts(rest)).containsExactly("4", "5");
    assertThat(rest.more()).isFalse();
    assertThat(rest.recovered()).isTrue();
    assertThat(rest.head().offset()).isEqualTo(5);
    assertThat(texts(unknown)).hasSize(5);
  }

  @Test
  void clientsAskSinceTooAndLegacyOnesGetTheOldestFirst() {
    mirror(LATE);
    get(first().channels.publish(CHAT, "a"));
    get(first().channels.publish(CHAT, "b"));

    JsonNode legacy =
        first()
            .legacy()
            .result(
                "mesh/subscribe-channel",
                "{\"channel\":\"chat:1\",\"historyLimit\":9,\"since\":1}");
    JsonNode v1 =
        first()
            .v1()
            .result("mesh/get-channel-history", "{\"channel\":\"chat:1\",\"since\":\"nothing\"}");

    assertThat(legacy).hasToString("{\"success\":true,\"history\":[\"a\",\"b\"]}");
    assertThat(messages(v1.get("publications"))).containsExactly("\"a\"", "\"b\"");
  }

  @Test
  void withoutAStoreSinceIsIgnored() {
    publish(first(), "a", 5);

    JsonNode reply = subscribe(first().v1(), ",\"historyLimit\":9,\"since\":99999999999999");

    assertThat(messages(reply.get("history"))).containsExactly("\"a\"");
  }

  @Test
  void whatTheStoreOfAnotherNodeHasNotGotYetIsReadFromTheHistory() {
    ListStore other = new ListStore();
    first().channels.mirror(CHAT, store, LATE);
    if (twoNodes()) {
      second().channels.mirror(CHAT, other, LATE);
    }
    for (int i = 1; i <= 6; i++) {
      publish(i % 2 == 0 ? second() : first(), i, 10);
    }

    ChannelHistory history = read(HistoryRequest.since(Instant.EPOCH, 10));

    assertThat(texts(history)).containsExactly("1", "2", "3", "4", "5", "6");
    assertThat(history.recovered()).isTrue();
  }

  @Test
  void aStoreThatFailsGetsTheSameAgain() {
    store.failures.set(3);
    mirror(new MirrorOptions(2, Duration.ofMillis(1), Duration.ofMillis(1), 100, 1 << 20));

    for (int i = 1; i <= 9; i++) {
      get(first().channels.publish(CHAT, i));
    }

    Awaitility.await().until(() -> store.messages(CHAT).size() == 9);
    assertThat(store.messages(CHAT))
        .extracting(StoredMessage::json)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 9).mapToObj(Integer::toString).toList());
    assertThat(store.failures).hasNegativeValue();
    assertThat(store.largestBatch).hasValueLessThanOrEqualTo(2);
  }

  @Test
  void whenTheStoreDoesNotKeepUpPublishingIsRefused() {
    first()
        .channels
        .mirror(
            CHAT,
            store,
            new MirrorOptions(3, Duration.ofMinutes(5), Duration.ofMinutes(5), 3, 1 << 20));
    store.failures.set(Integer.MAX_VALUE);
    for (int i = 1; i <= 3; i++) {
      get(first().channels.publish(CHAT, i));
    }

    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> get(first().channels.publish(CHAT, "too much")))
        .satisfies(
            failure ->
                assertThat(((CommandException) failure.getCause()).code())
                    .isEqualTo("EUNAVAILABLE"));
    assertThat(first().live.metrics().hits(Limit.CHANNEL_MIRROR)).isEqualTo(1);
    get(first().channels.publish("chat:2", "elsewhere"));
  }

  @Test
  void bytesThatWaitAreBoundedToo() {
    first().channels.mirror(CHAT, store, LATE.withMaxBuffered(100, 5));
    get(first().channels.publish(CHAT, "abc"));

    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> get(first().channels.publish(CHAT, "too much")))
        .withMessageContaining("does not keep up");
  }

  @Test
  void whatWaitsIsHandedOverAtTheEnd() {
    first().channels.mirror(Pattern.compile("chat:.*"), store, LATE);
    get(first().channels.publish(CHAT, "a"));
    assertThat(store.messages(CHAT)).isEmpty();

    first().channels.close(Duration.ofSeconds(10));

    assertThat(store.messages(CHAT)).hasSize(1);
  }

  @Test
  void whoIsTakenAwayGetsWhatCameBefore() {
    ChannelRegistration mirror = first().channels.mirror(CHAT, store, LATE);
    get(first().channels.publish(CHAT, "a"));

    mirror.close();
    get(first().channels.publish(CHAT, "b"));

    Awaitility.await().until(() -> store.messages(CHAT).size() == 1);
    first().channels.close(Duration.ofSeconds(10));
    assertThat(store.messages(CHAT)).extracting(StoredMessage::json).containsExactly("\"a\"");
  }

  private void mirror(MirrorOptions options) {
    nodes().forEach(node -> node.channels.mirror(CHAT, store, options));
  }

  private ChannelHistory read(HistoryRequest request) {
    return get(first().channels.history(CHAT, request));
  }

  private static List<String> texts(ChannelHistory history) {
    return history.messages().stream().map(message -> message.message().asText()).toList();
  }
}
