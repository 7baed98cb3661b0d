// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.persistence;

import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.exposure.Guards;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is mirrored to which store, by name or pattern; the first that fits counts. Thread-safe. */
public final class Mirrors<M extends Mirrors.Mirror> {
  private static final Logger log = LoggerFactory.getLogger(Mirrors.class);

  private final String what;
  private final Exposures<M> byName;
  private final List<M> all = new CopyOnWriteArrayList<>();

  /** The way to one store. */
  public interface Mirror {
    /** Completes when everything begun until now is in the store, or the store has failed. */
    CompletableFuture<@Nullable Void> flush();

    /** How much is not in the store yet. */
    int waiting();
  }

  /**
   * Nothing is mirrored.
   *
   * @param what in the plural, for the log
   */
  public Mirrors(String what, Guards guards) {
    this.what = what;
    this.byName = new Exposures<>(guards);
  }

  /** Mirrors what has a name; the result takes it back. */
  public Runnable add(String name, M mirror) {
    all.add(mirror);
    return removal(byName.expose(name, null, mirror), mirror);
  }

  /** Mirrors what has a name that matches. */
  public Runnable add(Pattern names, M mirror) {
    all.add(mirror);
    return removal(byName.expose(names, null, mirror), mirror);
  }

  private Runnable removal(Runnable unexpose, M mirror) {
    return () -> {
      unexpose.run();
      CompletableFuture<?> unused =
          mirror.flush().thenRun(() -> all.removeIf(each -> each == mirror && isOver(each)));
    };
  }

  /** One that has not got everything into its store is looked after to the end. */
  private static boolean isOver(Mirror mirror) {
    return mirror.waiting() == 0;
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** The one for a name. */
  public Optional<M> of(String name) {
    return all.isEmpty() ? Optional.empty() : byName.settings(name);
  }

  /** All, also those taken away that are not over. */
  public List<M> all() {
    return List.copyOf(all);
  }

  /** Hands over what waits, also of those taken away; blocks as long as that may take. */
  public void close(Duration timeout) {
    CompletableFuture<?>[] flushes =
        all.stream().map(Mirror::flush).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(flushes).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.debug("a store of {} did not take everything in time", what, e);
    }
    int lost = all.stream().mapToInt(Mirror::waiting).sum();
    if (lost > 0) {
      log.warn("{} {} did not reach their store", lost, what);
    }
  }
}
