// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one command is run.
 *
 * @param timeout limit of its own for one run; null for the server's
 * @param nonBlocking whether the handler never blocks and may run on an I/O thread, where all
 *     connections of that thread wait for it; it does so only when all its middleware is
 *     non-blocking too
 * @param middleware runs after the global middleware, in this order
 */
public record CommandOptions(
    @Nullable Duration timeout, boolean nonBlocking, List<Middleware> middleware) {
  public CommandOptions {
    if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
      throw new IllegalArgumentException("timeout: " + timeout);
    }
    middleware = List.copyOf(middleware);
  }

  /** May block, the server's timeout, no middleware of its own. */
  public static CommandOptions defaults() {
    return new CommandOptions(null, false, List.of());
  }

  /** {@link #defaults()}, but the handler never blocks. */
  public static CommandOptions runNonBlocking() {
    return new CommandOptions(null, true, List.of());
  }

  /** The same options with a timeout of its own. */
  public CommandOptions withTimeout(Duration timeout) {
    return new CommandOptions(timeout, nonBlocking, middleware);
  }

  /** The same options, promising or not that the handler never blocks. */
  public CommandOptions withNonBlocking(boolean nonBlocking) {
    return new CommandOptions(timeout, nonBlocking, middleware);
  }

  /** The same options with this middleware behind what is there. */
  public CommandOptions withMiddleware(Middleware... more) {
    List<Middleware> all = new ArrayList<>(middleware);
    all.addAll(List.of(more));
    return new CommandOptions(timeout, nonBlocking, all);
  }

  /** The command's own timeout, if it has one. */
  public Optional<Duration> ownTimeout() {
    return Optional.ofNullable(timeout);
  }
}
