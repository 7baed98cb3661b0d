// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.guide;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientLimits;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.Registration;
import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelHistory;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.HistoryQuery;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.collection.CollectionSubscription;
import io.meshrt.client.presence.PresenceSubscription;
import io.meshrt.client.presence.PresentMember;
import io.meshrt.client.presence.StateOptions;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.RecordValue;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.client.record.WriteStrategy;
import io.meshrt.client.room.RoomMember;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The snippets of docs/client.md and its neighbours, where the compiler sees them. */
@SuppressWarnings({"FutureReturnValueIgnored", "unused"}) // snippets show one thing at a time
final class ClientGuide {
  private ClientGuide() {}

  record Order(String id, int amount) {}

  record Price(String id, double value) {}

  record Topic(String title) {}

  record News(String title) {}

  record Product(String name, int stock) {}

  record Task(String title, int priority, boolean done) {}

  record Profile(String name, String status) {}

  interface Tokens {
    CompletionStage<String> fresh();
  }

  static void firstSteps() {
    try (MeshClient client = MeshClient.builder("ws://localhost:8080").build()) {
      client.connect().join();
      String reply = client.command("echo", "Hello!", String.class).join();
      System.out.println(reply);
    }
  }

  static void commands(MeshClient client, Order order) {
    CompletableFuture<Price> price = client.command("price", order, Price.class);
    CompletableFuture<List<Price>> prices =
        client.command("prices", null, new TypeReference<List<Price>>() {}, Duration.ofSeconds(5));
    CompletableFuture<JsonNode> raw = client.commandRaw("price", order);
  }

  static void failures(MeshClient client, Order order) {
    client
        .command("buy", order, Void.class)
        .whenComplete(
            (done, failure) -> {
              if (failure instanceof CommandException e && e.is(ErrorCode.CONNECTION_LOST)) {
                System.out.println("bought or not, the server knows");
              }
            });
  }

  static void pushes(MeshClient client) {
    Registration prices =
        client.onMessage("price", Price.class, price -> System.out.println(price));
    client.onAnyMessage((name, payload) -> System.out.println(name + " " + payload));
    prices.close();
  }

  static void rooms(MeshClient client) {
    List<RoomMember> members = client.rooms().join("lobby").join();
    client.onMessage("hello", String.class, greeting -> System.out.println(greeting));
    System.out.println(client.rooms().joined());
    client.rooms().leave("lobby").join();
  }

  static void persistentRooms(MeshClient client) {
    List<RoomMember> members = client.rooms().joinPersistent("game:chess").join();
    Set<String> remembered = client.rooms().persistent();
    client.rooms().leaveHere("game:chess").join();
  }

  static void roomMessages(MeshClient client) {
    client
        .rooms()
        .onMessage(
            message -> System.out.println(message.fromConnection() + " " + message.payload()));
    String id = client.rooms().send("game:chess", Map.of("move", "e4")).join();
    client.rooms().send("game:chess", "not for myself", false).join();
  }

  static void roomMetadata(MeshClient client) {
    Optional<JsonNode> topic = client.rooms().metadata("lobby").get().join();
    Optional<Topic> typed = client.rooms().metadata("lobby").get(Topic.class).join();
  }

  static PresenceSubscription presence(MeshClient client) {
    Map<String, Optional<JsonNode>> present = new HashMap<>();
    PresenceSubscription subscription =
        client
            .presence()
            .subscribe(
                "lobby",
                event -> {
                  switch (event.type()) {
                    case INITIAL, RESTORED, CAUGHT_UP -> {
                      present.clear();
                      event.members().forEach(m -> present.put(m.connectionId(), m.state()));
                    }
                    case JOINED, STATE -> present.put(event.connectionId(), event.state());
                    case LEFT -> present.remove(event.connectionId());
                    case ENDED -> present.clear();
                  }
                })
            .join();
    return subscription;
  }

  static void states(MeshClient client, PresenceSubscription subscription) {
    client.presence().publishState("lobby", Map.of("status", "typing")).join();
    StateOptions soonGone = StateOptions.defaults().withExpireAfter(Duration.ofSeconds(5));
    client.presence().publishState("lobby", Map.of("status", "away"), soonGone).join();
    client.presence().clearState("lobby").join();
    List<PresentMember> now = client.presence().state("lobby").join();
    subscription.close();
  }

  static void channels(MeshClient client) {
    ChannelSubscription<News> subscription =
        client
            .subscribe("news", News.class, news -> show(news), SubscribeOptions.history(20))
            .join();
    subscription.history().forEach(message -> show(message.message())); // newest first
    subscription.close();
  }

  static final class Reader implements ChannelListener<News> {
    @Override
    public void onMessage(News news) {
      show(news);
    }

    @Override
    public void onRecovered(long messages) {
      System.out.println("back, and nothing is missing");
    }

    @Override
    public void onGap(ChannelGap gap) {
      System.out.println("missing: what came after " + gap.last());
    }

    @Override
    public void onEnded() {
      System.out.println("revoked, or refused after a reconnect");
    }
  }

  static void publish(MeshClient client) {
    ChannelPosition position = client.publish("news", new News("Rain"), "report-17").join();
    ChannelHistory<JsonNode> newest = client.history("news", HistoryQuery.newest(10)).join();
    ChannelHistory<News> next =
        client.channels().history("news", News.class, HistoryQuery.after(position, 100)).join();
  }

  static void show(News news) {
    System.out.println(news);
  }

  static void metadata(MeshClient client, String connectionId) {
    client.metadata().set(new Profile("Ada", "busy")).join();
    client.metadata().update(Map.of("status", "free")).join();
    client.metadata().deepMerge(Map.of("seat", Map.of("row", 7))).join();
    Optional<Profile> mine = client.metadata().get(Profile.class).join();
    Optional<JsonNode> theirs = client.metadata().of(connectionId).get().join();
  }

  static void serverCommands(MeshClient client) {
    client.registerCommand("confirm", Order.class, (order, context) -> order.amount() < 100);
  }

  static void options(Tokens tokens, Executor executor) {
    MeshClient client =
        MeshClient.builder("wss://example.com/socket")
            .tokenSupplier(() -> tokens.fresh())
            .executor(executor)
            .commandTimeout(Duration.ofSeconds(10))
            .reconnect(ReconnectPolicy.defaults().withMaxAttempts(20))
            .limits(ClientLimits.defaults().withQueuedCalls(100, 1024 * 1024))
            .build();
  }

  static void credentials(MeshClient client, String token) {
    client.authenticate(Map.of("token", token)).join();
  }

  static void events(MeshClient client) {
    client.onStatus(
        change -> {
          if (change.gaveUp()) {
            System.out.println("no server: " + change.reason());
          }
        });
    client.onError(error -> System.out.println(error.kind() + " " + error.message()));
  }

  static void records(MeshClient client) {
    RecordSubscription<Product> product =
        client
            .subscribeRecord(
                "product:456", Product.class, update -> show(update.value()), RecordMode.PATCH)
            .join();
    System.out.println(product.value() + " of version " + product.version());
    client.unsubscribeRecord("product:456"); // or product.close()
  }

  static void edits(RecordSubscription<Product> product) {
    CompletableFuture<RecordVersion> sold =
        product.update(before -> new Product(before.name(), before.stock() - 1));
    System.out.println(product.value()); // one less already
    RecordVersion version = sold.join();
  }

  static void writes(MeshClient client) {
    RecordValue<Product> read = client.records().get("product:456", Product.class).join();
    client.publishRecordUpdate("product:456", new Product("nut", 3)).join();
    client
        .publishRecordUpdate(
            "product:456",
            Map.of("stock", 2),
            WriteOptions.defaults().withStrategy(WriteStrategy.MERGE).withIfVersion(read.version()))
        .join(); // ECONFLICT if it has another version
  }

  static void snapshot(
      MeshClient client, RecordSubscription<Integer> from, RecordSubscription<Integer> to) {
    Optional<List<RecordValue<Integer>>> both = client.records().snapshot(List.of(from, to));
  }

  static void transaction(MeshClient client, RecordValue<Integer> a, RecordValue<Integer> b) {
    Map<String, RecordVersion> versions =
        client
            .transaction(
                transaction -> {
                  transaction.write("bank/a", a.value() - 10, upon(a.version()));
                  transaction.write("bank/b", b.value() + 10, upon(b.version()));
                  transaction.delete("bank/order-17");
                })
            .join();
  }

  static void collections(MeshClient client) {
    CollectionSubscription<Task> urgent =
        client.subscribeCollection("urgent", Task.class, update -> show(update.members())).join();
    System.out.println(urgent.members().size() + " of version " + urgent.version());
    client.unsubscribeCollection("urgent"); // or urgent.close()
  }

  static void differences(MeshClient client) {
    List<String> notes = new ArrayList<>();
    client.subscribeCollection(
        "urgent",
        Task.class,
        update -> {
          update.added().forEach(task -> notes.add("new: " + task.value()));
          update.changed().forEach(task -> notes.add("now: " + task.value()));
          update.removed().forEach(task -> notes.add("done: " + task.value()));
        });
  }

  private static WriteOptions upon(RecordVersion version) {
    return WriteOptions.defaults().withIfVersion(version);
  }

  private static void show(List<CollectionMember<Task>> tasks) {
    System.out.println(tasks);
  }

  private static void show(Product product) {
    System.out.println(product);
  }
}
