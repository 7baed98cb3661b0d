// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.ForeignListener;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel others publish on. Messages that come faster than they are taken are dropped beyond a
 * bound. Listened to once, closed once.
 */
final class Stranger {
  private static final Logger log = LoggerFactory.getLogger(Stranger.class);
  static final int MAX_WAITING = 4_096;
  static final Duration BETWEEN_WARNINGS = Duration.ofSeconds(10);

  private final RedisLink link;
  private final String channel;
  private final ForeignListener listener;
  private final Executor executor;
  private final Scheduler scheduler;
  private final CompletableFuture<Registration> listening = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicInteger waiting = new AtomicInteger();

  // Guarded by this.
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);
  private @Nullable Long lastWarningNanos;

  /** Whether, behind the last message that waits, it will be told that some were dropped. */
  private boolean losing;

  Stranger(
      RedisLink link,
      String channel,
      ForeignListener listener,
      Executor executor,
      Scheduler scheduler) {
    this.link = link;
    this.channel = channel;
    this.listener = listener;
    this.executor = executor;
    this.scheduler = scheduler;
  }

  CompletableFuture<Registration> listen() {
    CompletableFuture<?> unused =
        link.call(this::subscribe)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    listening.completeExceptionally(failure);
                  }
                });
    return listening;
  }

  private CompletionStage<Void> subscribe(RedissonClient redisson) {
    RTopic topic = redisson.getTopic(channel, ByteArrayCodec.INSTANCE);
    return topic
        .addListenerAsync(byte[].class, (name, message) -> onMessage(message))
        .thenAccept(
            id -> {
              Registration registration = () -> close(topic, id);
              // Whoever was told that it failed listens anew, and would hear everything twice.
              if (!listening.complete(registration)) {
                registration.close();
              }
            });
  }

  /** They published this. */
  void onMessage(byte[] message) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      drop();
      return;
    }
    synchronized (this) {
      losing = false;
      inTurn(() -> tell(message));
    }
  }

  /** However the one before ended: one that failed must not make the channel deaf. */
  private synchronized void inTurn(Runnable task) {
    last = last.exceptionally(failure -> null).thenRunAsync(task, executor);
  }

  private void drop() {
    if (closed.get() || listening.isCompletedExceptionally()) {
      return;
    }
    listener.onDropped();
    synchronized (this) {
      if (!losing) {
        losing = true;
        inTurn(() -> call(listener::onLost));
      }
    }
    if (mayWarn()) {
      log.warn(
          "dropping what others publish on {}: {} messages of it wait already",
          channel,
          MAX_WAITING);
    }
  }

  /** Others decide how often there are too many, so not every time is told. */
  private synchronized boolean mayWarn() {
    long now = scheduler.nanoTime();
    boolean may = lastWarningNanos == null || now - lastWarningNanos >= BETWEEN_WARNINGS.toNanos();
    if (may) {
      lastWarningNanos = now;
    }
    return may;
  }

  private void tell(byte[] message) {
    waiting.decrementAndGet();
    call(() -> listener.onMessage(message));
  }

  private void call(Runnable told) {
    if (closed.get() || listening.isCompletedExceptionally()) {
      return;
    }
    try {
      told.run();
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      log.error("a listener to a channel of others failed", e);
    }
  }

  private void close(RTopic topic, int id) {
    if (closed.compareAndSet(false, true)) {
      CompletableFuture<?> unused =
          link.call(redisson -> topic.removeListenerAsync(id)).exceptionally(failure -> null);
    }
  }
}
