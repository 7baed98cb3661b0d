// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import io.meshrt.client.MeshClient;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.testkit.history.ChannelLog;
import io.meshrt.testkit.history.PublishAttempt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Publishes numbered messages to one channel, one after the other, and writes that down. */
final class Publisher {
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  /** When the next message follows one that was acknowledged. */
  enum Pace {
    AT_ONCE,
    LATER
  }

  private final String name;
  private final String channel;
  private final MeshClient client;
  private final ChannelLog log;
  private final boolean repeating;
  private final Pace pace;
  private final AtomicLong failures;
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private volatile boolean stopped;

  /**
   * Nothing is published yet.
   *
   * @param repeating whether what was not acknowledged is published again, until it is
   * @param failures counts calls that failed
   */
  Publisher(
      String name,
      String channel,
      MeshClient client,
      ChannelLog log,
      boolean repeating,
      Pace pace,
      AtomicLong failures) {
    this.name = name;
    this.channel = channel;
    this.client = client;
    this.log = log;
    this.repeating = repeating;
    this.pace = pace;
    this.failures = failures;
  }

  /** How many were acknowledged. */
  int acknowledged() {
    return acknowledged.get();
  }

  /** Whether it has so many acknowledged, or nothing left to publish. */
  boolean has(int count) {
    return acknowledged() >= count || done.isDone();
  }

  /** Ends after the message under way. */
  void stop() {
    stopped = true;
  }

  /** Begins to publish so many messages; completes when all are done, or it was stopped. */
  CompletableFuture<Void> start(int count) {
    publish(1, count);
    return done;
  }

  private void publish(int number, int last) {
    if (number > last || stopped) {
      done.complete(null);
      return;
    }
    String message = name + "-" + number;
    PublishAttempt attempt = log.publishing(name, channel, message);
    CompletableFuture<?> unused =
        attempt
            .ofClient(client.publish(channel, message, message))
            .whenComplete((position, failure) -> onEnd(position, number, last));
  }

  private void onEnd(@Nullable ChannelPosition position, int number, int last) {
    if (position != null) {
      acknowledged.incrementAndGet();
      if (pace == Pace.AT_ONCE) {
        publish(number + 1, last);
      } else {
        LATER.execute(() -> publish(number + 1, last));
      }
    } else {
      failures.incrementAndGet();
      LATER.execute(() -> publish(repeating ? number : number + 1, last));
    }
  }
}
