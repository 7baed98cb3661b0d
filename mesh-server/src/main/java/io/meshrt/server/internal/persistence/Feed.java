// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.persistence;

import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.MirrorMeter;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.persistence.MirrorOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from a source to a store: one batch after the other, after a while or when one is full;
 * again, after a pause, when the store has failed. Thread-safe, never blocks.
 */
public final class Feed<T> {
  private static final Logger log = LoggerFactory.getLogger(Feed.class);

  private final Source<T> source;
  private final Target<T> target;
  private final MirrorOptions options;
  private final Tools tools;

  // Guarded by this.
  private final List<Flush> flushes = new ArrayList<>(1);
  private boolean handing;
  private boolean failing;
  private Scheduler.@Nullable Timer timer;

  /** Whether somebody waits for a flush. Changed with the lock. */
  private volatile boolean flushing;

  /**
   * What waits to be handed over, numbered as it was begun. Thread-safe; does not block, and does
   * not call the feed.
   */
  public interface Source<T> {
    /** What is next, most urgent first; it stays until it was handed over. */
    List<T> next(int max);

    /** The store has it. */
    void onHanded(List<T> batch);

    /** How much could be handed over now. */
    int ready();

    /** The number of what was begun last. */
    long begun();

    /** A number before which nothing waits, the highest one known. */
    long oldest();
  }

  /** The store; called on a handler thread, never twice at a time. */
  @FunctionalInterface
  public interface Target<T> {
    void accept(List<T> batch) throws Exception;
  }

  /**
   * What feeds are made of.
   *
   * @param kind of what is handed over
   */
  public record Tools(
      MirrorMeter.Kind kind, Scheduler scheduler, HandlerThreads threads, MirrorMeter meter) {
    /** For feeds of one kind. */
    public static Tools of(
        MirrorMeter.Kind kind, Scheduler scheduler, HandlerThreads threads, ServerMetrics metrics) {
      return new Tools(kind, scheduler, threads, metrics.mirrors(kind));
    }
  }

  /** Nothing was handed over. */
  public Feed(Source<T> source, Target<T> target, MirrorOptions options, Tools tools) {
    this.source = source;
    this.target = target;
    this.options = options;
    this.tools = tools;
  }

  /** To be called after anything has changed in the source: hands over what is due. */
  public void onChange() {
    int ready = source.ready();
    long oldest = flushing ? source.oldest() : 0;
    List<Flush> over;
    boolean starts;
    synchronized (this) {
      over = takeFlushed(oldest);
      boolean full = ready >= options.maxBatch() && !failing;
      starts = !handing && ready > 0 && (full || !flushes.isEmpty());
      if (starts) {
        begin();
      } else if (!handing && ready > 0 && timer == null) {
        timer =
            tools
                .scheduler()
                .schedule(this::onTime, failing ? options.retryDelay() : options.flushInterval());
      }
    }
    over.forEach(flush -> flush.done.complete(null));
    if (starts) {
      hand();
    }
  }

  /** Completes when everything begun until now is in the store, or the store has failed. */
  public CompletableFuture<@Nullable Void> flush() {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    Flush flush = new Flush(source.begun(), done);
    synchronized (this) {
      flushes.add(flush);
      flushing = true;
    }
    onChange();
    return done;
  }

  /** Asks the store something, on a handler thread. */
  public <A> CompletableFuture<A> call(Callable<A> question) {
    CompletableFuture<A> answer = new CompletableFuture<>();
    boolean taken =
        tools
            .threads()
            .execute(
                () -> {
                  try {
                    answer.complete(question.call());
                  } catch (Throwable e) {
                    answer.completeExceptionally(e);
                  }
                });
    if (!taken) {
      answer.completeExceptionally(new IllegalStateException("the server was closed"));
    }
    return answer;
  }

  private void onTime() {
    int ready = source.ready();
    synchronized (this) {
      timer = null;
      if (handing || ready == 0) {
        return;
      }
      begin();
    }
    hand();
  }

  /** With the lock. */
  private void begin() {
    handing = true;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void hand() {
    List<T> batch = source.next(options.maxBatch());
    CompletableFuture<?> unused =
        call(() -> {
              target.accept(batch);
              return true;
            })
            .whenComplete((done, failure) -> onHanded(batch, failure));
  }

  private void onHanded(List<T> batch, @Nullable Throwable failure) {
    if (failure == null) {
      source.onHanded(batch);
      tools.meter().handed(batch.size());
    } else {
      tools.meter().failed();
    }
    List<Flush> over = List.of();
    boolean first;
    synchronized (this) {
      handing = false;
      first = failure != null && !failing;
      failing = failure != null;
      if (failing) {
        over = List.copyOf(flushes);
        flushes.clear();
        flushing = false;
      }
    }
    if (first) {
      log.warn("a store of {} failed; trying again", tools.kind().tag(), failure);
    }
    over.forEach(flush -> flush.done.complete(null));
    onChange();
  }

  /** With the lock. */
  private List<Flush> takeFlushed(long oldest) {
    List<Flush> over = flushes.stream().filter(flush -> flush.upTo < oldest).toList();
    flushes.removeAll(over);
    flushing = !flushes.isEmpty();
    return over;
  }

  /** Somebody waits until all up to this number have left. */
  private record Flush(long upTo, CompletableFuture<@Nullable Void> done) {}
}
