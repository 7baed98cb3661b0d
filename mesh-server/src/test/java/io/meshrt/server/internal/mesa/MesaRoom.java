// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.auth.MessageAuthenticator;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.internal.auth.CredentialCheck;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.inbox.InboxFeature;
import io.meshrt.server.internal.inbox.InboxKeeper;
import io.meshrt.server.internal.session.TestNode;
import io.meshrt.server.mesa.MesaOptions;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An endpoint for Mesa's clients with inboxes, without sockets: manual time and threads, and a
 * cluster in memory that answers at once, or when the test says so.
 */
final class MesaRoom {
  static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_BYTES = 1 << 20;
  private static final Duration LINGER = Duration.ofSeconds(5);

  final TestNode node = new TestNode();
  final HeldTopics topics;

  /** Who clients are; by default who they say. */
  MessageAuthenticator authenticator =
      (credentials, who) -> Authentication.accept(Identity.of(credentials.get("id").asText()));

  /** When an identity has brought everything. */
  CompletionStage<?> settled = CompletableFuture.completedFuture(null);

  private final MesaDialect dialect;
  private final InboxKeeper keeper;

  MesaRoom(InboxOptions inbox) {
    this(inbox, MesaOptions.defaults());
  }

  MesaRoom(InboxOptions inbox, MesaOptions options) {
    dialect = new MesaDialect(options, TIMEOUT);
    JsonValues json = new JsonValues();
    Cluster memory =
        new InMemoryCluster(
            new InMemoryWorld(node.scheduler, 42),
            "n1",
            LeaseOptions.defaults(),
            node.scheduler,
            Runnable::run);
    memory.start().join();
    topics = new HeldTopics(memory.topics());
    Cluster cluster = withTopics(memory, topics);
    keeper =
        new InboxKeeper(
            topics, inbox, MAX_BYTES, json, node.threads.asHandlerThreads(100), node.metrics);
    InboxFeature inboxes =
        new InboxFeature(
            new InboxFeature.Settings(inbox, MAX_BYTES, LINGER),
            new InboxFeature.Neighbours(
                cluster, new SubscriptionCounts(100, node.metrics), (session, count) -> {}),
            json,
            node.scheduler,
            node.threads.asHandlerThreads(100),
            node.metrics);
    Commands commands =
        new Commands(
            new Commands.Settings(Duration.ofSeconds(30), MAX_BYTES, false, false, false),
            json,
            node.scheduler,
            node.threads.asHandlerThreads(100),
            node.metrics,
            (connection, error) -> {});
    MesaFeature feature =
        new MesaFeature(
            dialect,
            new CredentialCheck(
                (credentials, who) -> authenticator.authenticate(credentials, who),
                TIMEOUT,
                node.scheduler),
            TIMEOUT,
            session -> settled,
            inboxes.feed(MesaDialect.KEPT, topics, node.scheduler, LINGER),
            json,
            node.scheduler,
            node.metrics.mesa());
    feature.registerIn(commands);
    node.handler = commands.requestHandler();
    node.listeners.add(feature);
  }

  /** Inboxes that keep so many messages. */
  static MesaRoom keeping(int messages) {
    return new MesaRoom(InboxOptions.defaults().withMaxMessages(messages));
  }

  private static Cluster withTopics(Cluster cluster, Topics topics) {
    InvocationHandler handler =
        (proxy, method, arguments) ->
            method.getName().equals("topics") ? topics : method.invoke(cluster, arguments);
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(), new Class<?>[] {Cluster.class}, handler);
  }

  /** A connection that has read its hello. */
  TestNode.Client connect() {
    return node.connect(dialect);
  }

  /** One that has authenticated, and has not read what came then. */
  TestNode.Client connect(String identity) {
    TestNode.Client client = connect();
    tell(client, authentication(identity));
    return client;
  }

  static String authentication(String identity) {
    return "{\"op\":2,\"d\":{\"id\":\"" + identity + "\"}}";
  }

  /** The client sends something, and handler threads do what that asks of them. */
  void tell(TestNode.Client client, String message) {
    client.transport().receive(message);
    turn(client);
  }

  /** Handler threads and the I/O thread do what waits. */
  void turn(TestNode.Client client) {
    node.threads.runAll();
    client.transport().turn();
  }

  /** Keeps a message whose payload is its number. */
  void keep(String identity, int number) {
    keeper.prepare("NOTE", RawJson.ofNumber(number), Optional.empty()).apply(identity).join();
  }

  /** Keeps several. */
  void keep(String identity, int first, int last) {
    for (int number = first; number <= last; number++) {
      keep(identity, number);
    }
  }

  /** Topics whose history is told when a test says so. */
  static final class HeldTopics implements Topics {
    private final Topics topics;
    private final ArrayDeque<CompletableFuture<Boolean>> held = new ArrayDeque<>();
    private boolean holding;
    private int skipping;

    HeldTopics(Topics topics) {
      this.topics = topics;
    }

    /** From now on reads wait. */
    void hold() {
      holding = true;
    }

    /** So many publications are not heard from now on. */
    void skip(int publications) {
      skipping = publications;
    }

    /** Reads that wait. */
    int waiting() {
      return held.size();
    }

    /** Answers the read that waits longest, with what is there now, or fails. */
    void answer(boolean well) {
      held.remove().complete(well);
    }

    /** Answers all, and holds none any more. */
    void release() {
      holding = false;
      List.copyOf(held).forEach(read -> read.complete(true));
      held.clear();
    }

    @Override
    public CompletableFuture<Registration> listen(Topic topic, TopicListener listener) {
      return topics.listen(
          topic,
          new TopicListener() {
            @Override
            public void onPublication(Publication publication) {
              if (skipping > 0) {
                skipping--;
              } else {
                listener.onPublication(publication);
              }
            }

            @Override
            public void onGap(Position lastHeard, Position head) {
              listener.onGap(lastHeard, head);
            }
          });
    }

    @Override
    public CompletableFuture<Position> publish(Topic topic, Outgoing message) {
      return topics.publish(topic, message);
    }

    @Override
    public CompletableFuture<History> read(Topic topic, HistoryQuery query) {
      CompletableFuture<Boolean> answered = new CompletableFuture<>();
      if (holding) {
        held.add(answered);
      } else {
        answered.complete(true);
      }
      return answered.thenCompose(
          well ->
              well
                  ? topics.read(topic, query)
                  : CompletableFuture.failedFuture(new IllegalStateException("not now")));
    }
  }
}
