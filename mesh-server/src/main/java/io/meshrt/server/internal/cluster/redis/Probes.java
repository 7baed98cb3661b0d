// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.redisson.api.RTopic;
import org.redisson.api.listener.MessageListener;
import org.redisson.api.listener.StatusListener;
import org.redisson.client.codec.ByteArrayCodec;

/**
 * Hears itself on every master's subscription connection, once a second. What comes back proves
 * that the master answers, that the connection hears, and that everything sent there before has
 * arrived. Driven by {@link RedisCluster}'s ticks; thread-safe.
 */
final class Probes {
  private static final Duration FLUSHING = Duration.ofMillis(2_500);

  /**
   * Calls of {@link #listen} in which nothing comes from a master that can be reached. Counted,
   * because a process that stood still did not listen.
   */
  private static final int PATIENCE = 16;

  /** Deaf for so long, a connection is not worth keeping, even if it stands. */
  private static final Duration DEAF = Duration.ofSeconds(8);

  private final RedisLink link;
  private final RedisKeys keys;
  private final NodeId node;
  private final Scheduler scheduler;
  private final Runnable onSuspicion;
  private final Consumer<String> onConnected;
  private final Runnable onDeaf;
  private final Map<String, Probe> probes = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  /**
   * No master is known yet.
   *
   * @param onSuspicion called when a connection hears again that did not for a while
   * @param onConnected called when a connection stands, or stands again, with a key in a slot of
   *     its master
   * @param onDeaf called when a connection hears nothing for long, now and again
   */
  Probes(
      RedisLink link,
      RedisKeys keys,
      NodeId node,
      Scheduler scheduler,
      Runnable onSuspicion,
      Consumer<String> onConnected,
      Runnable onDeaf) {
    this.link = link;
    this.keys = keys;
    this.node = node;
    this.scheduler = scheduler;
    this.onSuspicion = onSuspicion;
    this.onConnected = onConnected;
    this.onDeaf = onDeaf;
  }

  /** One tag per master, each hashing to a slot of it. */
  void setTags(Set<String> tags) {
    probes.keySet().removeIf(tag -> !tags.contains(tag) && close(tag));
    tags.forEach(tag -> probes.computeIfAbsent(tag, Probe::new));
  }

  private boolean close(String tag) {
    Probe probe = probes.get(tag);
    if (probe != null) {
      probe.close();
    }
    return true;
  }

  /** Sends every probe; twice a second. */
  void send() {
    probes.values().forEach(Probe::send);
    long now = scheduler.nanoTime();
    if (probes.values().stream().filter(probe -> probe.isDeaf(now)).count() > 0) {
      onDeaf.run();
    }
  }

  /**
   * Listens whether something has come; ten times a second. A master that answers nothing is found
   * out before a call to it has failed, so that the next is refused at once.
   */
  void listen() {
    probes.values().forEach(Probe::listen);
  }

  /** Whether every master answered lately, heard or not. */
  boolean areAllAnswering() {
    return !probes.isEmpty() && probes.values().stream().allMatch(Probe::isAnswering);
  }

  /** Whether every master was heard lately. */
  boolean areAllHeard() {
    return !probes.isEmpty() && probes.values().stream().allMatch(Probe::isHeard);
  }

  /** Completes when whatever was published before this call has arrived; fails if it does not. */
  CompletableFuture<Void> flush() {
    List<CompletableFuture<Void>> heard = probes.values().stream().map(Probe::flush).toList();
    return CompletableFuture.allOf(heard.toArray(CompletableFuture<?>[]::new));
  }

  private final class Probe {
    private final String channel;
    private final AtomicBoolean subscribing = new AtomicBoolean();
    private final Map<Long, CompletableFuture<Void>> flushes = new ConcurrentHashMap<>();
    private volatile boolean subscribed;
    private volatile boolean everHeard;
    private final AtomicInteger silence = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger(PATIENCE);
    private volatile long heardNanos;
    private volatile long hopeNanos;
    private volatile boolean refused;

    Probe(String tag) {
      channel = keys.probe(tag, node);
    }

    private void send() {
      if (subscribed) {
        long sent = scheduler.nanoTime();
        publish(numbers.incrementAndGet())
            .thenRun(() -> unanswered.set(0))
            .exceptionally(
                failure -> {
                  onRefused(sent);
                  return null;
                });
      } else if (subscribing.compareAndSet(false, true)) {
        subscribe();
      }
    }

    private void onRefused(long sent) {
      if (sent - heardNanos > 0) { // else a later one came back
        refused = true;
        unanswered.set(PATIENCE);
      }
    }

    private CompletableFuture<Long> publish(long number) {
      byte[] message = Long.toString(number).getBytes(UTF_8);
      return link.call(
          redisson -> redisson.getTopic(channel, ByteArrayCodec.INSTANCE).publishAsync(message));
    }

    private void subscribe() {
      MessageListener<byte[]> messages = (name, message) -> onMessage(message);
      link.call(
              redisson -> subscribe(redisson.getTopic(channel, ByteArrayCodec.INSTANCE), messages))
          .thenRun(
              () -> {
                subscribed = true;
                onConnected.accept(channel);
                send();
              })
          .exceptionally(failure -> null)
          .thenRun(() -> subscribing.set(false))
          .exceptionally(failure -> null);
    }

    private CompletionStage<Integer> subscribe(RTopic topic, MessageListener<byte[]> messages) {
      return topic
          .addListenerAsync(byte[].class, messages)
          .thenCompose(id -> topic.addListenerAsync(new Reconnection()));
    }

    private final class Reconnection implements StatusListener {
      @Override
      public void onSubscribe(String name) {
        if (subscribed) {
          onConnected.accept(channel);
        }
      }

      @Override
      public void onUnsubscribe(String name) {}
    }

    private void onMessage(byte[] message) {
      String text = new String(message, UTF_8);
      if (!text.matches("\\d{1,18}")) {
        return;
      }
      long number = Long.parseLong(text);
      long now = scheduler.nanoTime();
      boolean wasDeaf = everHeard && !isHeard();
      silence.set(0);
      heardNanos = now;
      hopeNanos = now;
      everHeard = true;
      refused = false;
      CompletableFuture<Void> flushed = flushes.remove(number);
      if (flushed != null) {
        flushed.complete(null);
      }
      if (wasDeaf) {
        onSuspicion.run();
      }
    }

    /** True once in a while as long as nothing is heard. */
    private boolean isDeaf(long now) {
      if (!everHeard || now - hopeNanos < DEAF.toNanos()) {
        return false;
      }
      hopeNanos = now;
      return true;
    }

    private void listen() {
      silence.incrementAndGet();
      unanswered.incrementAndGet();
    }

    private boolean isAnswering() {
      return unanswered.get() < PATIENCE;
    }

    private boolean isHeard() {
      return everHeard && !refused && silence.get() < PATIENCE;
    }

    private CompletableFuture<Void> flush() {
      long number = numbers.incrementAndGet();
      CompletableFuture<Void> flushed = new CompletableFuture<>();
      flushes.put(number, flushed);
      Scheduler.Timer deadline =
          scheduler.schedule(
              () -> flushed.completeExceptionally(RedisLink.unavailable()), FLUSHING);
      CompletableFuture<Void> clean =
          flushed.whenComplete(
              (done, failure) -> {
                deadline.cancel();
                flushes.remove(number);
              });
      return publish(number).thenCompose(sent -> clean);
    }

    private void close() {
      link.call(
              redisson ->
                  redisson.getTopic(channel, ByteArrayCodec.INSTANCE).removeAllListenersAsync())
          .exceptionally(failure -> null);
    }
  }
}
