// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hub;

import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.schedule.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Why this node listens to one topic: how many want it, and for whom. Guarded by this: every field
 * but the subscribers. Once ended it is not used again.
 */
final class Interest<S extends Subscriber> {
  private final Topic topic;
  private final Fanout<S> fanout = new Fanout<>();
  private int wanted;
  private boolean ended;
  private @Nullable CompletableFuture<Registration> listening;
  private Scheduler.@Nullable Timer ending;

  Interest(Topic topic) {
    this.topic = topic;
  }

  Topic topic() {
    return topic;
  }

  Fanout<S> fanout() {
    return fanout;
  }

  /** One more wants it; false when it has ended. */
  synchronized boolean take() {
    if (ended) {
      return false;
    }
    wanted++;
    if (ending != null) {
      ending.cancel();
      ending = null;
    }
    return true;
  }

  /** One less wants it; when it is the last, {@code schedule} is asked to have it ended later. */
  synchronized void release(Supplier<Scheduler.Timer> schedule) {
    wanted--;
    if (wanted == 0 && !ended) {
      ending = schedule.get();
    }
  }

  /** Ends it, unless somebody wants it again. */
  synchronized boolean end() {
    if (wanted > 0 || ended) {
      return false;
    }
    ended = true;
    return true;
  }

  /** Begins to listen, once; all who want it wait for the same. A failure ends it. */
  CompletableFuture<Registration> listen(
      Topics topics, BiFunction<Topic, Fanout<S>, ? extends TopicListener> readers) {
    CompletableFuture<Registration> promise;
    synchronized (this) {
      if (listening != null) {
        return listening;
      }
      promise = new CompletableFuture<>();
      listening = promise;
    }
    CompletableFuture<?> unused =
        topics
            .listen(topic, readers.apply(topic, fanout))
            .whenComplete(
                (registration, failure) -> {
                  if (failure == null) {
                    promise.complete(registration);
                  } else {
                    fail();
                    promise.completeExceptionally(failure);
                  }
                });
    return promise;
  }

  private synchronized void fail() {
    ended = true;
  }

  /** Listens no more; to be called when it has ended. */
  void unlisten() {
    CompletableFuture<Registration> registered;
    synchronized (this) {
      registered = listening;
    }
    if (registered != null) {
      CompletableFuture<?> unused = registered.thenAccept(Registration::close);
    }
  }
}
