// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.command.CommandHandler;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.command.Middleware;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.RequestHandler;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * The commands of one server: takes registrations from any thread at any time, and answers what the
 * sessions hand on.
 */
public final class Commands {
  private final CommandTable table;
  private final Dispatcher dispatcher;

  /**
   * What does not change while the server lives.
   *
   * @param timeout how long a command without a timeout of its own may run
   * @param maxReplyBytes a larger reply could not wait in an outbox
   * @param authenticationRequired whether commands of connections without identity are refused
   * @param exposeErrorMessages whether clients read message and class name of unexpected exceptions
   * @param measured whether the time of runs is taken
   */
  public record Settings(
      Duration timeout,
      int maxReplyBytes,
      boolean authenticationRequired,
      boolean exposeErrorMessages,
      boolean measured) {}

  /** Without any command but {@code noop}. */
  public Commands(
      Settings settings,
      JsonValues json,
      Scheduler scheduler,
      HandlerThreads threads,
      ServerMetrics metrics,
      FailureListener failureListener) {
    this.table = new CommandTable(settings.timeout(), metrics);
    RunServices services =
        new RunServices(
            json,
            scheduler,
            threads,
            metrics,
            new Failures(settings.exposeErrorMessages()),
            failureListener,
            Commands::randomErrorId,
            settings.maxReplyBytes(),
            settings.measured());
    this.dispatcher = new Dispatcher(table, services, settings.authenticationRequired());
    table.registerBuiltIn("noop", context -> true, CommandOptions.runNonBlocking(), false);
  }

  /** What sessions hand their requests to. */
  public RequestHandler requestHandler() {
    return dispatcher;
  }

  /**
   * Registers a command of the application.
   *
   * @return removes it, once, unless a later registration replaced it
   * @throws IllegalArgumentException when the name is not allowed; says why
   */
  public Runnable register(String name, CommandHandler handler, CommandOptions options) {
    return table.register(name, Objects.requireNonNull(handler, "handler"), options);
  }

  /**
   * As {@link #register}, for a handler that never blocks and is called in the order in which the
   * commands of a session came, whatever its middleware does.
   */
  public Runnable registerOrdered(String name, CommandHandler handler, CommandOptions options) {
    return table.registerOrdered(name, handler, options);
  }

  /** The same for all commands whose names fit and that are not registered by name. */
  public Runnable registerOrdered(Pattern names, CommandHandler handler, CommandOptions options) {
    return table.registerOrdered(names, handler, options);
  }

  /** Whether a command of this name is begun with in order. */
  public boolean isOrdered(String name) {
    return table.isOrdered(name);
  }

  /**
   * Registers what answers unknown commands, behind the global middleware; the result removes it.
   */
  public Runnable registerUnknown(CommandHandler handler) {
    return table.registerUnknown(Objects.requireNonNull(handler, "handler"));
  }

  /**
   * Adds middleware in front of all commands, behind what was added before; the result removes it.
   */
  public Runnable addMiddleware(Middleware middleware) {
    return table.addMiddleware(Objects.requireNonNull(middleware, "middleware"));
  }

  /**
   * Registers a command of the framework. Those of one session run one after the other, in the
   * order in which they were sent, behind the global middleware.
   *
   * @param bareName without a prefix
   */
  public void registerBuiltIn(String bareName, BuiltIn builtIn) {
    table.registerBuiltIn(bareName, Objects.requireNonNull(builtIn, "builtIn"), false);
  }

  /**
   * As {@link #registerBuiltIn}, for what another protocol asks for before anyone is authenticated:
   * without the global middleware.
   */
  public void registerFirst(String bareName, BuiltIn builtIn) {
    table.registerBuiltIn(bareName, Objects.requireNonNull(builtIn, "builtIn"), true);
  }

  /** The same, with a timeout of its own, which begins with its turn. */
  public void registerFirst(String bareName, BuiltIn builtIn, Duration timeout) {
    table.registerFirst(
        bareName, Step.timedFromTurn(Objects.requireNonNull(builtIn, "builtIn")), timeout);
  }

  /**
   * Registers the built-in command that gives a connection its identity. It runs before anyone is
   * authenticated, hence without global middleware, which may demand an identity.
   *
   * @param timeout until the handler ends its time
   */
  public void registerAuthentication(TimedHandler handler, Duration timeout) {
    table.registerFirst(
        "authenticate", Step.timed(Objects.requireNonNull(handler, "handler")), timeout);
  }

  private static String randomErrorId() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }
}
