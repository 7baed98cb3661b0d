// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.execution.ManualThreads;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import io.meshrt.server.internal.schedule.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A node's sessions on manual time and manual threads. Change what is to be different before the
 * first connection.
 */
public final class TestNode {
  /** A heartbeat that stays away from tests about something else. */
  public static final HeartbeatOptions QUIET =
      new HeartbeatOptions(Duration.ofDays(3), Duration.ofDays(3), 1);

  public final ManualScheduler scheduler = new ManualScheduler();
  public final ManualThreads threads = new ManualThreads();
  public final RecordedMetrics metrics = new RecordedMetrics();
  public final List<Request> requests = new ArrayList<>();
  public final List<SessionListener> listeners = new ArrayList<>();
  public ConnectionLimits connectionLimits = ConnectionLimits.defaults();
  public CommandLimits commandLimits = CommandLimits.defaults();
  public HeartbeatOptions heartbeat = QUIET;
  public RequestHandler handler = (session, request) -> requests.add(request);
  public int maxTasks = 1_000;
  private Sessions sessions;

  /** The node's sessions, made from what was set until now. */
  public Sessions sessions() {
    if (sessions == null) {
      sessions =
          new Sessions(
              new SessionServices(
                  "node-7",
                  connectionLimits,
                  commandLimits,
                  heartbeat,
                  new EnvelopeReader(JsonLimits.forMessages(connectionLimits.maxMessageBytes())),
                  new JsonValues(),
                  scheduler,
                  threads.asHandlerThreads(maxTasks),
                  metrics,
                  (session, request) -> handler.onRequest(session, request),
                  listeners),
              new SplittableRandom(11));
    }
    return sessions;
  }

  /** A new {@code mesh.v1} connection, its greeting read. */
  public Client v1() {
    return connect(Dialect.v1());
  }

  /** A new legacy connection, its greeting read. */
  public Client legacy() {
    return connect(Dialect.legacy(Set.of(Generation.MESH, Generation.REALTIME)));
  }

  /** A new connection, its greeting read. */
  public Client connect(Dialect dialect) {
    Client client = connectUnread(dialect);
    client.transport().sent();
    return client;
  }

  /** A new connection, its greeting still to be read. */
  public Client connectUnread(Dialect dialect) {
    FakeTransport transport = new FakeTransport();
    Session session =
        sessions()
            .open(transport, dialect, new ConnectionFacts("/p", "q=1", "192.0.2.1", null), null);
    transport.attach(session, session.outgoing());
    transport.turn();
    return new Client(session, transport);
  }

  /** Both ends of a connection. */
  public record Client(Session session, FakeTransport transport) {}
}
