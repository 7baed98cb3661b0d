// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.server.command.CommandHandler;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.command.Middleware;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.metrics.CommandMeter;
import io.meshrt.server.internal.metrics.ServerMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a server and the middleware in front of them. Registrations come from any thread,
 * before and after the start; look-ups read an immutable snapshot.
 *
 * <p>Registering a name again replaces its handler and keeps its middleware, the later list in
 * front (mesh-protocol 8). Removing the command drops that middleware with it.
 */
final class CommandTable {
  private final Duration defaultTimeout;
  private final ServerMetrics metrics;
  private volatile Snapshot snapshot = new Snapshot(Map.of(), Map.of(), List.of(), null);

  // Guarded by this.
  private final Map<String, Registered> commands = new HashMap<>();
  private final Map<String, Registered> builtIns = new HashMap<>();
  private final List<Forwarded> forwarded = new ArrayList<>();
  private final List<Link> global = new ArrayList<>();
  private @Nullable Registered unknown;

  CommandTable(Duration defaultTimeout, ServerMetrics metrics) {
    this.defaultTimeout = defaultTimeout;
    this.metrics = metrics;
  }

  /**
   * The entry for a request; null when there is none. The application's registration wins over an
   * unprefixed built-in (mesh-protocol 20.2); what bears a prefix never reaches the application.
   */
  @Nullable CommandEntry find(Request request) {
    Snapshot now = snapshot;
    if (request.command() == null) {
      return null;
    }
    if (request.builtIn() && request.generation() != Generation.BARE) {
      return now.builtIns.get(request.name());
    }
    CommandEntry entry = now.commands.get(request.name());
    if (entry == null && request.builtIn()) {
      entry = now.builtIns.get(request.name());
    }
    if (entry == null && !ApplicationNames.isReserved(request.name())) {
      entry = now.matching(request.name());
    }
    return entry;
  }

  /** Whether a command of this name is begun with in order. */
  boolean isOrdered(String name) {
    Snapshot now = snapshot;
    CommandEntry entry = now.commands.get(name);
    entry = entry == null ? now.matching(name) : entry;
    return entry != null && entry.ordered();
  }

  /** Registers a command of the application; the result removes it unless it was replaced. */
  Runnable register(String name, CommandHandler handler, CommandOptions options) {
    CommandMeter meter = metrics.command(ApplicationNames.require(name));
    return put(name, Step.of(handler, !options.nonBlocking()), options, meter);
  }

  /** As {@link #register}, for a handler that never blocks and is called in order. */
  Runnable registerOrdered(String name, CommandHandler handler, CommandOptions options) {
    CommandMeter meter = metrics.command(ApplicationNames.require(name));
    return put(name, Step.ordered(handler), options, meter);
  }

  /**
   * The same for all commands without a registration whose names fit, the first pattern first. They
   * are counted as unknown commands are.
   */
  Runnable registerOrdered(Pattern names, CommandHandler handler, CommandOptions options) {
    CommandMeter meter = metrics.unknownCommand();
    Registered registered =
        new Registered(Step.ordered(handler), options, options.middleware(), meter, false);
    Forwarded added = new Forwarded(names, registered);
    synchronized (this) {
      forwarded.add(added);
      publish();
    }
    return () -> removeForwarded(added);
  }

  /** Registers a command of the framework, by its bare name. */
  void registerBuiltIn(
      String name, CommandHandler handler, CommandOptions options, boolean beforeAuthentication) {
    CommandMeter meter = metrics.command(name);
    synchronized (this) {
      builtIns.put(
          name,
          new Registered(
              Step.of(handler, !options.nonBlocking()),
              options,
              options.middleware(),
              meter,
              beforeAuthentication));
      publish();
    }
  }

  /** Registers a command of the framework that runs in turn, by its bare name. */
  void registerBuiltIn(String name, BuiltIn builtIn, boolean beforeAuthentication) {
    putBuiltIn(name, Step.of(builtIn), CommandOptions.defaults(), beforeAuthentication);
  }

  /** Registers what runs before anyone is authenticated, with a timeout of its own. */
  void registerFirst(String name, Step last, Duration timeout) {
    putBuiltIn(name, last, CommandOptions.defaults().withTimeout(timeout), true);
  }

  private void putBuiltIn(
      String name, Step last, CommandOptions options, boolean beforeAuthentication) {
    CommandMeter meter = metrics.command(name);
    synchronized (this) {
      builtIns.put(name, new Registered(last, options, List.of(), meter, beforeAuthentication));
      publish();
    }
  }

  /** Registers what answers unknown commands; the result removes it unless it was replaced. */
  Runnable registerUnknown(CommandHandler handler) {
    Registered registered =
        new Registered(
            Step.of(handler, true),
            CommandOptions.defaults(),
            List.of(),
            metrics.unknownCommand(),
            false);
    synchronized (this) {
      unknown = registered;
      publish();
    }
    return () -> removeUnknown(registered);
  }

  /** Adds middleware in front of every command, behind what is there; the result removes it. */
  synchronized Runnable addMiddleware(Middleware middleware) {
    Link link = new Link(middleware);
    global.add(link);
    publish();
    return () -> removeMiddleware(link);
  }

  private synchronized Runnable put(
      String name, Step last, CommandOptions options, CommandMeter meter) {
    List<Middleware> chain = new ArrayList<>(options.middleware());
    Registered before = commands.get(name);
    if (before != null) {
      chain.addAll(before.middleware);
    }
    Registered registered = new Registered(last, options, chain, meter, false);
    commands.put(name, registered);
    publish();
    return () -> remove(name, registered);
  }

  private synchronized void remove(String name, Registered registered) {
    if (commands.remove(name, registered)) {
      publish();
    }
  }

  private synchronized void removeForwarded(Forwarded added) {
    if (forwarded.remove(added)) {
      publish();
    }
  }

  private synchronized void removeUnknown(Registered registered) {
    if (unknown == registered) {
      unknown = null;
      publish();
    }
  }

  private synchronized void removeMiddleware(Link link) {
    if (global.remove(link)) {
      publish();
    }
  }

  private void publish() {
    snapshot =
        new Snapshot(
            compile(commands),
            compile(builtIns),
            forwarded.stream().map(f -> new Matching(f.names, compile(f.registered))).toList(),
            unknown == null ? null : compile(unknown));
  }

  private Map<String, CommandEntry> compile(Map<String, Registered> all) {
    Map<String, CommandEntry> entries = new HashMap<>(all.size() * 2);
    all.forEach((name, registered) -> entries.put(name, compile(registered)));
    return entries;
  }

  private CommandEntry compile(Registered registered) {
    List<Middleware> chain = new ArrayList<>();
    // Middleware that demands an identity must not stand in front of the way to get one.
    if (!registered.beforeAuthentication) {
      global.forEach(link -> chain.add(link.middleware));
    }
    chain.addAll(registered.middleware);
    return new CommandEntry(
        Step.compose(chain, registered.last),
        registered.options.ownTimeout().orElse(defaultTimeout),
        registered.meter,
        registered.beforeAuthentication,
        registered.last.inTurn(),
        registered.last.ordered());
  }

  private record Snapshot(
      Map<String, CommandEntry> commands,
      Map<String, CommandEntry> builtIns,
      List<Matching> forwarded,
      @Nullable CommandEntry unknown) {
    /** What runs commands nobody registered by name. */
    @Nullable CommandEntry matching(String name) {
      for (Matching candidate : forwarded) {
        if (candidate.fits(name)) {
          return candidate.entry;
        }
      }
      return unknown;
    }
  }

  /** Commands with names that fit, ready to run. */
  private record Matching(Pattern names, CommandEntry entry) {
    boolean fits(String name) {
      try {
        return names.matcher(name).matches();
      } catch (StackOverflowError tooDeep) {
        return false;
      }
    }
  }

  /** Compared by identity, as what is registered. */
  private static final class Forwarded {
    final Pattern names;
    final Registered registered;

    Forwarded(Pattern names, Registered registered) {
      this.names = names;
      this.registered = registered;
    }
  }

  /** Compared by identity: each registration is one of its own. */
  private static final class Registered {
    final Step last;
    final CommandOptions options;
    final List<Middleware> middleware;
    final CommandMeter meter;
    final boolean beforeAuthentication;

    Registered(
        Step last,
        CommandOptions options,
        List<Middleware> middleware,
        CommandMeter meter,
        boolean beforeAuthentication) {
      this.last = last;
      this.options = options;
      this.middleware = middleware;
      this.meter = meter;
      this.beforeAuthentication = beforeAuthentication;
    }
  }

  /** One addition of global middleware; the same object may be added twice. */
  private static final class Link {
    final Middleware middleware;

    Link(Middleware middleware) {
      this.middleware = middleware;
    }
  }
}
