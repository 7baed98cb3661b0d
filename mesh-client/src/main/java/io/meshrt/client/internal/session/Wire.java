// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.Generation;
import io.meshrt.client.internal.call.CallLine;
import io.meshrt.client.internal.call.ServerLimits;
import io.meshrt.client.internal.dialect.Dialect;
import io.meshrt.client.internal.dialect.GoingAway;
import io.meshrt.client.internal.dialect.Greeting;
import io.meshrt.client.internal.dialect.Inbound;
import io.meshrt.client.internal.loop.Loop;
import io.meshrt.client.internal.socket.SendQueue;
import io.meshrt.client.internal.socket.Socket;
import io.meshrt.client.internal.socket.SocketListener;
import io.meshrt.core.codec.Envelope;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.MalformedJsonException;
import io.meshrt.core.codec.Welcome;
import io.meshrt.core.protocol.CloseCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection: from the moment its socket is being opened until it has ended. Finds out which
 * generation the server speaks, keeps the heartbeat and hands on everything else. Ends once.
 */
final class Wire implements SocketListener, SendQueue.Listener, GenerationSearch.Host, CallLine {
  static final Duration CLOSE_TIME = Duration.ofSeconds(1);
  private static final Duration DEFAULT_PING_INTERVAL = Duration.ofSeconds(30);
  private static final int MAX_SEND_BYTES = 8 * 1024 * 1024;
  private static final int CONGESTED_BYTES = 256 * 1024;

  private final Loop loop;
  private final SessionOptions options;
  private final EnvelopeReader reader;
  private final Events events;
  private final GenerationSearch search;
  private final MissedPingWatch watch;
  private Phase phase = Phase.LIVE;
  private @Nullable SendQueue sendQueue; // from open on
  private @Nullable Dialect dialect; // from the decision on
  private ServerLimits limits;
  private long lastId;
  private Loop.@Nullable Timer departure; // from the server's word on
  private boolean turnToLeave;
  private @Nullable Runnable afterClose;

  /** ENDED: for everybody here, while the socket may still say good-bye. GONE: the socket too. */
  private enum Phase {
    LIVE,
    ENDED,
    GONE
  }

  /** Told what happens on the connection. */
  interface Events {
    /** The generation is known. */
    void onReady(Wire wire, Greeting greeting);

    /** The server sent something that is not about the connection itself. */
    void onInbound(Wire wire, Inbound inbound);

    /** The server told how long a round trip takes. */
    void onLatency(Duration latency);

    /** The server goes away, and it is this client's turn to leave it. */
    void onTurnToLeave(Wire wire);

    /** Calls that were held back may be sent. */
    void onRoom();

    /** The connection ended, or never was; only {@link #onGone} follows. */
    void onEnded(Wire wire, Ending ending);

    /** The socket is gone too. */
    void onGone(Wire wire);
  }

  Wire(Loop loop, SessionOptions options, EnvelopeReader reader, Events events) {
    this.loop = loop;
    this.options = options;
    this.reader = reader;
    this.events = events;
    this.search = new GenerationSearch(loop, options.generation(), this);
    this.watch = new MissedPingWatch(loop, options.maxMissedPings(), this::onSilence);
    this.limits = ServerLimits.of(null, options.limits().maxCallsInFlight());
  }

  // What the session does with it

  @Override
  public Dialect dialect() {
    return dialect == null ? Dialect.of(Generation.BARE) : dialect;
  }

  @Override
  public ServerLimits limits() {
    return limits;
  }

  @Override
  public long nextId() {
    return ++lastId;
  }

  @Override
  public void send(byte[] frame) {
    if (phase == Phase.LIVE && sendQueue != null && !sendQueue.offer(frame)) {
      retire(
          CloseCode.POLICY_VIOLATION,
          Ending.closed(CloseCode.ABNORMAL, "the server does not read"));
    }
  }

  @Override
  public boolean hasRoomFor(int bytes) {
    int waiting = sendQueue == null ? 0 : sendQueue.waitingBytes();
    return waiting == 0 || waiting + bytes <= CONGESTED_BYTES;
  }

  /** Ends the connection in good order; {@code after} runs when nothing of it is left. */
  void close(Runnable after) {
    if (phase == Phase.GONE) {
      after.run();
      return;
    }
    afterClose = after;
    retire(CloseCode.NORMAL, Ending.closed(CloseCode.NORMAL, "closed by this client"));
  }

  /** Whether the server goes away, and this client is to leave it. */
  boolean isTurnToLeave() {
    return turnToLeave;
  }

  /** Leaves a server that goes away. */
  void leave() {
    retire(CloseCode.NORMAL, Ending.MOVE);
  }

  /** Gives the connection up, for example because the attempt took too long. */
  void abandon(Ending ending) {
    retire(CloseCode.GOING_AWAY, ending);
  }

  // What the socket tells

  @Override
  public void onOpen(Socket opened) {
    sendQueue = new SendQueue(opened, loop, MAX_SEND_BYTES, this);
    watch.start(expectedPings(null));
    search.start();
  }

  @Override
  public void onRefused(int httpStatus, Throwable cause) {
    String message = cause.getMessage();
    end(new Ending(httpStatus, 0, message == null ? "" : message, cause));
    closed();
  }

  @Override
  public void onText(byte[] utf8) {
    if (phase != Phase.LIVE) {
      return;
    }
    Envelope envelope;
    try {
      envelope = reader.read(utf8, 0, utf8.length);
    } catch (MalformedJsonException e) {
      events.onInbound(this, Inbound.malformed());
      return;
    }
    if (dialect != null || !search.onFrame(envelope)) {
      handle(dialect().read(envelope));
    }
  }

  @Override
  public void onUnacceptable(int code, String reason) {
    retire(code, new Ending(0, code, reason, null));
  }

  @Override
  public void onClosed(int code, String reason, @Nullable Throwable cause) {
    boolean answered = phase != Phase.LIVE;
    end(new Ending(0, code, reason, cause));
    if (answered) {
      closed();
    } else {
      loop.schedule(CLOSE_TIME, this::closed); // the socket is still answering the server's Close
    }
  }

  @Override
  public void onSendQueueEmpty() {
    if (phase == Phase.LIVE) {
      events.onRoom();
    }
  }

  @Override
  public void onSendFailed(Throwable cause) {
    end(new Ending(0, CloseCode.ABNORMAL.code(), "sending failed", cause));
    closed();
  }

  // Deciding

  @Override
  public void onDecided(Greeting decided) {
    dialect = decided.dialect();
    limits = ServerLimits.of(decided.welcome(), options.limits().maxCallsInFlight());
    watch.start(expectedPings(decided.welcome()));
    events.onReady(this, decided);
  }

  @Override
  public void onMismatch(String problem) {
    retire(CloseCode.VERSION_MISMATCH, Ending.closed(CloseCode.VERSION_MISMATCH, problem));
  }

  @Override
  public void onUnclear(String problem) {
    abandon(Ending.notOpened(problem, null));
  }

  private Duration expectedPings(@Nullable Welcome welcome) {
    Duration configured = options.pingTimeout();
    if (configured != null) {
      return configured;
    }
    return welcome == null
        ? DEFAULT_PING_INTERVAL
        : Duration.ofMillis(Math.max(1, welcome.pingIntervalMillis()));
  }

  // Heartbeat

  private void handle(Inbound inbound) {
    switch (inbound.kind()) {
      case PING -> {
        watch.onPing();
        send(dialect().pong(nextId(), inbound.payload()));
        onLatency(inbound);
      }
      case LATENCY_REQUEST -> send(dialect().latencyResponse(nextId(), inbound.payload()));
      case LATENCY -> onLatency(inbound);
      case GOING_AWAY -> onGoingAway(GoingAway.read(inbound.payload()));
      case IGNORED -> {}
      case ASSIGN_ID, BUILT_IN_PUSH, GAP, MALFORMED, PROTEST, PUSH, REPLY, REQUEST ->
          events.onInbound(this, inbound);
    }
  }

  private void onLatency(Inbound inbound) {
    double millis = dialect().latencyMillis(inbound.payload());
    if (millis >= 0) {
      events.onLatency(Duration.ofNanos((long) (millis * 1_000_000)));
    }
  }

  private void onGoingAway(GoingAway word) {
    if (departure == null) {
      departure = loop.schedule(word.reconnectAfter(), this::onTurnToLeave);
    }
  }

  private void onTurnToLeave() {
    turnToLeave = true;
    events.onTurnToLeave(this);
  }

  private void onSilence() {
    retire(
        CloseCode.NO_PONG,
        new Ending(
            0,
            CloseCode.ABNORMAL.code(),
            "no ping from the server for " + watch.deadline().toMillis() + " ms",
            null));
  }

  // Ending

  /** Ends for everybody here at once, and says good-bye to the server while nobody waits for it. */
  private void retire(CloseCode told, Ending ending) {
    retire(told.code(), ending);
  }

  private void retire(int told, Ending ending) {
    if (phase != Phase.LIVE) {
      return;
    }
    end(ending);
    if (sendQueue == null) {
      closed();
    } else {
      loop.schedule(CLOSE_TIME, this::closed);
      sendQueue.closeAfterLast(told, ending.shortReason());
    }
  }

  private void end(Ending ending) {
    if (phase == Phase.LIVE) {
      phase = Phase.ENDED;
      watch.stop();
      search.stop();
      if (departure != null) {
        departure.cancel();
      }
      events.onEnded(this, ending);
    }
  }

  /** Lets go of the socket, whether or not the good-bye has been said. */
  void closed() {
    if (phase == Phase.GONE) {
      return;
    }
    phase = Phase.GONE;
    if (sendQueue != null) {
      sendQueue.abort();
    }
    events.onGone(this);
    Runnable after = afterClose;
    afterClose = null;
    if (after != null) {
      after.run();
    }
  }
}
