// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.exposure;

import io.meshrt.server.auth.Guard;
import io.meshrt.server.internal.session.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clients may reach of one kind of thing: exact names and patterns, each with a guard and
 * settings. Nothing until exposed. Thread-safe.
 *
 * <p>Patterns have to match a whole name. Exposing a name or an equal pattern again replaces. All
 * guards of what matches have to admit; the settings are those of what was exposed first. A guard
 * that throws, answers null, or takes longer than 5 s refuses, and so does a pattern that cannot be
 * matched with a name within bounds.
 */
public final class Exposures<T> {
  private static final Logger log = LoggerFactory.getLogger(Exposures.class);

  /** No name a client may send has more characters. */
  private static final int MAX_CHARACTERS = 255;

  private final Guards guards;
  private volatile Snapshot<T> snapshot = new Snapshot<>(Map.of(), List.of());

  // By name, or by text and flags of a pattern. Guarded by this.
  private final Map<Object, Exposure<T>> exposures = new LinkedHashMap<>();
  private long nextSerial;

  /**
   * Nothing is exposed.
   *
   * @param guards of the server
   */
  public Exposures(Guards guards) {
    this.guards = guards;
  }

  /** Exposes one name; the result takes it back, unless it was replaced. */
  public Runnable expose(String name, @Nullable Guard guard, T settings) {
    return put(name, null, guard, settings);
  }

  /** Exposes all names a pattern matches. */
  public Runnable expose(Pattern pattern, @Nullable Guard guard, T settings) {
    return put(new PatternKey(pattern.pattern(), pattern.flags()), pattern, guard, settings);
  }

  /** The settings for a name; empty when it is not exposed. Asks no guard. */
  public Optional<T> settings(String name) {
    return orNone(matching(name)).stream().findFirst().map(Exposure::settings);
  }

  /** Whether a session may use a name; never fails. */
  public CompletableFuture<Boolean> admits(Session session, String name) {
    List<Exposure<T>> matching = orNone(matching(name));
    List<Guard> asked = guardsOf(matching);
    return asked.isEmpty()
        ? CompletableFuture.completedFuture(!matching.isEmpty())
        : guards.ask(asked, session, name);
  }

  /** The same, and why not; never fails. */
  public CompletableFuture<Verdict> decide(Session session, String name) {
    List<Exposure<T>> matching = matching(name);
    if (matching == null) {
      return CompletableFuture.completedFuture(Verdict.UNKNOWN);
    }
    List<Guard> asked = guardsOf(matching);
    return asked.isEmpty()
        ? CompletableFuture.completedFuture(
            matching.isEmpty() ? Verdict.NOT_EXPOSED : Verdict.ADMITTED)
        : guards.decide(asked, session, name);
  }

  private static List<Guard> guardsOf(List<? extends Exposure<?>> matching) {
    List<Guard> asked = new ArrayList<>();
    for (Exposure<?> exposure : matching) {
      if (exposure.guard() != null) {
        asked.add(exposure.guard());
      }
    }
    return asked;
  }

  private synchronized Runnable put(
      Object key, @Nullable Pattern pattern, @Nullable Guard guard, T settings) {
    Exposure<T> before = exposures.get(key);
    long serial = nextSerial++;
    long order = before == null ? serial : before.order();
    Exposure<T> exposure = new Exposure<>(serial, order, pattern, guard, settings);
    exposures.put(key, exposure);
    publish();
    return () -> remove(key, exposure);
  }

  private synchronized void remove(Object key, Exposure<T> exposure) {
    if (exposures.remove(key, exposure)) {
      publish();
    }
  }

  private void publish() {
    Map<String, Exposure<T>> names = new HashMap<>();
    List<Exposure<T>> patterns = new ArrayList<>();
    exposures.forEach(
        (key, exposure) -> {
          if (key instanceof String name) {
            names.put(name, exposure);
          } else {
            patterns.add(exposure);
          }
        });
    snapshot = new Snapshot<>(names, patterns);
  }

  private static <T> List<T> orNone(@Nullable List<T> matching) {
    return matching == null ? List.of() : matching;
  }

  /** In the order of exposure; null when a pattern cannot be matched. */
  private @Nullable List<Exposure<T>> matching(String name) {
    if (name.length() > MAX_CHARACTERS) {
      return List.of();
    }
    Snapshot<T> now = snapshot;
    List<Exposure<T>> found = new ArrayList<>();
    Exposure<T> exact = now.names().get(name);
    if (exact != null) {
      found.add(exact);
    }
    for (Exposure<T> candidate : now.patterns()) {
      Pattern pattern = candidate.pattern();
      switch (pattern == null ? BoundedText.Match.NO : BoundedText.match(pattern, name)) {
        case YES -> found.add(candidate);
        case NO -> {}
        case UNKNOWN -> {
          log.debug("refused, because the pattern {} goes astray", pattern);
          return null;
        }
      }
    }
    found.sort(Comparator.comparingLong(Exposure::order));
    return found;
  }

  /**
   * One registration.
   *
   * @param serial differs between any two
   * @param order that of the first one it replaced
   */
  private record Exposure<T>(
      long serial, long order, @Nullable Pattern pattern, @Nullable Guard guard, T settings) {}

  private record PatternKey(String pattern, int flags) {}

  private record Snapshot<T>(Map<String, Exposure<T>> names, List<Exposure<T>> patterns) {}
}
