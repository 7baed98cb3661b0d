// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HubTest {
  private static final Topic NEWS = new Topic("channel", "news");
  private static final Duration LINGER = Duration.ofSeconds(5);

  private final TestNode node = new TestNode();
  private final Listening topics = new Listening();
  private final Hub<Reader> hub =
      new Hub<>(topics, node.scheduler, LINGER, (topic, fanout) -> new Relay(fanout));

  private record Reader(Session session, List<String> heard) implements Subscriber {}

  /** Hands every text to all. */
  private record Relay(Fanout<Reader> fanout) implements TopicListener {
    @Override
    public void onPublication(Publication publication) {
      String text = new String(publication.payload(), UTF_8);
      fanout.forEach(reader -> reader.heard().add(text));
    }

    @Override
    public void onGap(Position lastHeard, Position head) {
      fanout.forEach(reader -> reader.heard().add("gap"));
    }
  }

  /** Topics that answer when a test wants it. */
  private static final class Listening implements Topics {
    final Map<Topic, TopicListener> listeners = new HashMap<>();
    final List<CompletableFuture<Registration>> asked = new ArrayList<>();

    @Override
    public CompletableFuture<Registration> listen(Topic topic, TopicListener listener) {
      listeners.put(topic, listener);
      asked.add(new CompletableFuture<>());
      return asked.get(asked.size() - 1);
    }

    void accept() {
      asked.get(asked.size() - 1).complete(listeners::clear);
    }

    void publish(String text) {
      listeners.get(NEWS).onPublication(new Publication(Position.NONE, 1, text.getBytes(UTF_8)));
    }

    @Override
    public CompletableFuture<Position> publish(Topic topic, Outgoing message) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<History> read(Topic topic, HistoryQuery query) {
      throw new UnsupportedOperationException();
    }
  }

  private final List<TestNode.Client> clients = new ArrayList<>();

  private Reader reader() {
    TestNode.Client client = node.v1();
    clients.add(client);
    return new Reader(client.session(), new ArrayList<>());
  }

  /** Lets the I/O threads do what was handed to them. */
  private void turn() {
    clients.forEach(client -> client.transport().turn());
  }

  @Test
  void subscribersHearWhatComesAfterTheirSubscription() {
    Reader one = reader();
    Reader two = reader();
    CompletableFuture<?> first = hub.subscribe(NEWS, one);
    CompletableFuture<?> second = hub.subscribe(NEWS, two);
    turn();
    assertThat(first).isNotDone();

    topics.accept();
    turn();
    topics.publish("a");
    topics.publish("b");
    turn();

    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(topics.asked).hasSize(1);
    assertThat(one.heard()).containsExactly("a", "b");
    assertThat(two.heard()).containsExactly("a", "b");
  }

  @Test
  void whoeverIsExpectedSubscribesWithoutWaiting() {
    CompletableFuture<Runnable> expected = hub.expect(NEWS);
    boolean early = expected.isDone();
    topics.accept();
    Reader one = reader();
    CompletableFuture<?> subscribed = hub.subscribe(NEWS, one);
    topics.publish("a"); // behind the subscription
    expected.join().run();
    node.scheduler.advance(LINGER);
    turn();

    assertThat(early).isFalse();
    assertThat(subscribed).isCompleted();
    assertThat(topics.asked).hasSize(1);
    assertThat(one.heard()).containsExactly("a");
    assertThat(hub.topics()).isEqualTo(1);
  }

  @Test
  void whoeverIsExpectedAndDoesNotComeIsForgotten() {
    CompletableFuture<Runnable> expected = hub.expect(NEWS);
    topics.accept();
    expected.join().run();
    node.scheduler.advance(LINGER);
    int after = hub.topics();

    CompletableFuture<Runnable> failed = hub.expect(NEWS);
    topics.asked.get(1).completeExceptionally(CommandException.unavailable("away"));

    assertThat(after).isZero();
    assertThat(failed).isCompleted();
    assertThat(hub.topics()).isZero();
  }

  @Test
  void nothingIsHeardOnceTheEndIsAcknowledged() {
    Reader one = reader();
    CompletableFuture<?> subscribed = hub.subscribe(NEWS, one);
    topics.accept();
    turn();
    topics.publish("a");
    CompletableFuture<Reader> ended = hub.unsubscribe(NEWS, one.session());
    turn();
    topics.publish("b");
    turn();

    assertThat(subscribed).isCompleted();
    assertThat(ended).isCompletedWithValue(one);
    assertThat(one.heard()).containsExactly("a");
  }

  @Test
  void topicIsHeardForAWhileAfterTheLastSubscriber() {
    Reader one = reader();
    CompletableFuture<?> subscribed = hub.subscribe(NEWS, one);
    topics.accept();
    turn();
    CompletableFuture<?> ended = hub.unsubscribe(NEWS, one.session());
    turn();

    node.scheduler.advance(LINGER.minusSeconds(1));
    assertThat(hub.topics()).isOne();
    CompletableFuture<?> again = hub.subscribe(NEWS, one);
    turn();
    node.scheduler.advance(LINGER);
    assertThat(hub.topics()).isOne();
    assertThat(topics.asked).hasSize(1);
    CompletableFuture<?> last = hub.unsubscribe(NEWS, one.session());
    turn();
    node.scheduler.advance(LINGER.plusSeconds(1));

    assertThat(hub.topics()).isZero();
    assertThat(topics.listeners).isEmpty();
    assertThat(List.of(subscribed, ended, again, last)).allMatch(CompletableFuture::isDone);
  }

  @Test
  void subscribingTwiceIsOneSubscription() {
    Reader one = reader();
    Reader newer = new Reader(one.session(), new ArrayList<>());
    CompletableFuture<?> first = hub.subscribe(NEWS, one);
    topics.accept();
    CompletableFuture<?> second = hub.subscribe(NEWS, newer);
    turn();
    topics.publish("a");
    turn();
    CompletableFuture<Reader> ended = hub.unsubscribe(NEWS, one.session());
    turn();
    node.scheduler.advance(LINGER.plusSeconds(1));

    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(one.heard()).isEmpty();
    assertThat(newer.heard()).containsExactly("a");
    assertThat(ended).isCompletedWithValue(newer);
    assertThat(hub.topics()).isZero();
  }

  @Test
  void failedListeningFailsAllAndLeavesNothing() {
    CompletableFuture<?> first = hub.subscribe(NEWS, reader());
    CompletableFuture<?> second = hub.subscribe(NEWS, reader());

    topics.asked.get(0).completeExceptionally(CommandException.unavailable("down"));

    assertThatThrownBy(first::join).hasRootCauseInstanceOf(CommandException.class);
    assertThatThrownBy(second::join).hasRootCauseInstanceOf(CommandException.class);
    assertThat(hub.topics()).isZero();
    Reader later = reader();
    CompletableFuture<?> third = hub.subscribe(NEWS, later);
    topics.accept();
    turn();
    topics.publish("a");
    turn();
    assertThat(third).isCompleted();
    assertThat(later.heard()).containsExactly("a");
  }
}
