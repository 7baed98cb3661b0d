// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.memory;

import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicDelivery;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** Topics of one node; every registration has its own delivery. */
final class InMemoryTopics implements Topics {
  private static final int MAX_WAITING = 65_536;

  private final InMemoryWorld world;
  private final NodeLife life;
  private final Executor executor;

  InMemoryTopics(InMemoryWorld world, NodeLife life, Executor executor) {
    this.world = world;
    this.life = life;
    this.executor = executor;
  }

  @Override
  public CompletableFuture<Registration> listen(Topic topic, TopicListener listener) {
    return life.ask(() -> register(topic, listener));
  }

  private Registration register(Topic topic, TopicListener listener) {
    TopicDelivery delivery = new TopicDelivery(topic, executor, MAX_WAITING, () -> {});
    delivery.add(listener);
    world.at(
        topic.name(),
        (place, touched) -> {
          delivery.offerBase(place.head(topic.kind()));
          place.listen(topic.kind(), delivery);
          return touched.add(delivery);
        });
    Listening listening = new Listening(topic, listener, delivery);
    life.add(listening);
    return listening;
  }

  private final class Listening implements Registration {
    private final Topic topic;
    private final TopicListener listener;
    private final TopicDelivery delivery;
    private final AtomicBoolean closed = new AtomicBoolean();

    Listening(Topic topic, TopicListener listener, TopicDelivery delivery) {
      this.topic = topic;
      this.listener = listener;
      this.delivery = delivery;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        life.remove(this);
        delivery.remove(listener);
        world.at(
            topic.name(),
            (place, touched) -> {
              place.unlisten(topic.kind(), delivery);
              return true;
            });
      }
    }
  }

  @Override
  public CompletableFuture<Position> publish(Topic topic, Outgoing message) {
    return life.ask(
        () ->
            world.at(
                topic.name(),
                (place, touched) -> publish(world, place, topic.kind(), message, touched)));
  }

  static Position publish(
      InMemoryWorld world,
      Place place,
      String kind,
      Outgoing message,
      List<TopicDelivery> touched) {
    long now = world.nowMillis();
    Optional<Position> earlier = place.accepted(kind, message, now);
    return earlier.isPresent()
        ? earlier.get()
        : place.publish(kind, message, now, world::newToken, touched);
  }

  @Override
  public CompletableFuture<History> read(Topic topic, HistoryQuery query) {
    return life.ask(
        () ->
            world.at(
                topic.name(),
                (place, touched) ->
                    place.stream(topic.kind())
                        .map(stream -> stream.read(query, world.nowMillis()))
                        .orElseGet(() -> nothing(query))));
  }

  private static History nothing(HistoryQuery query) {
    return new History(Position.NONE, List.of(), !query.after().isNumbered(), false);
  }
}
