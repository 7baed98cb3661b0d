// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.Generation;
import io.meshrt.client.internal.call.CallLine;
import io.meshrt.client.internal.call.ServerLimits;
import io.meshrt.client.internal.dialect.Dialect;
import io.meshrt.client.internal.dialect.GenerationDecision;
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
final class Wire implements SocketListener, SendQueue.Listener, CallLine {
  static final Duration GREETING_TIME = Duration.ofMillis(250);
  static final Duration PROBE_TIME = Duration.ofSeconds(2);
  static final Duration CLOSE_TIME = Duration.ofSeconds(1);
  private static final Duration DEFAULT_PING_INTERVAL = Duration.ofSeconds(30);
  private static final int MAX_SEND_BYTES = 8 * 1024 * 1024;
  private static final int CONGESTED_BYTES = 256 * 1024;

  private final Loop loop;
  private final SessionOptions options;
  private final EnvelopeReader reader;
  private final Events events;
  private final GenerationDecision decision;
  private final MissedPingWatch watch;
  private @Nullable Socket socket;
  private @Nullable SendQueue sendQueue;
  private @Nullable Greeting greeting;
  private Loop.@Nullable Timer decisionTimer;
  private ServerLimits limits;
  private long lastId;
  private boolean ended;
  private boolean gone;
  private @Nullable Runnable afterClose;

  /** Told what happens on the connection. */
  interface Events {
    /** The generation is known. */
    void onReady(Wire wire, Greeting greeting);

    /** The server sent something that is not about the connection itself. */
    void onInbound(Wire wire, Inbound inbound);

    /** The server told how long a round trip takes. */
    void onLatency(Duration latency);

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
    this.decision = new GenerationDecision(options.generation());
    this.watch = new MissedPingWatch(loop, options.maxMissedPings(), this::onSilence);
    this.limits = ServerLimits.of(null, options.limits().maxCallsInFlight());
  }

  // What the session does with it

  @Override
  public Dialect dialect() {
    return greeting == null ? Dialect.of(Generation.BARE) : greeting.dialect();
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
    if (!ended && sendQueue != null && !sendQueue.offer(frame)) {
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
    if (gone) {
      after.run();
      return;
    }
    afterClose = after;
    retire(CloseCode.NORMAL, Ending.closed(CloseCode.NORMAL, "closed by this client"));
  }

  /** Gives the connection up, for example because the attempt took too long. */
  void abandon(Ending ending) {
    retire(CloseCode.GOING_AWAY, ending);
  }

  // What the socket tells

  @Override
  public void onOpen(Socket opened) {
    socket = opened;
    sendQueue = new SendQueue(opened, loop, MAX_SEND_BYTES, this);
    watch.start(expectedPings(null));
    decisionTimer = loop.schedule(GREETING_TIME, () -> proceed(decision.onQuiet()));
    proceed(decision.onOpen());
  }

  @Override
  public void onRefused(int httpStatus, Throwable cause) {
    String message = cause.getMessage();
    String reason = httpStatus != 0 || message == null ? "" : message;
    end(new Ending(httpStatus, 0, reason, cause));
    closed();
  }

  @Override
  public void onText(byte[] utf8) {
    if (ended) {
      return;
    }
    Envelope envelope;
    try {
      envelope = reader.read(utf8, 0, utf8.length);
    } catch (MalformedJsonException e) {
      events.onInbound(this, Inbound.malformed());
      return;
    }
    if (greeting != null) {
      handle(greeting.dialect().read(envelope));
      return;
    }
    GenerationDecision.Next next = decision.onFrame(envelope);
    if (next == GenerationDecision.Next.WAIT) {
      handle(dialect().read(envelope));
    } else {
      proceed(next);
    }
  }

  @Override
  public void onUnacceptable(int code, String reason) {
    // The JDK's WebSocket refuses to send 1009 and 1003; the server sees 1008.
    retire(CloseCode.POLICY_VIOLATION, new Ending(0, code, reason, null));
  }

  @Override
  public void onClosed(int code, String reason, @Nullable Throwable cause) {
    boolean answered = ended;
    end(new Ending(0, code, reason, cause));
    if (answered) {
      closed();
    } else {
      loop.schedule(CLOSE_TIME, this::closed); // the socket is still answering the server's Close
    }
  }

  @Override
  public void onSendQueueEmpty() {
    if (!ended) {
      events.onRoom();
    }
  }

  @Override
  public void onSendFailed(Throwable cause) {
    end(new Ending(0, CloseCode.ABNORMAL.code(), "sending failed", cause));
    closed();
  }

  // Deciding

  private void proceed(GenerationDecision.Next next) {
    switch (next) {
      case WAIT -> {}
      case PROBE -> {
        long firstId = nextId();
        nextId();
        decision.probes(firstId).forEach(this::send);
        decisionTimer = loop.schedule(PROBE_TIME, () -> proceed(decision.onProbesUnanswered()));
      }
      case DECIDED -> decided(decision.greeting());
      case REFUSED ->
          retire(
              CloseCode.VERSION_MISMATCH,
              Ending.closed(CloseCode.VERSION_MISMATCH, decision.problem()));
      case UNCLEAR -> abandon(Ending.notOpened(decision.problem(), null));
    }
  }

  private void decided(Greeting decided) {
    cancelDecisionTimer();
    greeting = decided;
    limits = ServerLimits.of(decided.welcome(), options.limits().maxCallsInFlight());
    watch.start(expectedPings(decided));
    events.onReady(this, decided);
  }

  private Duration expectedPings(@Nullable Greeting decided) {
    Duration configured = options.pingTimeout();
    if (configured != null) {
      return configured;
    }
    Welcome welcome = decided == null ? null : decided.welcome();
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
      case IGNORED -> {}
      case ASSIGN_ID, MALFORMED, PROTEST, PUSH, REPLY, REQUEST -> events.onInbound(this, inbound);
    }
  }

  private void onLatency(Inbound inbound) {
    double millis = dialect().latencyMillis(inbound.payload());
    if (millis >= 0) {
      events.onLatency(Duration.ofNanos((long) (millis * 1_000_000)));
    }
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
    Socket opened = socket;
    SendQueue queue = sendQueue;
    if (ended) {
      return;
    }
    end(ending);
    if (opened == null || queue == null) {
      closed();
      return;
    }
    loop.schedule(CLOSE_TIME, this::closed);
    queue.closeAfterLast(
        () ->
            opened
                .sendClose(told.code(), ending.shortReason())
                .whenComplete(
                    (done, failure) -> {
                      if (failure != null) {
                        loop.execute(this::closed);
                      }
                    }));
  }

  private void end(Ending ending) {
    if (!ended) {
      ended = true;
      watch.stop();
      cancelDecisionTimer();
      events.onEnded(this, ending);
    }
  }

  /** Lets go of the socket, whether or not the good-bye has been said. */
  void closed() {
    if (gone) {
      return;
    }
    gone = true;
    if (socket != null) {
      socket.abort();
    }
    events.onGone(this);
    Runnable after = afterClose;
    afterClose = null;
    if (after != null) {
      after.run();
    }
  }

  private void cancelDecisionTimer() {
    if (decisionTimer != null) {
      decisionTimer.cancel();
      decisionTimer = null;
    }
  }
}
