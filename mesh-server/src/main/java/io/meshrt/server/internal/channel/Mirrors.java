// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which channels are mirrored to which store. Thread-safe. */
final class Mirrors {
  private static final Logger log = LoggerFactory.getLogger(Mirrors.class);

  private final Exposures<Mirror> byName;
  private final List<Mirror> all = new CopyOnWriteArrayList<>();

  Mirrors(Guards guards) {
    this.byName = new Exposures<>(guards);
  }

  Runnable add(String channel, Mirror mirror) {
    all.add(mirror);
    return removal(byName.expose(channel, null, mirror), mirror);
  }

  Runnable add(Pattern channels, Mirror mirror) {
    all.add(mirror);
    return removal(byName.expose(channels, null, mirror), mirror);
  }

  private Runnable removal(Runnable unexpose, Mirror mirror) {
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

  Optional<Mirror> of(String channel) {
    return all.isEmpty() ? Optional.empty() : byName.settings(channel);
  }

  /** Hands over what waits, also of those taken away; blocks as long as that may take. */
  void close(Duration timeout) {
    CompletableFuture<?>[] flushes =
        all.stream().map(Mirror::flush).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(flushes).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.debug("a store of channels did not take everything in time", e);
    }
    int lost = all.stream().mapToInt(Mirror::waiting).sum();
    if (lost > 0) {
      log.warn("{} messages of channels did not reach their store", lost);
    }
  }
}
