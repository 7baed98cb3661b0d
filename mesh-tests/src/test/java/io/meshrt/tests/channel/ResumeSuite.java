// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientLimits;
import io.meshrt.client.ClientStatus;
import io.meshrt.client.Generation;
import io.meshrt.client.MeshClient;
import io.meshrt.client.MeshClientBuilder;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.channel.ChannelMessage;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.channel.SubscriptionState;
import io.meshrt.faults.TcpProxy;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections break, listeners are slow: what was missed is recovered, or told as a gap. */
abstract class ResumeSuite extends ChannelSuite {
  private static final int ROUNDS = Boolean.getBoolean("mesh.full") ? 100 : 10;

  private TcpProxy proxy;
  private MeshClient client;

  @BeforeEach
  final void connect() throws Exception {
    proxy = TcpProxy.plain(node(0).port());
    client = throughProxy(builder -> builder);
  }

  @AfterEach
  final void disconnect() {
    client.close();
    proxy.close();
  }

  @Test
  void goesOnOnAnotherNodeWithNothingLostOrDoubled() throws Exception {
    Log<Integer> log = new Log<>();
    follow(client, "chat:1", Integer.class, log);
    CompletableFuture<Void> publishing =
        CompletableFuture.runAsync(
            () -> {
              for (int number = 1; number <= 400; number++) {
                node(number).publishToChannel("chat:1", number, 1_000).join();
              }
            });

    for (int node = 1; node <= ROUNDS; node++) {
      int heard = log.messages.size();
      proxy.redirect(node(node).port());
      proxy.cut();
      await().until(() -> publishing.isDone() || log.messages.size() > heard);
    }
    Outcomes.result(publishing);
    log.awaitTold("400");

    assertThat(log.texts()).isEqualTo(numbers(1, 400));
    assertThat(log.awaitTold("recovered")).doesNotContain("gap");
  }

  @Test
  void longAbsenceIsRecoveredInPages() throws Exception {
    Log<Integer> log = new Log<>();
    publish(0, "chat:1", 1, 1, 2_000);
    follow(client, "chat:1", Integer.class, log);
    lose();

    publish(0, "chat:1", 2, 800, 2_000);
    comeBack(1);
    publish(0, "chat:1", 801, 801, 2_000);

    log.awaitTold("801");
    assertThat(log.texts()).isEqualTo(numbers(2, 801));
    assertThat(log.awaitTold("recovered")).doesNotContain("gap");
  }

  @Test
  void whatTheHistoryNoLongerHasIsOneGap() throws Exception {
    Log<Integer> log = new Log<>();
    publish(0, "chat:1", 1, 1, 5);
    follow(client, "chat:1", Integer.class, log);
    lose();

    publish(0, "chat:1", 2, 20, 5);
    comeBack(1);
    log.awaitTold("20");
    publish(0, "chat:1", 21, 21, 5);

    assertThat(log.awaitTold("21")).containsExactly("gap", "16", "17", "18", "19", "20", "21");
  }

  @Test
  void channelWithoutNumbersTellsOneGap() throws Exception {
    Log<Integer> log = new Log<>();
    follow(client, "chat:1", Integer.class, log);
    lose();
    comeBack(1);
    log.awaitTold("gap");

    publish(0, "chat:1", 1, 1, 0);

    assertThat(log.awaitTold("1")).containsExactly("gap", "1");
  }

  @Test
  void clientOfAnOlderGenerationTellsAGap() throws Exception {
    client.close();
    client = throughProxy(builder -> builder.generation(Generation.MESH));
    Log<String> log = new Log<>();
    follow(client, "chat:1", String.class, log);
    lose();
    comeBack(1);
    log.awaitTold("gap");

    publish(0, "chat:1", 1, 1, 10);

    assertThat(log.awaitTold("1")).containsExactly("gap", "1");
  }

  @Test
  void listenerThatFallsBehindLosesNothing() throws Exception {
    client.close();
    client = throughProxy(ResumeSuite::withShortQueues);
    CountDownLatch goOn = new CountDownLatch(1);
    List<Integer> heard = new CopyOnWriteArrayList<>();
    ChannelSubscription<Integer> subscription =
        Outcomes.result(
            client.subscribe(
                "chat:1",
                Integer.class,
                message -> {
                  goOn.await();
                  heard.add(message);
                }));

    publish(1, "chat:1", 1, 100, 1_000);
    await().until(() -> subscription.state() == SubscriptionState.LAGGING);
    assertThat(subscription.position().offset()).isLessThan(20);
    goOn.countDown();
    await().until(() -> subscription.state() == SubscriptionState.LIVE);
    publish(1, "chat:1", 101, 101, 1_000);

    await().until(() -> heard.contains(101));
    assertThat(heard).isEqualTo(IntStream.rangeClosed(1, 101).boxed().toList());
  }

  @Test
  void listenerThatFallsBehindOnAChannelWithoutNumbersIsToldAGap() throws Exception {
    client.close();
    client = throughProxy(ResumeSuite::withShortQueues);
    CountDownLatch goOn = new CountDownLatch(1);
    Log<Integer> log =
        new Log<>() {
          @Override
          public void onMessage(ChannelMessage<Integer> message) {
            await().atMost(Duration.ofSeconds(60)).until(() -> goOn.getCount() == 0);
            super.onMessage(message);
          }
        };
    ChannelSubscription<Integer> subscription = follow(client, "chat:1", Integer.class, log);
    Log<Integer> witness = new Log<>();
    follow(client(0), "chat:1", Integer.class, witness);

    publish(1, "chat:1", 1, 100, 0);
    await().until(() -> subscription.state() == SubscriptionState.LAGGING);
    witness.awaitTold("100"); // its node has had all: none comes behind the gap, to be one more
    Outcomes.result(client.command("mark", null, Void.class).handle((reply, failure) -> null));
    goOn.countDown();
    log.awaitTold("gap");
    publish(1, "chat:1", 101, 101, 0);

    log.awaitTold("101");
    int before = log.told.indexOf("gap");
    assertThat(log.texts().subList(0, before)).isEqualTo(numbers(1, before));
    assertThat(log.told).filteredOn("gap"::equals).hasSize(1);
  }

  @Test
  void unsubscribedAnywhereInAResumeLeavesNothingBehind() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String channel = "chat:" + round; // who joins a resume is given what is missing there
      publish(0, channel, 1, 1, 500);
      Log<Integer> log = new Log<>();
      ChannelSubscription<Integer> subscription = follow(client, channel, Integer.class, log);
      lose();
      publish(0, channel, 1, 3, 500);
      proxy.admit();
      int wait = round % 3;
      await()
          .until(
              () ->
                  wait == 0
                      || (client.status() == ClientStatus.CONNECTED
                          && (wait == 1 || !log.messages.isEmpty())));

      subscription.close();
      await().until(() -> client.status() == ClientStatus.CONNECTED);
      Outcomes.result(client.command("mark", null, Void.class).handle((reply, failure) -> null));

      await().until(() -> count(channel) == 0);
      List<String> heard = log.texts();
      assertThat(heard).isEqualTo(numbers(1, heard.size()));
    }
    for (int round = 0; round < ROUNDS; round++) {
      String channel = "chat:" + round;
      await().until(() -> count(channel) == 0);
    }
  }

  @Test
  void anotherClientGoesOnAtAPosition() throws Exception {
    Log<Integer> first = new Log<>();
    ChannelSubscription<Integer> subscription = follow(client, "chat:1", Integer.class, first);
    publish(0, "chat:1", 1, 3, 100);
    first.awaitTold("3");
    await().until(() -> subscription.position().offset() == 3);
    client.close();
    publish(0, "chat:1", 4, 6, 100);
    Log<Integer> second = new Log<>();

    follow(
        client(1), "chat:1", Integer.class, second, SubscribeOptions.from(subscription.position()));
    publish(0, "chat:1", 7, 7, 100);

    assertThat(second.awaitTold("7")).containsExactly("4", "5", "6", "7");
  }

  private int count(String channel) throws Exception {
    return Outcomes.result(node(1).channels().subscriberCount(channel));
  }

  private MeshClient throughProxy(UnaryOperator<MeshClientBuilder> options) throws Exception {
    MeshClientBuilder builder =
        MeshClient.builder("ws://127.0.0.1:" + proxy.port())
            .reconnect(ReconnectPolicy.fullJitter(Duration.ofMillis(10), Duration.ofMillis(100)));
    return Local.connected(options.apply(builder));
  }

  private static MeshClientBuilder withShortQueues(MeshClientBuilder builder) {
    return builder.limits(ClientLimits.defaults().withQueuedMessages(10, 100_000));
  }

  /** The connection is gone and cannot be made again. */
  private void lose() {
    proxy.refuse();
    await().until(() -> client.status() != ClientStatus.CONNECTED);
  }

  /** The connection can be made again, to another node. */
  private void comeBack(int node) {
    proxy.redirect(node(node).port());
    proxy.admit();
    await().until(() -> client.status() == ClientStatus.CONNECTED);
  }

  private static List<String> numbers(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(String::valueOf).toList();
  }
}
