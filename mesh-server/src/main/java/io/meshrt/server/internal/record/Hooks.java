// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.record.RecordUpdate;
import io.meshrt.server.record.RecordVersion;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The application's listeners for what this node writes. Thread-safe, never blocks. */
final class Hooks {
  static final int MAX_WAITING = 10_000;
  private static final Logger log = LoggerFactory.getLogger(Hooks.class);

  private final HandlerThreads threads;
  private final ServerMetrics metrics;
  private final List<Hook> onUpdate = new CopyOnWriteArrayList<>();
  private final List<Hook> onRemoved = new CopyOnWriteArrayList<>();

  Hooks(HandlerThreads threads, ServerMetrics metrics) {
    this.threads = threads;
    this.metrics = metrics;
  }

  Runnable addOnUpdate(Consumer<? super RecordUpdate> listener) {
    return add(onUpdate, listener);
  }

  Runnable addOnRemoved(Consumer<? super RecordUpdate> listener) {
    return add(onRemoved, listener);
  }

  private Runnable add(List<Hook> hooks, Consumer<? super RecordUpdate> listener) {
    Hook hook = new Hook(listener);
    hooks.add(hook);
    return () -> hooks.remove(hook);
  }

  /** A job was done. Those of one record are told in order. */
  void tell(Map<String, Job.Done> done) {
    if (onUpdate.isEmpty() && onRemoved.isEmpty()) {
      return;
    }
    done.forEach(
        (id, one) -> {
          JsonNode after = one.after();
          JsonNode value = after == null ? one.before() : after;
          if (one.changed() && value != null) {
            RecordVersion version =
                new RecordVersion(one.version().number(), one.version().stamp());
            for (Hook hook : after == null ? onRemoved : onUpdate) {
              hook.offer(new RecordUpdate(id, value, version));
            }
          }
        });
  }

  /** One listener and what it has yet to be told. */
  private final class Hook {
    private final Consumer<? super RecordUpdate> listener;

    // Guarded by this.
    private final ArrayDeque<RecordUpdate> waiting = new ArrayDeque<>();
    private boolean running;
    private boolean dropping;

    Hook(Consumer<? super RecordUpdate> listener) {
      this.listener = listener;
    }

    void offer(RecordUpdate update) {
      boolean starts;
      boolean drops;
      synchronized (this) {
        boolean full = waiting.size() >= MAX_WAITING;
        drops = full && !dropping;
        dropping = full;
        if (!full) {
          waiting.add(update);
        }
        starts = !running;
        running = true;
      }
      if (drops) {
        metrics.limitHit(Limit.RECORD_HOOKS);
        log.warn("a listener for records is slow: calls are dropped while {} wait", MAX_WAITING);
      }
      if (starts && !threads.execute(this::run)) {
        log.debug("a listener for records is not called any more: the server is closed");
      }
    }

    private void run() {
      for (RecordUpdate next = next(); next != null; next = next()) {
        try {
          // Each listener has a tree of its own.
          listener.accept(new RecordUpdate(next.id(), next.value().deepCopy(), next.version()));
        } catch (Throwable failure) {
          log.error("a listener for records failed", failure);
        }
      }
    }

    private synchronized @Nullable RecordUpdate next() {
      RecordUpdate next = waiting.poll();
      running = next != null;
      return next;
    }
  }
}
