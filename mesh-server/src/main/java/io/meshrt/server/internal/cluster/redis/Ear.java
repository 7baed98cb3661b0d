// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.TopicDelivery;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.listener.MessageListener;
import org.redisson.api.listener.StatusListener;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;

/**
 * This node's subscription to one topic. Opened once, closed once, by {@link Ears}. Redisson
 * subscribes again by itself when a connection comes back; that is reported as a repetition.
 */
final class Ear {
  private final RedisLink link;
  private final String channel;
  private final String meta;
  private final TopicDelivery delivery;
  private final Consumer<Ear> onRepeated;
  private final AtomicLong strangers;
  private final AtomicBoolean opened = new AtomicBoolean();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final AtomicBoolean toBeCompared = new AtomicBoolean();
  private volatile boolean subscribed;

  // Written before ready completes, read after.
  private volatile @Nullable RTopic topic;

  Ear(
      RedisLink link,
      RedisKeys keys,
      TopicDelivery delivery,
      Consumer<Ear> onRepeated,
      AtomicLong strangers) {
    this.link = link;
    this.channel = keys.channel(delivery.topic());
    this.meta = keys.meta(delivery.topic());
    this.delivery = delivery;
    this.onRepeated = onRepeated;
    this.strangers = strangers;
  }

  TopicDelivery delivery() {
    return delivery;
  }

  String meta() {
    return meta;
  }

  /** Completes once the subscription holds and the place where it began is known. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  /** True for one caller, who then opens. */
  boolean claimOpening() {
    return opened.compareAndSet(false, true);
  }

  /** True for one caller, who then compares; others have it done by that. */
  boolean claimComparing() {
    return toBeCompared.compareAndSet(false, true);
  }

  /** A comparison begins: what is suspected from now on is for the next. */
  void onComparing() {
    toBeCompared.set(false);
  }

  /** Subscribes, after {@code before}; completes when that is over, well or not. */
  CompletableFuture<Void> open(CompletableFuture<Void> before) {
    return before
        .thenCompose(done -> link.call(this::subscribe))
        .thenCompose(done -> head())
        .thenAccept(this::onOpen)
        .exceptionally(
            failure -> {
              ready.completeExceptionally(RedisLink.unwrap(failure));
              return null;
            });
  }

  private void onOpen(Position head) {
    delivery.offerBase(head);
    delivery.drain();
    ready.complete(null);
  }

  private CompletionStage<Void> subscribe(RedissonClient redisson) {
    RTopic redissonTopic = redisson.getTopic(channel, ByteArrayCodec.INSTANCE);
    topic = redissonTopic;
    MessageListener<byte[]> messages = (name, message) -> onMessage(message);
    return redissonTopic
        .addListenerAsync(byte[].class, messages)
        .thenCompose(id -> redissonTopic.addListenerAsync(new Status()))
        .thenAccept(id -> subscribed = true);
  }

  /** Where the topic stands now. */
  CompletableFuture<Position> head() {
    return link.call(
            redisson ->
                redisson
                    .<String, String>getMap(meta, StringCodec.INSTANCE)
                    .getAllAsync(Set.of("epoch", "head")))
        .thenApply(Ear::position);
  }

  static Position position(Map<String, String> meta) {
    String epoch = meta.get("epoch");
    String head = meta.get("head");
    return epoch == null || head == null || !head.matches("\\d{1,18}")
        ? Position.NONE
        : new Position(epoch, Long.parseLong(head));
  }

  private void onMessage(byte[] message) {
    BusMessage.decode(message)
        .ifPresentOrElse(
            publication -> {
              delivery.offer(publication);
              delivery.drain();
            },
            strangers::incrementAndGet);
  }

  /** Takes the subscription back; completes also if that fails. */
  CompletableFuture<Void> close() {
    return ready
        .handle((done, failure) -> topic)
        .thenCompose(
            present ->
                present == null
                    ? CompletableFuture.<Void>completedFuture(null)
                    : link.call(redisson -> present.removeAllListenersAsync()))
        .exceptionally(failure -> null);
  }

  private final class Status implements StatusListener {
    @Override
    public void onSubscribe(String name) {
      if (subscribed) {
        onRepeated.accept(Ear.this);
      }
    }

    @Override
    public void onUnsubscribe(String name) {}
  }
}
