// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import com.fasterxml.jackson.core.type.TypeReference;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CloseCode;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.dialect.Inbound;
import io.meshrt.server.internal.dialect.PushFrame;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.transport.IoLoop;
import io.meshrt.server.internal.transport.OutgoingBytes;
import io.meshrt.server.internal.transport.Transport;
import io.meshrt.server.internal.transport.Transport.CloseWhen;
import io.meshrt.server.internal.transport.TransportListener;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection's life, from the accepted socket to its end. The transport drives it from the
 * connection's I/O thread; the rooms above answer through it, and applications hold it as {@link
 * Connection}, from any thread.
 *
 * <p>Phases only go forward: opening (the greeting comes first), open, closing (nothing is sent or
 * heard any more), closed (cleaned up).
 */
public final class Session extends Peer implements TransportListener {
  private static final Logger log = LoggerFactory.getLogger(Session.class);

  private enum Phase {
    OPENING,
    OPEN,
    CLOSING,
    CLOSED
  }

  private final Sessions sessions;
  private final String id;
  private final Transport transport;
  private final Dialect dialect;
  private final Outbox outbox;
  private final MessageReader reader;
  private final Heartbeat heartbeat;
  private final StartQueue starts;
  private final ClientCalls calls;
  private volatile Phase phase = Phase.OPENING;

  Session(
      Sessions sessions,
      String id,
      ConnectionFacts facts,
      Transport transport,
      Dialect dialect,
      @Nullable Identity identity) {
    super(facts, identity);
    this.sessions = sessions;
    this.id = id;
    this.transport = transport;
    this.dialect = dialect;
    this.reader = new MessageReader(this, sessions, transport);
    this.outbox = new Outbox(sessions.services().connectionLimits(), reader);
    this.heartbeat = new Heartbeat(this);
    this.starts = new StartQueue(sessions.services(), outbox);
    this.calls = new ClientCalls(this);
  }

  /** What this session has yet to send. */
  public OutgoingBytes outgoing() {
    return outbox;
  }

  @Override
  public void onText(byte[] buffer, int offset, int length) {
    reader.onText(buffer, offset, length);
  }

  @Override
  public void onBinary(byte[] buffer, int offset, int length) {
    reader.onBinary(buffer, offset, length);
  }

  @Override
  public void onReadComplete() {
    reader.onReadComplete();
    starts.startNext();
  }

  @Override
  public void onWritten() {}

  @Override
  public void onClosed(int code, String reason, boolean byPeer) {
    if (cleanUp()) {
      sessions.onClosed(this, code, reason, byPeer);
    }
  }

  /** How this connection speaks. */
  public Dialect dialect() {
    return dialect;
  }

  /** What all sessions of the node share. */
  public SessionServices services() {
    return sessions.services();
  }

  /** The connection's I/O thread. */
  public IoLoop loop() {
    return transport.loop();
  }

  /** Whether a command may run here: none waits, few enough run, the peer reads. I/O thread. */
  public boolean mayRunInline() {
    return starts.isClear();
  }

  /**
   * Joins the start queue. The command is counted as running when it starts, and {@link
   * #onCommandFinished} is to be called once for it then; not if it is refused. When the connection
   * closes first, it is dropped. I/O thread.
   *
   * @return false when the queue is full: the command is to be answered with {@code ELIMIT}
   */
  public boolean enqueue(WaitingCommand command) {
    if (phase != Phase.OPEN) {
      command.drop();
      return true;
    }
    if (!starts.join(command)) {
      services().metrics().limitHit(Limit.WAITING_COMMANDS);
      return false;
    }
    // Within a read all commands are handed over together, when it is complete.
    if (!(transport.loop().isCurrent() && reader.isInRead())) {
      starts.startNext();
    }
    return true;
  }

  /** A command starts that was not enqueued. I/O thread. */
  public void onCommandStarted() {
    starts.onStarted();
  }

  /** A command that started, enqueued or not, is answered and over. Any thread, once for each. */
  public void onCommandFinished() {
    starts.onFinished();
    sessions.onMaybeIdle(this);
  }

  /**
   * Takes note of a request that is to be answered. I/O thread.
   *
   * @return false when a request with this id is in flight already: the client has been told, and
   *     the request is to be dropped without an answer
   */
  public boolean beginRequest(Request request) {
    return !dialect.strict() || reader.begin(request);
  }

  /** The request is answered: its id is free. Any thread, once for each that began. */
  public void endRequest(Request request) {
    if (dialect.strict()) {
      reader.end(request);
    }
  }

  /** Answers a request, without payload when the command returned nothing. Any thread. */
  public void reply(Request request, @Nullable RawJson payload) {
    byte[] frame = dialect.reply(request, payload);
    if (outbox.isTooLarge(frame)) {
      services().metrics().limitHit(Limit.REPLY_SIZE);
      fail(request, Failure.of(ErrorCode.TOO_LARGE, "the reply is too large"));
    } else {
      offer(frame);
    }
  }

  /** Answers a request that failed. Any thread. */
  public void fail(Request request, Failure failure) {
    offer(dialect.failure(request, failure));
  }

  /**
   * Sends a frame, in the order of the caller's calls. Any thread.
   *
   * @param json never changed afterwards
   * @return false when the connection is not open, or is closed now because its outbox is full
   */
  public boolean offer(byte[] json) {
    return json.length == 0
        ? isOpen() // some dialects have no words for some answers
        : afterOffer(phase == Phase.OPEN && outbox.offer(json));
  }

  /** As {@link #offer(byte[])}, for a push; one that this peer has no words for is left out. */
  public boolean offer(PushFrame push) {
    byte[] frame = push.in(dialect);
    return frame == null ? isOpen() : offer(frame);
  }

  /** As {@link #offer(byte[])}, for what a newer value may replace. */
  public boolean offer(Slot slot) {
    return afterOffer(phase == Phase.OPEN && outbox.offer(slot));
  }

  /** Whether the peer reads so slowly that what can be told later should be. Any thread. */
  public boolean isBehind() {
    return outbox.isBehind();
  }

  /** Closes with a code of the protocol; only the first close counts. Any thread. */
  public void close(CloseCode code, String reason, CloseWhen when) {
    close(code.code(), reason, when);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public void identify(Identity identity) {
    remember(identity);
    sessions.onIdentified(this, identity);
  }

  @Override
  public boolean isOpen() {
    return phase == Phase.OPEN;
  }

  @Override
  public Optional<Duration> latency() {
    return heartbeat.latency();
  }

  @Override
  public boolean send(String name, @Nullable Object payload) {
    byte[] frame = dialect.push(ApplicationNames.require(name), services().json().encode(payload));
    if (outbox.isTooLarge(frame)) {
      throw new IllegalArgumentException("payload: " + frame.length + " bytes");
    }
    return offer(frame);
  }

  @Override
  public <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, Class<T> type) {
    return command(name, payload, type, services().commandLimits().callTimeout());
  }

  @Override
  public <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, TypeReference<T> type) {
    return command(name, payload, type, services().commandLimits().callTimeout());
  }

  @Override
  public <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, Class<T> type, Duration timeout) {
    return calls.call(name, payload, timeout, json -> services().json().decode(json, type));
  }

  @Override
  public <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, TypeReference<T> type, Duration timeout) {
    return calls.call(name, payload, timeout, json -> services().json().decode(json, type));
  }

  @Override
  public void close(int code, String reason) {
    close(
        ApplicationCloseCodes.require(code),
        Objects.requireNonNull(reason, "reason"),
        CloseWhen.AFTER_PENDING);
  }

  /** Greets the peer, opens for what others have to say, and starts the heartbeat. I/O thread. */
  void greet() {
    for (byte[] frame : dialect.greeting(sessions.welcome(id, identityId()))) {
      outbox.offer(frame);
    }
    synchronized (this) {
      if (phase != Phase.OPENING) {
        return;
      }
      phase = Phase.OPEN;
    }
    transport.requestFlush();
    heartbeat.start();
  }

  Outbox outbox() {
    return outbox;
  }

  StartQueue starts() {
    return starts;
  }

  Heartbeat heartbeat() {
    return heartbeat;
  }

  boolean isReadingPaused() {
    return reader.isPaused();
  }

  void onReply(Inbound.Reply reply) {
    calls.onReply(reply);
  }

  void closeAsSlow(Limit limit, String reason) {
    if (phase == Phase.OPEN) {
      services().metrics().slowConsumer();
      services().metrics().limitHit(limit);
      log.warn("closing {}: {}, {} bytes wait", id, reason, outbox.pendingBytes());
      close(CloseCode.SLOW_CONSUMER, reason, CloseWhen.NOW);
    }
  }

  private boolean afterOffer(boolean taken) {
    if (!taken) {
      closeAsSlow(Limit.OUTBOX, "outbox full");
    } else if (!(reader.isInRead() && transport.loop().isCurrent())) {
      transport.requestFlush();
    }
    return taken;
  }

  /** Takes everything down, once; false when that was done before. I/O thread. */
  boolean cleanUp() {
    synchronized (this) {
      if (phase == Phase.CLOSED) {
        return false;
      }
      phase = Phase.CLOSED;
    }
    outbox.close();
    heartbeat.stop();
    starts.close();
    calls.close();
    return true;
  }

  private void close(int code, String reason, CloseWhen when) {
    synchronized (this) {
      if (phase == Phase.CLOSING || phase == Phase.CLOSED) {
        return;
      }
      phase = Phase.CLOSING;
    }
    outbox.seal();
    starts.close();
    int told = dialect.closeCode(code);
    transport.close(told, told == CloseCode.NO_STATUS.code() ? "" : reason, when);
    onLoop(reader::updateReads);
  }

  /** Runs a task on the I/O thread: now, if this is it. */
  public void onLoop(Runnable task) {
    if (transport.loop().isCurrent()) {
      task.run();
    } else {
      transport.loop().execute(task);
    }
  }
}
