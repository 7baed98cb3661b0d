// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicDelivery;
import io.meshrt.server.internal.cluster.TopicListener;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The topics this node listens to. Thread-safe. One subscription per topic, however many listen;
 * subscribing and unsubscribing of one topic never overlap.
 */
final class Ears {
  private static final int MAX_WAITING = 65_536;

  private final RedisLink link;
  private final RedisKeys keys;
  private final Tokens tokens;
  private final Executor executor;
  private final Gate gate;
  private final Map<Topic, Ear> ears = new ConcurrentHashMap<>();
  private final Map<Topic, CompletableFuture<Void>> closings = new ConcurrentHashMap<>();
  private final Throttle opening = new Throttle(256);

  /** Few at a time: meanwhile Redisson subscribes again one by one, and each waits behind these. */
  private final Throttle comparing = new Throttle(16);

  private final AtomicLong strangers = new AtomicLong();

  /**
   * Nothing is listened to yet.
   *
   * @param gate for whoever wants to listen
   */
  Ears(RedisLink link, Gate gate, RedisKeys keys, Tokens tokens, Executor executor) {
    this.link = link;
    this.keys = keys;
    this.tokens = tokens;
    this.executor = executor;
    this.gate = gate;
  }

  CompletableFuture<Registration> listen(Topic topic, TopicListener listener) {
    Ear ear =
        ears.compute(
            topic,
            (key, open) -> {
              Ear chosen = open == null ? newEar(topic) : open;
              chosen.delivery().add(listener);
              return chosen;
            });
    CompletableFuture<Void> before = closings.get(topic);
    if (ear.claimOpening()) {
      opening.run(() -> open(ear, before));
    }
    AtomicBoolean closed = new AtomicBoolean();
    Registration registration =
        () -> {
          if (closed.compareAndSet(false, true)) {
            remove(ear, listener);
          }
        };
    return ear.ready()
        .<Registration>thenApply(done -> registration)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                registration.close();
              }
            });
  }

  private CompletableFuture<Void> open(Ear ear, @Nullable CompletableFuture<Void> before) {
    CompletableFuture<Void> may = gate.pass(() -> CompletableFuture.completedFuture(null));
    return ear.open(may.thenCompose(done -> before == null ? may : before));
  }

  private Ear newEar(Topic topic) {
    TopicDelivery[] delivery = new TopicDelivery[1];
    Ear[] ear = new Ear[1];
    delivery[0] =
        new TopicDelivery(
            topic,
            executor,
            MAX_WAITING,
            () -> compare(ear[0], delivery[0].heard().position().epoch()));
    ear[0] = new Ear(link, keys, delivery[0], this::compare, strangers);
    return ear[0];
  }

  private void remove(Ear ear, TopicListener listener) {
    Topic topic = ear.delivery().topic();
    ears.computeIfPresent(
        topic,
        (key, open) -> {
          boolean last = ear.delivery().remove(listener);
          if (open != ear || !last) {
            return open;
          }
          CompletableFuture<Void> gone = new CompletableFuture<>();
          closings.put(topic, gone);
          executor.execute(() -> close(ear, gone));
          return null;
        });
  }

  private void close(Ear ear, CompletableFuture<Void> gone) {
    ear.close()
        .thenRun(
            () -> {
              closings.remove(ear.delivery().topic(), gone);
              gone.complete(null);
            })
        .exceptionally(failure -> null);
  }

  /** Compares one topic's head with what was heard; a difference is told to its listeners. */
  void compare(Ear ear) {
    if (ear.claimComparing()) {
      compare(ear, "");
    }
  }

  /**
   * The same.
   *
   * @param forgotten epoch of which it is known already that publications were lost; empty for none
   */
  private void compare(Ear ear, String forgotten) {
    comparing.run(
        () -> {
          ear.onComparing();
          return present(ear, forgotten)
              .handle(
                  (head, failure) -> {
                    TopicDelivery delivery = ear.delivery();
                    if (failure != null || !head.isNumbered()) {
                      delivery.offerGap();
                    } else {
                      delivery.offerHead(head);
                    }
                    delivery.drain();
                    return null;
                  });
        });
  }

  private CompletableFuture<Position> present(Ear ear, String forgotten) {
    Position known = ear.delivery().known();
    TopicDelivery.Heard heard = ear.delivery().heard();
    if (!known.isNumbered()) {
      return ear.head();
    }
    boolean comparable = heard.position().sameEpoch(known);
    return link.run(
            Script.PRESENT,
            keys.stream(ear.delivery().topic()).subList(0, 2),
            known.epoch(),
            known.offset(),
            tokens.next(),
            comparable ? heard.position().offset() : 0,
            heard.timeMillis(),
            forgotten.equals(known.epoch()) ? "1" : "0")
        .thenApply(Reply::position);
  }

  /** Compares all topics: something may have been missed on all of them. */
  void compareAll() {
    ears.values().forEach(this::compare);
  }

  /** The numbered topics that are listened to. */
  List<Ear> numbered() {
    return ears.values().stream().filter(ear -> ear.delivery().known().isNumbered()).toList();
  }

  /** Messages on our channels that were not ours. */
  long strangers() {
    return strangers.get();
  }

  void close() {
    Collection<Ear> open = ears.values();
    open.forEach(ear -> ear.delivery().clear());
    ears.clear();
  }
}
