// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.exposure;

import io.meshrt.server.auth.Guard;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What clients may reach of one kind of thing: exact names and patterns, each with a guard and
 * settings. Nothing until exposed. Thread-safe.
 *
 * <p>Patterns have to match a whole name. Exposing a name or an equal pattern again replaces. All
 * guards of what matches have to admit; the settings are those of what was exposed first. A guard
 * that throws, answers null, or takes longer than 5 s refuses.
 */
public final class Exposures<T> {
  /** Nothing is exposed. */
  public Exposures(HandlerThreads threads, Scheduler scheduler) {}

  /** Exposes one name; the result takes it back, unless it was replaced. */
  public Runnable expose(String name, @Nullable Guard guard, T settings) {
    throw new UnsupportedOperationException();
  }

  /** Exposes all names a pattern matches. */
  public Runnable expose(Pattern pattern, @Nullable Guard guard, T settings) {
    throw new UnsupportedOperationException();
  }

  /** The settings for a name; empty when it is not exposed. Asks no guard. */
  public Optional<T> settings(String name) {
    throw new UnsupportedOperationException();
  }

  /** Whether a session may use a name; never fails. */
  public CompletableFuture<Boolean> admits(Session session, String name) {
    throw new UnsupportedOperationException();
  }
}
