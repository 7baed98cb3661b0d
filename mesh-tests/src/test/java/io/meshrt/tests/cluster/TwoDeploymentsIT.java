// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.inbox.InboxGap;
import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxMessage;
import io.meshrt.faults.RedisServer;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.ConnectionInfo;
import io.meshrt.server.presence.PresenceOptions;
import io.meshrt.server.room.RoomEvent;
import io.meshrt.server.worker.MeshWorker;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Deployments of different names on one Redis, the name of one being how that of another begins.
 * Each has two nodes, and a client of each; all use the same rooms and identities.
 */
class TwoDeploymentsIT {
  private static final String READY = "ready ";
  private static final List<String> PREFIXES = List.of("shop", "shop.2");

  private final List<Deployed> deployments = new ArrayList<>();
  private final List<MeshWorker> workers = new ArrayList<>();
  private RedisServer redis;

  /** A deployment, and what its clients and watchers have heard. */
  private static final class Deployed {
    final MeshCluster cluster;
    final List<MeshClient> clients = new ArrayList<>();
    final List<String> heard = new CopyOnWriteArrayList<>();

    Deployed(RedisOptions redis) throws Exception {
      cluster =
          MeshCluster.redis(
              2,
              redis,
              builder ->
                  builder.authentication(
                      request ->
                          Authentication.accept(
                              Identity.of(request.bearerToken().orElse("somebody")))),
              server -> {
                server.forward("order").withTimeout(Duration.ofSeconds(30)).toGroup("shop");
                server.exposeChannel("news");
                server.exposeRoom(Pattern.compile(".*"));
                server.trackPresence(Pattern.compile(".*"), PresenceOptions.defaults());
              });
      Outcomes.result(node().rooms().watch("lobby", event -> heard.add(text(event))));
      for (int i = 0; i < 2; i++) {
        MeshClient client = cluster.client(i);
        client.onMessage("news", String.class, heard::add);
        Outcomes.result(client.subscribe("news", String.class, text -> heard.add("" + text)));
        Outcomes.result(
            client.presence().subscribe("lobby", event -> heard.add("presence " + event.type())));
        clients.add(client);
      }
    }

    /** Keeps what the inbox of its first client has, and does the work of its clients. */
    MeshWorker openInboxAndWork(RedisOptions redis, String name) throws Exception {
      Outcomes.result(
          clients
              .get(0)
              .inbox(
                  new InboxListener() {
                    @Override
                    public void onMessage(InboxMessage message) {
                      heard.add("kept " + message.payload().asText());
                    }

                    @Override
                    public void onGap(InboxGap gap) {
                      heard.add("gap");
                    }
                  }));
      return MeshWorker.builder(redis)
          .group("shop")
          .command("order", ctx -> name + " did " + ctx.payload(String.class))
          .start();
    }

    /** Whether a word that begins like this was heard twice. */
    boolean isHeardByBoth(String beginning) {
      Set<String> once = new HashSet<>();
      return heard.stream().filter(text -> text.startsWith(beginning)).anyMatch(t -> !once.add(t));
    }

    /** What was heard but for who came, and what was sent to find out who hears. */
    List<String> heardInTheEnd() {
      return heard.stream()
          .filter(text -> Stream.of(READY, "JOINED ", "presence ").noneMatch(text::startsWith))
          .toList();
    }

    private static String text(RoomEvent event) {
      return event.type() + " " + event.connectionId();
    }

    MeshServer node() {
      return cluster.node(0);
    }

    String id(int client) {
      return clients.get(client).connectionId().orElseThrow();
    }

    Set<String> ids() {
      return Set.of(id(0), id(1));
    }
  }

  @BeforeEach
  void start() throws Exception {
    redis = RedisServer.started();
    for (String prefix : PREFIXES) {
      deployments.add(new Deployed(RedisOptions.of(redis.uri()).withPrefix(prefix)));
    }
  }

  @AfterEach
  void close() {
    workers.forEach(MeshWorker::close);
    deployments.forEach(deployed -> deployed.cluster.close());
    redis.close();
  }

  private Deployed one() {
    return deployments.get(0);
  }

  private Deployed other() {
    return deployments.get(1);
  }

  @Test
  void roomsPresenceAndListsAreTheirOwn() throws Exception {
    for (MeshClient client : one().clients) {
      Outcomes.result(client.rooms().join("lobby"));
    }
    Outcomes.result(one().clients.get(0).presence().publishState("lobby", "here"));
    other().heard.clear();

    assertThat(Outcomes.result(one().node().rooms().memberIds("lobby"))).isEqualTo(one().ids());
    assertThat(Outcomes.result(other().node().rooms().exists("lobby"))).isFalse();
    assertThat(Outcomes.result(other().node().rooms().list())).isEmpty();
    assertThat(Outcomes.result(other().node().presence().members("lobby"))).isEmpty();
    assertThat(Outcomes.result(other().node().presence().state("lobby", one().id(0)))).isEmpty();
    assertThat(Outcomes.result(other().clients.get(0).presence().state("lobby"))).isEmpty();
    for (Deployed deployed : deployments) {
      await()
          .untilAsserted(
              () ->
                  assertThat(Outcomes.result(deployed.node().connections().all()))
                      .extracting(ConnectionInfo::id)
                      .containsExactlyInAnyOrderElementsOf(deployed.ids()));
    }

    Outcomes.result(other().node().rooms().join("lobby", other().id(1)));

    await().until(() -> other().heard.contains("JOINED " + other().id(1)));
    await().until(() -> other().heard.stream().filter("presence JOINED"::equals).count() == 2);
    assertThat(other().heard).doesNotContain("JOINED " + one().id(0), "presence STATE");
    assertThat(Outcomes.result(other().node().rooms().clear("lobby")))
        .isEqualTo(Set.of(other().id(1)));
    assertThat(Outcomes.result(one().node().rooms().memberIds("lobby"))).isEqualTo(one().ids());
  }

  @Test
  void pushesStayWithin() throws Exception {
    for (Deployed deployed : deployments) {
      for (MeshClient client : deployed.clients) {
        Outcomes.result(client.rooms().join("lobby"));
      }
      String name = deployed == one() ? "one" : "other";
      AtomicInteger attempts = new AtomicInteger();
      await() // hearing one's identity begins with the connection, not before it
          .until(
              () -> {
                String ready = READY + name + attempts.incrementAndGet();
                Outcomes.result(
                    deployed.node().connections().sendToIdentity("somebody", "news", ready));
                return deployed.isHeardByBoth(READY);
              });
    }

    for (Deployed deployed : deployments) {
      String name = deployed == one() ? "one" : "other";
      Outcomes.result(deployed.node().rooms().broadcast("lobby", "news", name + " room"));
      Outcomes.result(deployed.node().channels().publish("news", name + " channel"));
      Outcomes.result(deployed.node().connections().broadcast("news", name + " all"));
      Outcomes.result(
          deployed.node().connections().sendToIdentity("somebody", "news", name + " identity"));
      Outcomes.result(
          deployed.node().connections().sendWhere(metadata -> true, "news", name + " where"));
    }

    for (Deployed deployed : deployments) {
      String name = deployed == one() ? "one" : "other";
      await().until(() -> deployed.heardInTheEnd().size() >= 10);
      assertThat(deployed.heardInTheEnd()).allMatch(text -> text.startsWith(name + " "));
      assertThat(deployed.heard)
          .filteredOn(text -> text.startsWith(READY))
          .allMatch(text -> text.startsWith(READY + name));
    }
    assertThat(Outcomes.result(one().node().connections().send(other().id(0), "news", "lost")))
        .isFalse();
    assertThat(one().heardInTheEnd()).hasSize(10);
    assertThat(other().heardInTheEnd()).hasSize(10);
  }

  @Test
  void inboxesWorkAndWhoIsOnlineAreTheirOwn() throws Exception {
    for (int i = 0; i < 2; i++) {
      RedisOptions options = RedisOptions.of(redis.uri()).withPrefix(PREFIXES.get(i));
      workers.add(deployments.get(i).openInboxAndWork(options, PREFIXES.get(i)));
    }
    one().cluster.client(0, builder -> builder.header("Authorization", "Bearer ann"));

    for (int i = 0; i < 2; i++) {
      Deployed deployed = deployments.get(i);
      String name = PREFIXES.get(i);
      Outcomes.result(deployed.node().inboxes().keep("somebody", "note", name));
      for (MeshClient client : deployed.clients) {
        assertThat(Outcomes.result(client.command("order", "tea", String.class)))
            .isEqualTo(name + " did tea");
      }
      await().until(() -> deployed.heard.contains("kept " + name));
    }
    await().until(() -> Outcomes.result(one().node().identities().onlineCount()) == 2);
    assertThat(Outcomes.result(other().node().identities().isOnline("ann"))).isFalse();
    assertThat(Outcomes.result(other().node().identities().list()).ids())
        .containsExactly("somebody");
    await()
        .untilAsserted(
            () ->
                assertThat(Outcomes.result(other().node().identities().connections("somebody")))
                    .containsExactlyInAnyOrderElementsOf(other().ids()));
    workers.get(0).close();
    assertThat(Outcomes.result(other().clients.get(0).command("order", "more", String.class)))
        .isEqualTo("shop.2 did more");
    for (int i = 0; i < 2; i++) {
      assertThat(deployments.get(i).heard.stream().filter(text -> text.startsWith("kept ")))
          .containsExactly("kept " + PREFIXES.get(i));
    }
  }

  @Test
  void metadataIsTheirOwn() throws Exception {
    Outcomes.result(one().node().rooms().metadata("lobby").set("one"));
    Outcomes.result(one().node().connections().metadata(one().id(1)).set(Map.of("a", 1)));

    assertThat(Outcomes.result(other().node().rooms().metadata("lobby").get())).isEmpty();
    assertThat(Outcomes.result(other().node().rooms().allMetadata())).isEmpty();
    assertThat(Outcomes.result(other().node().connections().metadata(one().id(1)).get())).isEmpty();
    assertThat(Outcomes.code(other().node().connections().metadata(one().id(1)).set(1)))
        .isEqualTo("ENOTFOUND");
    assertThat(Outcomes.code(other().node().rooms().join("lobby", one().id(1))))
        .isEqualTo("ENOTFOUND");

    Outcomes.result(other().node().rooms().metadata("lobby").remove());
    Outcomes.result(other().node().rooms().metadata("lobby").set("other"));
    assertThat(Outcomes.result(one().node().rooms().metadata("lobby").get(String.class)))
        .contains("one");
  }

  @Test
  void closesReachOnlyTheirOwn() throws Exception {
    assertThat(Outcomes.result(one().node().connections().disconnect(other().id(1), 4503, "go")))
        .isFalse();
    await()
        .until(
            () -> {
              Outcomes.result(
                  one().node().connections().disconnectIdentity("somebody", 4503, "go"));
              return one().clients.stream()
                  .allMatch(client -> client.status() == ClientStatus.DISCONNECTED);
            });
    Outcomes.result(one().node().connections().disconnectWhere(metadata -> true, 4503, "go"));
    one().cluster.close();

    Outcomes.result(other().node().connections().broadcast("news", "still here"));

    await().until(() -> other().heard.stream().filter("still here"::equals).count() == 2);
    await()
        .untilAsserted(
            () -> assertThat(Outcomes.result(other().node().connections().all())).hasSize(2));
  }
}
