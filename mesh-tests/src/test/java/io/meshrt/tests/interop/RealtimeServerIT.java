// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static io.meshrt.tests.harness.Outcomes.code;
import static io.meshrt.tests.harness.Outcomes.failure;
import static io.meshrt.tests.harness.Outcomes.result;
import static io.meshrt.tests.interop.RealtimeServerProcess.publish;
import static io.meshrt.tests.interop.RealtimeServerProcess.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.Generation;
import io.meshrt.client.MeshClient;
import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.channel.ChannelMessage;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.HistoryQuery;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.presence.PresenceEvent;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordOptions;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.client.record.WriteStrategy;
import io.meshrt.client.room.RoomMember;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.tests.harness.Local;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java client against the family's own server, as published, with a real Redis. */
@Tag("full")
@Tag("interop")
@Timeout(300)
class RealtimeServerIT {
  private static RealtimeServerProcess server;

  private MeshClient ann;
  private MeshClient bob;

  @BeforeAll
  static void startServer() throws Exception {
    server = RealtimeServerProcess.started();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void connect() throws Exception {
    ann = Local.connected(server.client());
    bob = Local.connected(server.client());
  }

  @AfterEach
  void disconnect() {
    ann.close();
    bob.close();
  }

  @Test
  void commandsAndTheirFailures() throws Exception {
    assertThat(ann.serverInfo().orElseThrow().generation()).isEqualTo(Generation.REALTIME);
    assertThat(result(ann.command("echo", Map.of("a", 1), JsonNode.class)).toString())
        .isEqualTo("{\"a\":1}");
    assertThat(result(ann.command("void", null, String.class))).isNull();
    assertThat(code(ann.command("nope", null, String.class))).isEqualTo("ENOTFOUND");
    CommandException thrown = failure(ann.command("fail", null, String.class));
    assertThat(thrown).hasMessage("bad thing");
    assertThat(thrown.code()).isEqualTo("ESERVER");
    assertThat(code(ann.command("throw-text", null, String.class))).isEqualTo("EUNKNOWN");
    assertThat(failure(ann.command("checked", null, String.class))).hasMessage("checked");
    List<CompletableFuture<Integer>> many = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      many.add(ann.command("echo", i, Integer.class));
    }
    for (int i = 0; i < many.size(); i++) {
      assertThat(result(many.get(i))).isEqualTo(i);
    }
    patiently().until(() -> ann.latency().isPresent());
  }

  @Test
  void metadataOfConnectionsAndRooms() throws Exception {
    assertThat(result(ann.metadata().get(JsonNode.class))).isEmpty();
    result(ann.metadata().set(Map.of("name", "Ann", "seat", Map.of("row", 7))));
    result(ann.metadata().update(Map.of("busy", true)));
    result(ann.metadata().deepMerge(Map.of("seat", Map.of("place", 3))));
    result(bob.command("set-topic", Map.of("topic", "tea"), Void.class));

    assertThat(result(bob.metadata().of(id(ann)).get()).orElseThrow())
        .isEqualTo(
            NodePrograms.JSON.readTree(
                "{\"name\":\"Ann\",\"seat\":{\"row\":7,\"place\":3},\"busy\":true}"));
    assertThat(result(bob.rooms().metadata("lobby").get()).orElseThrow().get("topic").asText())
        .isEqualTo("tea");
    assertThat(result(bob.rooms().metadata("nowhere").get())).isEmpty();
  }

  @Test
  void roomsAndWhatIsSentToThem() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    ann.onMessage("hello", String.class, text -> heard.add("ann " + text));
    bob.onMessage("hello", String.class, text -> heard.add("bob " + text));
    result(ann.metadata().set("of Ann"));
    result(ann.rooms().join("room"));

    List<RoomMember> members = result(bob.rooms().join("room"));
    result(bob.command("to-room", Map.of("room", "room", "text", "both"), Void.class));
    patiently().until(() -> heard.size() == 2);
    result(bob.rooms().leave("room"));
    result(bob.command("to-room", Map.of("room", "room", "text", "one"), Void.class));
    result(bob.command("to-all", "all", Void.class));
    patiently().until(() -> heard.size() >= 5);

    assertThat(members).extracting(RoomMember::connectionId).contains(id(ann), id(bob));
    assertThat(heard)
        .containsExactlyInAnyOrder("ann both", "bob both", "ann one", "ann all", "bob all");
  }

  @Test
  void presenceAndStates() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    result(ann.rooms().join("lobby:p"));
    result(ann.presence().subscribe("lobby:p", event -> told.add(text(event))));
    patiently().until(() -> !told.isEmpty());

    result(bob.rooms().join("lobby:p"));
    result(bob.presence().publishState("lobby:p", Map.of("typing", true)));
    patiently().until(() -> told.size() >= 3); // joined, state
    assertThat(result(ann.presence().state("lobby:p"))).hasSize(2);
    result(bob.presence().clearState("lobby:p"));
    result(bob.rooms().leave("lobby:p"));
    patiently().until(() -> told.contains("LEFT " + id(bob)));

    assertThat(told)
        .containsExactly(
            "INITIAL 1",
            "JOINED " + id(bob),
            "STATE " + id(bob) + " {\"typing\":true}",
            "STATE " + id(bob),
            "LEFT " + id(bob));
    assertThat(code(ann.presence().subscribe("untracked", event -> {}))).isEqualTo("EACCESS");
    assertThat(code(bob.presence().publishState("lobby:p", 1))).isEqualTo("EACCESS");
  }

  @Test
  void channelsWithHistory() throws Exception {
    result(publish(bob, "news:h", 5, "m1", "m2", "m3", "m4", "m5", "m6"));
    List<String> heard = new CopyOnWriteArrayList<>();

    ChannelSubscription<String> subscription =
        result(
            ann.channels()
                .subscribe("news:h", String.class, heard::add, SubscribeOptions.history(10)));
    result(publish(bob, "news:h", 5, "live", Map.of("a", 1)));
    patiently().until(() -> heard.size() >= 2);

    assertThat(subscription.history())
        .extracting(ChannelMessage::message)
        .containsExactly("m6", "m5", "m4", "m3", "m2");
    assertThat(heard).containsExactly("live", "{\"a\":1}");
    assertThat(
            result(ann.channels().history("news:h", String.class, HistoryQuery.newest(5)))
                .messages())
        .extracting(ChannelMessage::message)
        .contains("live");
    assertThat(code(ann.channels().subscribe("private", String.class, heard::add)))
        .isEqualTo("EACCESS");
    assertThat(code(ann.channels().publish("news:h", "no"))).isEqualTo("ENOTFOUND");
    subscription.close();
  }

  @Test
  void recordsAsValuesAndPatches() throws Exception {
    List<Object> values = new CopyOnWriteArrayList<>();
    RecordSubscription<JsonNode> full = follow(ann, "doc:a", RecordMode.FULL, values);
    RecordSubscription<JsonNode> patched = follow(bob, "doc:a", RecordMode.PATCH, values);
    for (int i = 1; i <= 50; i++) {
      result(write(bob, "doc:a", Map.of("n", i, "list", List.of(i, i % 3))));
    }

    patiently().until(() -> full.version().number() == 50 && patched.version().number() == 50);
    assertThat(full.value()).isEqualTo(patched.value());
    assertThat(full.value().get("n").asInt()).isEqualTo(50);
    result(bob.command("delete", "doc:a", JsonNode.class));
    patiently().until(() -> values.stream().filter("DELETED"::equals).count() == 2);
    assertThat(code(ann.records().write("doc:a", 1, WriteOptions.defaults()))).isEqualTo("ESERVER");
    assertThat(code(full.update(value -> value))).isEqualTo("ENOTFOUND");
  }

  @Test
  void writingAndTransactions() throws Exception {
    WriteOptions merge = WriteOptions.defaults().withStrategy(WriteStrategy.MERGE);
    result(ann.records().write("till:a", Map.of("x", 1), WriteOptions.defaults()));
    result(ann.records().write("till:a", Map.of("y", 2), merge));

    Set<String> changed =
        result(
                ann.records()
                    .transaction(
                        transaction -> {
                          transaction.write("till:a", Map.of("z", 3), merge);
                          transaction.write("till:b", 7);
                        }))
            .keySet();

    assertThat(changed).containsExactlyInAnyOrder("till:a", "till:b");
    assertThat(result(bob.command("read", "till:a", JsonNode.class)).toString())
        .isEqualTo("{\"x\":1,\"y\":2,\"z\":3}");
    assertThat(code(ann.records().transaction(it -> it.write("doc:b", 1)))).isEqualTo("ETXN");
    assertThat(code(ann.records().get("till:a", JsonNode.class))).isEqualTo("ENOTFOUND");
  }

  @Test
  void everythingIsThereAgainAfterAReconnect() throws Exception {
    comesBackAfter(
        () -> {
          CompletableFuture<Void> unused = ann.command("drop-me", null, Void.class);
        });
  }

  @Test
  void everythingIsThereAgainWhenTheServerWasKilled() throws Exception {
    comesBackAfter(
        () -> {
          server.kill();
          server.start();
        });
  }

  private interface Loss {
    void happen() throws Exception;
  }

  /** What one client had set up, seen by what reaches it afterwards. */
  private void comesBackAfter(Loss loss) throws Exception {
    List<Object> heard = new CopyOnWriteArrayList<>();
    String before = id(ann);
    String room = "lobby:" + before;
    String record = "doc:" + before;
    String channel = "news:" + before;
    ann.onMessage("hello", String.class, heard::add);
    result(ann.metadata().set("of Ann"));
    result(ann.rooms().join(room));
    result(ann.presence().publishState(room, "here"));
    RecordSubscription<JsonNode> patched = follow(ann, record, RecordMode.PATCH, heard);
    result(ann.channels().subscribe(channel, String.class, listener(heard)));
    result(write(bob, record, Map.of("n", 1)));
    patiently().until(() -> patched.version().number() == 1);

    loss.happen();
    patiently().until(() -> ann.connectionId().filter(now -> !now.equals(before)).isPresent());
    patiently().ignoreExceptions().until(() -> result(write(bob, record, Map.of("n", 2))));
    patiently().until(() -> heard.contains("gap") && patched.version().number() == 2);
    patiently() // a server of this generation puts rooms, records and channels back side by side
        .until(
            () ->
                result(bob.presence().state(room)).stream()
                    .anyMatch(
                        member ->
                            member.connectionId().equals(id(ann)) && member.state().isPresent()));
    result(publish(bob, channel, 0, "after"));
    result(bob.command("to-room", Map.of("room", room, "text", "to the room"), Void.class));

    patiently().until(() -> heard.containsAll(List.of("after", "to the room")));
    patiently()
        .untilAsserted(
            () ->
                assertThat(result(bob.metadata().of(id(ann)).get()).orElseThrow().asText())
                    .isEqualTo("of Ann"));
    assertThat(heard).containsOnlyOnce("after", "to the room");
  }

  /** This server numbers nothing, so each reconnect is a gap. */
  private static ChannelListener<String> listener(List<Object> heard) {
    return new ChannelListener<>() {
      @Override
      public void onMessage(String message) {
        heard.add(message);
      }

      @Override
      public void onGap(ChannelGap gap) {
        heard.add("gap");
      }
    };
  }

  private static RecordSubscription<JsonNode> follow(
      MeshClient client, String id, RecordMode mode, List<Object> reasons) throws Exception {
    return result(
        client
            .records()
            .subscribe(
                id,
                JsonNode.class,
                update -> reasons.add(update.reason().name()),
                mode,
                RecordOptions.defaults()));
  }

  private static String text(PresenceEvent event) {
    return event.type().isSnapshot()
        ? event.type() + " " + event.members().size()
        : event.type() + " " + event.connectionId() + event.state().map(s -> " " + s).orElse("");
  }

  private static String id(MeshClient client) {
    return client.connectionId().orElseThrow();
  }

  private static ConditionFactory patiently() {
    return Awaitility.await().atMost(Duration.ofSeconds(30));
  }
}
