// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.Generation;
import io.meshrt.client.MeshClient;
import io.meshrt.client.MeshClientBuilder;
import io.meshrt.client.channel.HistoryQuery;
import io.meshrt.client.inbox.InboxMessage;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.client.inbox.InboxSubscription;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.hook.Hooks;
import io.meshrt.server.inbox.InboxPosition;
import io.meshrt.server.message.OutgoingMessage;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is kept reaches its identity, once and in order, and nobody else. */
abstract class KeepSuite extends InboxSuite {
  private static final int REPETITIONS = Boolean.getBoolean("mesh.full") ? 20 : 3;

  /** What a message says. */
  record Order(String item, int count) {}

  @Override
  void setUp(MeshServer server) {
    server.channels().exposePublish(Pattern.compile(".*"), (connection, name) -> true, true);
    server.exposeChannel(Pattern.compile(".*"));
  }

  @Test
  void whoConnectsInTheMiddleGetsEachMessageOnceAndInOrder() throws Exception {
    for (int round = 0; round < REPETITIONS; round++) {
      String identity = "ann-" + round;
      CompletableFuture<Void> keeping =
          CompletableFuture.runAsync(
              () -> {
                for (int number = 1; number <= 400; number++) {
                  node(number).inboxes().keep(identity, "note", number).join();
                }
              });
      int begun = 40 * round + 10;
      await().until(() -> keeping.isDone() || lengthOf(identity) > begun);
      InboxLog log = new InboxLog();
      open(named(round, identity), log);

      Outcomes.result(keeping);
      assertThat(log.awaitTold("400")).isEqualTo(numbers(1, 400));
    }
  }

  private long lengthOf(String identity) throws Exception {
    MeshClient client = named(0, identity);
    long length =
        Outcomes.result(client.history("mesh/inbox", HistoryQuery.newest(1))).position().offset();
    client.close();
    return length;
  }

  @Test
  void messagesHaveNamesTypesPlacesAndTimes() throws Exception {
    InboxPosition place =
        Outcomes.result(node(0).inboxes().keep("ann", "order", new Order("tea", 2)));
    Outcomes.result(node(1).inboxes().keep("ann", "nothing", null));
    InboxLog log = new InboxLog();

    open(named(1, "ann"), log);

    log.awaitTold("null");
    InboxMessage first = log.messages.get(0);
    assertThat(first.name()).isEqualTo("order");
    assertThat(first.payload(Order.class)).isEqualTo(new Order("tea", 2));
    assertThat(first.position().epoch()).isEqualTo(place.epoch());
    assertThat(first.position().offset()).isEqualTo(place.offset()).isEqualTo(1);
    assertThat(first.time()).isAfter(Instant.EPOCH);
    assertThat(log.messages.get(1).payload(Order.class)).isNull();
  }

  @Test
  void messagesToIdentitiesAreKeptWhenTheySaySo() throws Exception {
    assertThat(Outcomes.result(node(0).message("note", 1).kept().to("ann", "bob")).kept())
        .isEqualTo(2);
    assertThat(Outcomes.result(node(0).message("note", 2).to("ann")).kept()).isZero();
    for (int repeat = 0; repeat < 2; repeat++) {
      Outcomes.result(node(repeat).message("note", 3).kept().dedupKey("three").to("ann"));
    }
    Outcomes.result(node(1).message("note", 4).kept().except("bob").to("ann", "bob"));
    InboxLog ann = new InboxLog();
    InboxLog bob = new InboxLog();

    open(named(0, "ann"), ann);
    open(named(1, "bob"), bob);

    assertThat(ann.awaitTold("4")).containsExactly("1", "3", "4");
    keep(0, "bob", 5, 5);
    assertThat(bob.awaitTold("5")).containsExactly("1", "5");
  }

  @Test
  void onlyMessagesToIdentitiesAreKept() {
    OutgoingMessage kept = node(0).message("note", 1).kept();

    assertThatThrownBy(kept::toEveryone).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> kept.toRoom("lobby")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> kept.toConnections("c")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> kept.to("*")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> kept.exceptConnections("c").to("ann"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exceptConnections");
  }

  @Test
  void observersAreToldHowManyWait() throws Exception {
    List<String> replays = new CopyOnWriteArrayList<>();
    Hooks observer =
        new Hooks() {
          @Override
          public void onReplay(int count, Connection connection) {
            replays.add(count + " " + connection.id());
          }
        };
    node(1).observe(observer);
    keep(0, "ann", 1, 3);
    MeshClient ann = named(1, "ann");
    InboxLog log = new InboxLog();

    open(ann, log);

    log.awaitTold("3");
    await().untilAsserted(() -> assertThat(replays).containsExactly("3 " + id(ann)));
    InboxLog bob = new InboxLog();
    open(named(1, "bob"), bob);
    keep(0, "bob", 4, 4);
    bob.awaitTold("4");
    assertThat(replays).hasSize(1);
  }

  private static String id(MeshClient client) {
    return client.connectionId().orElseThrow();
  }

  @Test
  void whatWasNotHandledIsGivenToTheNextConnection() throws Exception {
    keep(0, "ann", 1, 4);
    CountDownLatch never = new CountDownLatch(1);
    InboxLog first =
        new InboxLog() {
          @Override
          public void onMessage(InboxMessage message) {
            if (message.position().offset() > 2) {
              await().atMost(Duration.ofSeconds(60)).until(() -> never.getCount() == 0);
            }
            super.onMessage(message);
          }
        };
    MeshClient ann = named(0, "ann");
    open(ann, first, PROMPT);
    awaitAcknowledgements(2);
    ann.close();
    InboxLog second = new InboxLog();

    open(named(1, "ann"), second, PROMPT);
    keep(0, "ann", 5, 5);

    assertThat(second.awaitTold("5")).containsExactly("3", "4", "5");
    never.countDown();
  }

  @Test
  void brokenConnectionsRepeatNothing() throws Exception {
    InboxLog log = new InboxLog();
    ExecutorService callbacks = Executors.newSingleThreadExecutor();
    try (TcpProxy proxy = TcpProxy.plain(node(0).port());
        MeshClient ann = through(proxy, builder -> builder.executor(callbacks))) {
      open(ann, log);
      keep(0, "ann", 1, 2);
      log.awaitTold("2");
      proxy.refuse();
      await().until(() -> ann.status() != ClientStatus.CONNECTED);

      keep(0, "ann", 3, 700);
      proxy.redirect(node(1).port());
      proxy.admit();
      log.awaitTold("700");
      keep(0, "ann", 701, 701);
      log.awaitTold("701");
      log.awaitTold("recovered");
      callbacks.submit(() -> {}).get(); // its listener has returned
    } finally {
      callbacks.shutdown();
    }
    InboxLog later = new InboxLog();
    open(named(1, "ann"), later);
    keep(0, "ann", 702, 702);

    assertThat(log.texts()).isEqualTo(numbers(1, 701));
    assertThat(log.told).contains("recovered").doesNotContain("gap");
    assertThat(later.awaitTold("702")).as("a close tells what was handled").containsExactly("702");
  }

  @Test
  void halfOpenConnectionsLoseNothing() throws Exception {
    InboxLog log = new InboxLog();
    try (TcpProxy proxy = TcpProxy.plain(node(0).port());
        MeshClient ann = through(proxy)) {
      open(ann, log, PROMPT);
      keep(0, "ann", 1, 1);
      log.awaitTold("1");

      proxy.strand();
      keep(0, "ann", 2, 30);
      proxy.redirect(node(1).port());
      proxy.heal();
      keep(1, "ann", 31, 31);

      log.awaitTold("31");
      assertThat(log.texts()).isEqualTo(numbers(1, 31));
      assertThat(log.told).doesNotContain("gap");
    }
  }

  @Test
  void eachDeviceGetsEverything() throws Exception {
    keep(0, "ann", 1, 3);
    InboxLog phone = new InboxLog();
    InboxLog desk = new InboxLog();
    MeshClient phones = named(0, "ann");
    open(phones, phone, PROMPT.withDevice("phone"));
    phone.awaitTold("3");
    awaitHandled("ann", Map.of("channel", "mesh/inbox", "device", "phone"), 3);
    phones.close();

    open(named(1, "ann"), desk, PROMPT.withDevice("desk"));
    keep(0, "ann", 4, 4);
    InboxLog phoneAgain = new InboxLog();
    open(named(0, "ann"), phoneAgain, PROMPT.withDevice("phone"));

    assertThat(desk.awaitTold("4")).containsExactly("1", "2", "3", "4");
    assertThat(phoneAgain.awaitTold("4")).containsExactly("4");
  }

  @Test
  void connectionsOfOneDeviceShareHowFarTheyHaveCome() throws Exception {
    InboxLog one = new InboxLog();
    InboxLog two = new InboxLog();
    MeshClient first = named(0, "ann");
    MeshClient second = named(1, "ann");
    open(first, one, PROMPT);
    open(second, two, PROMPT);
    keep(1, "ann", 1, 20);
    assertThat(one.awaitTold("20")).isEqualTo(numbers(1, 20));
    assertThat(two.awaitTold("20")).isEqualTo(numbers(1, 20));
    awaitHandled("ann", 20);
    first.close();
    second.close();
    InboxLog later = new InboxLog();

    open(named(0, "ann"), later, PROMPT);
    keep(0, "ann", 21, 21);

    assertThat(later.awaitTold("21")).containsExactly("21");
  }

  @Test
  void whoBeginsAtTheEndLeavesOutWhatWasKeptForGood() throws Exception {
    keep(0, "ann", 1, 3);
    InboxLog log = new InboxLog();
    MeshClient ann = named(1, "ann");
    open(ann, log, InboxOptions.defaults().withFromEnd());
    ann.close();
    keep(0, "ann", 4, 4);
    InboxLog later = new InboxLog();

    open(named(0, "ann"), later);

    assertThat(later.awaitTold("4")).containsExactly("4");
    assertThat(log.told).isEmpty();
  }

  @Test
  void aRepeatUnderTheSameIdIsKeptOnce() throws Exception {
    InboxPosition first = Outcomes.result(node(0).inboxes().keep("ann", "note", 1, "id-1"));
    InboxPosition again = Outcomes.result(node(1).inboxes().keep("ann", "note", 1, "id-1"));
    Outcomes.result(node(1).inboxes().keep("bob", "note", 1, "id-1"));
    keep(0, "ann", 2, 2);
    InboxLog log = new InboxLog();

    open(named(0, "ann"), log);

    assertThat(again).isEqualTo(first);
    assertThat(log.awaitTold("2")).containsExactly("1", "2");
  }

  @Test
  void nobodyReachesTheInboxOfAnother() throws Exception {
    keep(0, "ann", 1, 2);
    keep(0, "bob", 3, 3);
    MeshClient bob = named(1, "bob");
    MeshClient nobody = anonymous(0);
    InboxLog log = new InboxLog();

    open(bob, log);

    assertThat(log.awaitTold("3")).containsExactly("3");
    assertThat(Outcomes.result(bob.history("mesh/inbox", HistoryQuery.newest(9))).messages().size())
        .isEqualTo(1);
    assertThat(Outcomes.code(bob.publish("mesh/inbox", 4))).isEqualTo("EACCESS");
    assertThat(Outcomes.code(nobody.inbox(new InboxLog()))).isEqualTo("EUNAUTHORIZED");
    assertThat(Outcomes.code(nobody.history("mesh/inbox", HistoryQuery.newest(9))))
        .isEqualTo("EUNAUTHORIZED");
    assertThat(Outcomes.code(nobody.publish("mesh/inbox", 4))).isEqualTo("EACCESS");
    MeshClient older =
        Local.connected(as(Local.client(node(0)), "ann").generation(Generation.MESH));
    assertThat(Outcomes.code(older.inbox(new InboxLog()))).isEqualTo("EACCESS");
    assertThat(Outcomes.code(older.history("mesh/inbox", HistoryQuery.newest(9))))
        .isEqualTo("EACCESS");
    older.close();
  }

  @Test
  void anInboxIsOpenOnceAndCanBeOpenedAgain() throws Exception {
    MeshClient ann = named(0, "ann");
    InboxLog first = new InboxLog();
    InboxLog second = new InboxLog();
    InboxSubscription open = open(ann, first, PROMPT);
    assertThat(Outcomes.code(ann.inbox(second))).isEqualTo("ECONFLICT");
    keep(0, "ann", 1, 1);
    awaitAcknowledgements(1);
    keep(0, "ann", 2, 2);
    awaitAcknowledgements(2);

    open.close();
    open(ann, second);
    keep(0, "ann", 3, 3);

    assertThat(second.awaitTold("3")).containsExactly("3");
    assertThat(first.told).containsExactly("1", "2");
  }

  @Test
  void requestsThatMakeNoSenseAreRefused() throws Exception {
    List<Map<String, Object>> requests =
        List.of(
            Map.of("channel", "mesh/inbox", "from", "middle"),
            Map.of("channel", "mesh/inbox", "device", 7),
            Map.of("channel", "mesh/inbox", "device", "a\nb"),
            Map.of("channel", "mesh/inbox", "device", "d".repeat(65)),
            Map.of("channel", "mesh/inbox", "recover", Map.of("epoch", "e", "offset", -1)));
    try (V1Socket socket = raw(0, "ann")) {
      int id = 0;
      for (Map<String, Object> request : requests) {
        socket.send(++id, "mesh/subscribe-channel", request);
        assertThat(codeOf(socket.next())).as(request.toString()).isEqualTo("EBADREQUEST");
      }
      socket.send(
          ++id,
          "mesh/subscribe-channel",
          Map.of("channel", "mesh/inbox", "device", "d".repeat(64)));
      assertThat(socket.next().at("/payload/success").asBoolean()).isTrue();
      socket.send(++id, "mesh/unsubscribe-channel", Map.of("channel", "mesh/inbox"));
      assertThat(socket.next().get("payload").asText()).isEqualTo("true");
    }
  }

  private static MeshClient through(TcpProxy proxy) throws Exception {
    return through(proxy, builder -> builder);
  }

  private static MeshClient through(TcpProxy proxy, UnaryOperator<MeshClientBuilder> options)
      throws Exception {
    return Local.connected(
        options.apply(as(MeshClient.builder("ws://127.0.0.1:" + proxy.port()), "ann")));
  }
}
