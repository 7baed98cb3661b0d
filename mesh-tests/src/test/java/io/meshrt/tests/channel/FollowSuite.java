// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.Generation;
import io.meshrt.client.MeshClient;
import io.meshrt.client.channel.ChannelHistory;
import io.meshrt.client.channel.ChannelMessage;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.HistoryQuery;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.channel.SubscriptionState;
import io.meshrt.server.MeshServer;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.persistence.MirrorOptions;
import io.meshrt.tests.harness.Outcomes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Subscribing, publishing, history, and who may. */
abstract class FollowSuite extends ChannelSuite {
  private final MemoryStore store = new MemoryStore();

  /** A message with a type. */
  record Said(String by, String text) {}

  @Override
  void setUp(MeshServer server) {
    server.exposeChannel(
        Pattern.compile("private:.+"), (connection, name) -> connection.identity().isPresent());
    server.exposeChannel("archive");
    server.channels().mirror("archive", store, MirrorOptions.defaults());
    server
        .channels()
        .exposePublish("chat:loud", (connection, name) -> connection.identity().isPresent(), true);
    server.channels().exposePublish("chat:quiet", (connection, name) -> true, false);
    server.channels().policy("chat:loud", ChannelPolicy.history(100));
  }

  @Test
  void subscribersOfEveryNodeGetEachMessageOnceAndInOrder() throws Exception {
    Log<Integer> ann = new Log<>();
    Log<Integer> bob = new Log<>();
    follow(client(0), "chat:1", Integer.class, ann);
    follow(client(1), "chat:1", Integer.class, bob);

    publish(1, "chat:1", 1, 50, 100);

    List<String> expected = IntStream.rangeClosed(1, 50).mapToObj(String::valueOf).toList();
    assertThat(ann.awaitTold("50")).isEqualTo(expected);
    assertThat(bob.awaitTold("50")).isEqualTo(expected);
    assertThat(ann.messages.get(0).position().offset()).isEqualTo(1);
    assertThat(ann.messages).isEqualTo(bob.messages);
  }

  @Test
  void messagesHaveTypes() throws Exception {
    Log<Said> log = new Log<>();
    follow(client(0), "chat:1", Said.class, log);

    Outcomes.result(node(1).publishToChannel("chat:1", new Said("ann", "hi")));

    await().until(() -> !log.messages.isEmpty());
    assertThat(log.messages.get(0).message()).isEqualTo(new Said("ann", "hi"));
    assertThat(log.messages.get(0).position()).isEqualTo(ChannelPosition.NONE);
  }

  @Test
  void historyIsNewestFirstAndTheListenerGoesOnBehindIt() throws Exception {
    publish(1, "chat:1", 1, 5, 4);
    Log<Integer> log = new Log<>();

    ChannelSubscription<Integer> subscription =
        follow(client(0), "chat:1", Integer.class, log, SubscribeOptions.history(3));
    publish(1, "chat:1", 6, 7, 4);

    assertThat(subscription.history()).extracting(ChannelMessage::message).containsExactly(5, 4, 3);
    assertThat(log.awaitTold("7")).containsExactly("6", "7");
  }

  @Test
  void historyIsReadInPagesFromAPosition() throws Exception {
    publish(0, "chat:1", 1, 7, 100);
    MeshClient client = client(1);

    ChannelHistory<JsonNode> newest =
        Outcomes.result(client.history("chat:1", HistoryQuery.newest(2)));
    ChannelPosition second = new ChannelPosition(newest.position().epoch(), 2);
    ChannelHistory<Integer> page =
        Outcomes.result(
            client.channels().history("chat:1", Integer.class, HistoryQuery.after(second, 3)));

    assertThat(newest.messages()).extracting(m -> m.message().intValue()).containsExactly(7, 6);
    assertThat(page.messages()).extracting(ChannelMessage::message).containsExactly(3, 4, 5);
    assertThat(page.complete()).isTrue();
    assertThat(page.more()).isTrue();
  }

  @Test
  void clientsPublishAndAnIdMakesARepeatHarmless() throws Exception {
    MeshClient ann = named(0, "ann");
    Log<String> own = new Log<>();
    Log<String> other = new Log<>();
    follow(ann, "chat:loud", String.class, own);
    follow(client(1), "chat:loud", String.class, other);

    ChannelPosition first = Outcomes.result(ann.publish("chat:loud", "one", "id-1"));
    ChannelPosition again = Outcomes.result(ann.publish("chat:loud", "one", "id-1"));
    Outcomes.result(ann.publish("chat:loud", "two"));

    assertThat(again).isEqualTo(first);
    assertThat(own.awaitTold("two")).containsExactly("one", "two");
    assertThat(other.awaitTold("two")).containsExactly("one", "two");
  }

  @Test
  void withoutEchoAPublisherDoesNotHearItself() throws Exception {
    MeshClient ann = client(0);
    Log<String> own = new Log<>();
    Log<String> other = new Log<>();
    follow(ann, "chat:quiet", String.class, own);
    follow(client(1), "chat:quiet", String.class, other);

    Outcomes.result(ann.publish("chat:quiet", "from ann"));
    Outcomes.result(node(1).publishToChannel("chat:quiet", "from the server", 10));
    Outcomes.result(ann.publish("chat:quiet", "from ann again"));
    Outcomes.result(node(1).publishToChannel("chat:quiet", "end", 10));

    assertThat(other.awaitTold("end"))
        .containsExactly("from ann", "from the server", "from ann again", "end");
    assertThat(own.awaitTold("end")).containsExactly("from the server", "end");
  }

  @Test
  void refusalsAreTyped() throws Exception {
    MeshClient ann = client(0);

    assertThat(Outcomes.code(ann.subscribe("secret", Integer.class, new Log<>())))
        .isEqualTo("EACCESS");
    assertThat(Outcomes.code(ann.subscribe("private:1", Integer.class, new Log<>())))
        .isEqualTo("EACCESS");
    assertThat(Outcomes.code(ann.history("private:1", HistoryQuery.newest(1))))
        .isEqualTo("EACCESS");
    assertThat(Outcomes.code(ann.publish("chat:1", 1))).isEqualTo("EACCESS");
    assertThat(Outcomes.code(ann.publish("chat:loud", 1))).isEqualTo("EACCESS");
    follow(named(1, "bob"), "private:1", Integer.class, new Log<>());
    for (int i = 0; i < 5; i++) {
      follow(ann, "chat:" + i, Integer.class, new Log<>());
    }
    assertThat(Outcomes.code(ann.subscribe("chat:5", Integer.class, new Log<>())))
        .isEqualTo("ELIMIT");
  }

  @Test
  void revokedSubscribersAreToldAndGetNothingMore() throws Exception {
    Log<Integer> ann = new Log<>();
    Log<Integer> bob = new Log<>();
    ChannelSubscription<Integer> subscription =
        follow(named(0, "ann"), "chat:1", Integer.class, ann);
    follow(named(1, "bob"), "chat:1", Integer.class, bob);

    assertThat(Outcomes.result(node(1).channels().revokeIdentity("ann", "chat:1"))).isEqualTo(1);
    publish(0, "chat:1", 1, 3, 0);

    assertThat(ann.awaitTold("ended")).containsExactly("ended");
    assertThat(bob.awaitTold("3")).containsExactly("1", "2", "3");
    assertThat(ann.told).containsExactly("ended");
    await().until(() -> subscription.state() == SubscriptionState.ENDED);
  }

  @Test
  void subscriptionsOfAChannelShareOneOfTheServer() throws Exception {
    MeshClient ann = client(0);
    Log<Integer> one = new Log<>();
    Log<Integer> two = new Log<>();
    publish(1, "chat:1", 1, 2, 10);
    ChannelSubscription<Integer> first = follow(ann, "chat:1", Integer.class, one);
    ChannelSubscription<Integer> second =
        follow(ann, "chat:1", Integer.class, two, SubscribeOptions.history(9));
    assertThat(Outcomes.result(node(1).channels().subscriberCount("chat:1"))).isEqualTo(1);

    publish(1, "chat:1", 3, 3, 10);
    one.awaitTold("3");
    two.awaitTold("3");
    first.close();
    publish(1, "chat:1", 4, 4, 10);
    two.awaitTold("4");
    second.close();

    await().until(() -> Outcomes.result(node(1).channels().subscriberCount("chat:1")).equals(0));
    assertThat(one.told).containsExactly("3");
    assertThat(two.told).containsExactly("3", "4");
    assertThat(second.history()).extracting(ChannelMessage::message).containsExactly(2, 1);
  }

  @Test
  void furtherSubscriptionsMissNothingWhileMessagesCome() throws Exception {
    MeshClient ann = client(0);
    follow(ann, "chat:1", Integer.class, new Log<>());
    CompletableFuture<Void> publishing =
        CompletableFuture.runAsync(
            () -> {
              for (int number = 1; number <= 300; number++) {
                node(1).publishToChannel("chat:1", number, 500).join();
              }
            });
    for (int i = 0; i < 10; i++) {
      Log<Integer> log = new Log<>();
      try (ChannelSubscription<Integer> subscription =
          follow(ann, "chat:1", Integer.class, log, SubscribeOptions.history(300))) {
        int newest =
            subscription.history().stream().mapToInt(ChannelMessage::message).findFirst().orElse(0);
        await().until(() -> publishing.isDone() || log.messages.size() > 5);
        List<Integer> heard = log.messages.stream().map(ChannelMessage::message).toList();
        assertThat(heard)
            .isEqualTo(IntStream.rangeClosed(newest + 1, newest + heard.size()).boxed().toList());
      }
    }
    Outcomes.result(publishing);
  }

  @Test
  void whatIsOlderThanTheHistoryComesFromTheStore() throws Exception {
    Instant before = Instant.now().minusSeconds(60);
    publish(0, "archive", 1, 20, 5);
    await().until(() -> store.size() == 20);
    Log<Integer> log = new Log<>();

    follow(client(1), "archive", Integer.class, log, SubscribeOptions.since(before));
    publish(0, "archive", 21, 21, 5);

    assertThat(log.awaitTold("21"))
        .isEqualTo(IntStream.rangeClosed(1, 21).mapToObj(String::valueOf).toList());
  }

  @ParameterizedTest
  @EnumSource(
      value = Generation.class,
      names = {"BARE", "MESH", "REALTIME"})
  void clientsOfOlderGenerationsFollowToo(Generation generation) throws Exception {
    Outcomes.result(node(1).publishToChannel("chat:1", "one", 10));
    Outcomes.result(node(1).publishToChannel("chat:1", "two", 10));
    MeshClient ann = client(0, builder -> builder.generation(generation));
    Log<String> log = new Log<>();

    ChannelSubscription<String> subscription =
        follow(ann, "chat:1", String.class, log, SubscribeOptions.history(10));
    Outcomes.result(node(1).publishToChannel("chat:1", Map.of("n", 3), 10));
    log.awaitTold("{\"n\":3}");
    subscription.close();

    assertThat(subscription.history())
        .extracting(ChannelMessage::message)
        .containsExactly("two", "one");
    assertThat(log.told).containsExactly("{\"n\":3}");
    assertThat(Outcomes.code(ann.subscribe("secret", String.class, log))).isEqualTo("EACCESS");
  }
}
