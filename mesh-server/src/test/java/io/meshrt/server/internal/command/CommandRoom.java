// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.fakes.FakeTransport;
import io.meshrt.server.fakes.ManualExecutor;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.NoMetrics;
import io.meshrt.server.internal.session.ConnectionFacts;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The commands of a node without sockets: real sessions on fake transports, manual time and
 * threads.
 */
final class CommandRoom {
  static final Duration TIMEOUT = Duration.ofSeconds(30);
  static final int MAX_OUTBOX_BYTES = 64 * 1024;
  static final int MAX_RUNNING = 2;
  static final int MAX_WAITING = 3;
  static final int MAX_TASKS = 5;

  final ManualScheduler scheduler = new ManualScheduler();
  final ManualExecutor executor = new ManualExecutor();
  final HandlerThreads threads = HandlerThreads.on(executor, MAX_TASKS);
  final CountingMetrics metrics = new CountingMetrics();
  final List<Throwable> failures = new ArrayList<>();
  final Commands commands;
  private final Sessions sessions;

  CommandRoom() {
    this(false, false);
  }

  private CommandRoom(boolean authenticationRequired, boolean exposeErrorMessages) {
    JsonValues json = new JsonValues();
    commands =
        new Commands(
            new Commands.Settings(
                TIMEOUT, MAX_OUTBOX_BYTES, authenticationRequired, exposeErrorMessages, true),
            json,
            scheduler,
            threads,
            metrics,
            (connection, error) -> failures.add(error));
    sessions =
        new Sessions(
            new SessionServices(
                "n7",
                ConnectionLimits.defaults().withMaxOutboxBytes(MAX_OUTBOX_BYTES),
                CommandLimits.defaults()
                    .withMaxRunning(MAX_RUNNING)
                    .withMaxWaiting(MAX_WAITING)
                    .withTimeout(TIMEOUT),
                HeartbeatOptions.defaults(),
                new EnvelopeReader(JsonLimits.forMessages(1 << 20)),
                json,
                scheduler,
                threads,
                NoMetrics.INSTANCE,
                commands.requestHandler(),
                List.of()),
            new Random(7));
  }

  static CommandRoom requiringAuthentication() {
    return new CommandRoom(true, false);
  }

  static CommandRoom exposingErrorMessages() {
    return new CommandRoom(false, true);
  }

  Peer v1() {
    return new Peer(Dialect.v1());
  }

  Peer legacy() {
    return new Peer(Dialect.legacy(Set.of(Generation.MESH)));
  }

  /** The other side of one connection; its greeting is read already. */
  final class Peer {
    final FakeTransport transport = new FakeTransport();
    final Session session;

    Peer(Dialect dialect) {
      session = sessions.open(transport, dialect, new ConnectionFacts("/", "", "::1", null), null);
      transport.connect(session.outgoing());
      transport.received();
    }

    /** Sends messages that arrive in one read; blocking handlers do not run yet. */
    void send(String... messages) {
      for (String message : messages) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        session.onText(bytes, 0, bytes.length);
      }
      session.onReadComplete();
    }

    /** Sends messages, lets handler threads run, and returns what came back. */
    List<String> ask(String... messages) {
      send(messages);
      executor.runAll();
      return transport.received();
    }
  }
}
