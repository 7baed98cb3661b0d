// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.delegation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.metrics.WorkMeter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Events are published one after the other, however many wait and however fast that goes. */
class EventQueueTest {
  private static final Topic TOPIC = new Topic("work", "shop#1");

  private final ManualScheduler scheduler = new ManualScheduler();
  private final Publications topics = new Publications();
  private final EventQueue queue = new EventQueue(topics, TOPIC, scheduler, WorkMeter.NONE);

  /** Topics that answer when the test says so, or at once. */
  private static final class Publications implements Topics {
    final List<String> published = new ArrayList<>();
    final ArrayDeque<CompletableFuture<Position>> answers = new ArrayDeque<>();
    boolean atOnce;

    @Override
    public CompletableFuture<Registration> listen(Topic topic, TopicListener listener) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Position> publish(Topic topic, Outgoing message) {
      published.add(new String(message.payload(), UTF_8));
      if (atOnce) {
        return CompletableFuture.completedFuture(new Position("e", published.size()));
      }
      answers.add(new CompletableFuture<>());
      return answers.getLast();
    }

    @Override
    public CompletableFuture<History> read(Topic topic, HistoryQuery query) {
      throw new UnsupportedOperationException();
    }
  }

  private void add(int number) {
    byte[] event = Integer.toString(number).getBytes(UTF_8);
    queue.add(Outgoing.of(event, Retention.NONE));
  }

  @Test
  void manyThatArePublishedAtOnceDoNotNest() {
    for (int i = 0; i < EventQueue.MAX_WAITING; i++) {
      add(i);
    }

    topics.atOnce = true;
    topics.answers.remove().complete(new Position("e", 1));

    assertThat(topics.published)
        .isEqualTo(IntStream.range(0, EventQueue.MAX_WAITING).mapToObj(i -> "" + i).toList());
    assertThat(queue.empty()).isCompleted();
  }

  @Test
  void whatFailedIsPublishedAgainBeforeTheNext() {
    add(1);
    add(2);

    topics.answers.remove().completeExceptionally(CommandException.unavailable("away"));
    topics.atOnce = true;
    boolean early = queue.empty().isDone();
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(early).isFalse();
    assertThat(topics.published).containsExactly("1", "1", "2");
    assertThat(queue.empty()).isCompleted();
  }
}
