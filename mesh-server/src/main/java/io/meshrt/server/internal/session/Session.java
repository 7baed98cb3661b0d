// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CloseCode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.dialect.Inbound;
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
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection's life, from the accepted socket to its end. The transport drives it from the
 * connection's I/O thread; the rooms above answer through it, and applications hold it as {@link
 * Connection}, from any thread.
 *
 * <p>Phases only go forward: open, closing (nothing is sent or heard any more), closed (cleaned
 * up).
 */
public final class Session implements Connection, TransportListener {
  private static final Logger log = LoggerFactory.getLogger(Session.class);

  private enum Phase {
    OPEN,
    CLOSING,
    CLOSED
  }

  private static final AtomicReferenceFieldUpdater<Session, Phase> PHASE =
      AtomicReferenceFieldUpdater.newUpdater(Session.class, Phase.class, "phase");
  private static final AtomicReferenceFieldUpdater<Session, @Nullable Identity> IDENTITY =
      AtomicReferenceFieldUpdater.newUpdater(Session.class, Identity.class, "identity");
  private static final AtomicReferenceFieldUpdater<Session, @Nullable ClientCalls> CALLS =
      AtomicReferenceFieldUpdater.newUpdater(Session.class, ClientCalls.class, "calls");

  private final Sessions sessions;
  private final String id;
  private final ConnectionFacts facts;
  private final Transport transport;
  private final Dialect dialect;
  private final Outbox outbox;
  private final MessageReader reader;
  private final Heartbeat heartbeat;
  private volatile Phase phase = Phase.OPEN;
  private volatile @Nullable Identity identity;

  // Made by the I/O thread when the first command comes.
  private volatile @Nullable StartQueue starts;

  private volatile @Nullable ClientCalls calls;

  Session(
      Sessions sessions,
      String id,
      ConnectionFacts facts,
      Transport transport,
      Dialect dialect,
      @Nullable Identity identity) {
    this.sessions = sessions;
    this.id = id;
    this.facts = facts;
    this.transport = transport;
    this.dialect = dialect;
    this.identity = identity;
    this.outbox = new Outbox(sessions.services().connectionLimits(), new OutboxEvents());
    this.reader = new MessageReader(this);
    this.heartbeat = new Heartbeat(this);
  }

  // What the transport needs and says.

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
    StartQueue queue = starts;
    if (queue != null) {
      queue.startNext();
    }
  }

  @Override
  public void onWritten() {}

  @Override
  public void onClosed(int code, String reason, boolean byPeer) {
    if (PHASE.getAndSet(this, Phase.CLOSED) == Phase.CLOSED) {
      return;
    }
    outbox.close();
    heartbeat.stop();
    StartQueue queue = starts;
    if (queue != null) {
      queue.close();
    }
    ClientCalls waiting = calls;
    if (waiting != null) {
      waiting.close();
    }
    sessions.onClosed(this, code, reason, byPeer);
  }

  // What the rooms above use.

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

  /**
   * Whether a command may run right here: no earlier one waits to start, fewer than the limit run,
   * and the peer reads its answers. I/O thread.
   */
  public boolean mayRunInline() {
    StartQueue queue = starts;
    return queue == null ? !outbox.isAboveHighMark() : queue.isClear();
  }

  /**
   * Joins the start queue. The command is counted as running when it starts, and {@link
   * #onCommandFinished} is to be called once for it then; not if it is refused. When the connection
   * closes first, it is dropped. I/O thread.
   *
   * @return false when the queue is full: the command is to be answered with {@code ELIMIT}
   */
  public boolean enqueue(WaitingCommand command) {
    StartQueue queue = startQueue();
    if (!queue.join(command)) {
      services().metrics().limitHit(Limit.WAITING_COMMANDS);
      return false;
    }
    // Within a read all commands are handed over together, when it is complete.
    if (!(transport.loop().isCurrent() && reader.isInRead())) {
      queue.startNext();
    }
    return true;
  }

  /** A command starts that was not enqueued. I/O thread. */
  public void onCommandStarted() {
    startQueue().onStarted();
  }

  /** A command that started, enqueued or not, is answered and over. Any thread, once for each. */
  public void onCommandFinished() {
    StartQueue queue = starts;
    if (queue != null) {
      queue.onFinished();
      if (sessions.isDraining()) {
        closeIfDrained();
      }
    }
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

  /**
   * Answers a request. Any thread.
   *
   * @param payload null when the command returned nothing
   */
  public void reply(Request request, @Nullable RawJson payload) {
    byte[] frame = dialect.reply(request, payload);
    if (isTooLarge(frame)) {
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
    return afterOffer(phase == Phase.OPEN && outbox.offer(json));
  }

  /** As {@link #offer(byte[])}, for what a newer value may replace while it waits. */
  public boolean offer(Slot slot) {
    return afterOffer(phase == Phase.OPEN && outbox.offer(slot));
  }

  /** Closes with a code of the protocol; only the first close counts. Any thread. */
  public void close(CloseCode code, String reason, CloseWhen when) {
    close(code.code(), reason, when);
  }

  // What applications use.

  @Override
  public String id() {
    return id;
  }

  @Override
  public Optional<Identity> identity() {
    return Optional.ofNullable(identity);
  }

  @Override
  public void identify(Identity identity) {
    Objects.requireNonNull(identity, "identity");
    Identity older;
    do {
      older = this.identity;
      if (older != null && !older.id().equals(identity.id())) {
        throw new IllegalStateException("the connection has another identity");
      }
    } while (!IDENTITY.compareAndSet(this, older, identity));
    sessions.onIdentified(this, identity);
  }

  @Override
  public Optional<JsonNode> initialMetadata() {
    return Optional.ofNullable(facts.initialMetadata());
  }

  @Override
  public String path() {
    return facts.path();
  }

  @Override
  public String queryString() {
    return facts.queryString();
  }

  @Override
  public String remoteAddress() {
    return facts.remoteAddress();
  }

  @Override
  public boolean isOpen() {
    return phase == Phase.OPEN;
  }

  @Override
  public Optional<Duration> latency() {
    long nanos = heartbeat.latencyNanos();
    return nanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
  }

  @Override
  public boolean send(String name, @Nullable Object payload) {
    byte[] frame = dialect.push(ApplicationNames.require(name), services().json().encode(payload));
    if (isTooLarge(frame)) {
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
    return call(
        name,
        payload,
        services().commandLimits().callTimeout(),
        json -> services().json().decode(json, type));
  }

  @Override
  public <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, Class<T> type, Duration timeout) {
    return call(name, payload, timeout, json -> services().json().decode(json, type));
  }

  @Override
  public void close(int code, String reason) {
    boolean ours = code >= 3000 && code <= 4999;
    if (!ours && code != 1000 && code != 1001 && code != 1008 && (code < 1011 || code > 1013)) {
      throw new IllegalArgumentException("code: " + code);
    }
    close(code, Objects.requireNonNull(reason, "reason"), CloseWhen.AFTER_PENDING);
  }

  @Override
  public String toString() {
    return "Session[" + id + "]";
  }

  // What this room uses.

  /** Greets the peer and starts the heartbeat. I/O thread. */
  void greet() {
    Identity known = identity;
    for (byte[] frame : dialect.greeting(sessions.welcome(id, known == null ? null : known.id()))) {
      offer(frame);
    }
    heartbeat.start();
  }

  Outbox outbox() {
    return outbox;
  }

  Heartbeat heartbeat() {
    return heartbeat;
  }

  boolean isReadingPaused() {
    return reader.isPaused();
  }

  boolean isDraining() {
    return sessions.isDraining();
  }

  /** Whether a frame would not fit into the outbox even when it is empty. */
  boolean isTooLarge(byte[] frame) {
    return TextFrame.length(frame) > services().connectionLimits().maxOutboxBytes();
  }

  void onReply(Inbound.Reply reply) {
    ClientCalls waiting = calls;
    if (waiting != null) {
      waiting.onReply(reply);
    }
  }

  void closeWithoutPong() {
    services().metrics().limitHit(Limit.MISSED_PONGS);
    close(CloseCode.NO_PONG, "no pong", CloseWhen.NOW);
  }

  void closeAsSlow(Limit limit, String reason) {
    if (phase == Phase.OPEN) {
      services().metrics().slowConsumer();
      services().metrics().limitHit(limit);
      log.warn("closing {}: {}, {} bytes wait", id, reason, outbox.pendingBytes());
      close(CloseCode.SLOW_CONSUMER, reason, CloseWhen.NOW);
    }
  }

  /** Closes when the node shuts down and no command runs or waits any more. */
  void closeIfDrained() {
    StartQueue queue = starts;
    if (queue == null || queue.isIdle()) {
      close(CloseCode.SHUTDOWN, "the server is shutting down", CloseWhen.AFTER_PENDING);
    }
  }

  private boolean afterOffer(boolean taken) {
    if (taken) {
      if (!(reader.isInRead() && transport.loop().isCurrent())) {
        transport.requestFlush();
      }
      return true;
    }
    closeAsSlow(Limit.OUTBOX, "outbox full");
    return false;
  }

  private void close(int code, String reason, CloseWhen when) {
    if (PHASE.compareAndSet(this, Phase.OPEN, Phase.CLOSING)) {
      outbox.seal();
      transport.close(code, reason, when);
      onLoop(this::updateReads);
    }
  }

  private <T extends @Nullable Object> CompletableFuture<T> call(
      String name,
      @Nullable Object payload,
      Duration timeout,
      Function<RawJson, @Nullable T> decoder) {
    try {
      ApplicationNames.require(name);
      RawJson json = services().json().encode(payload);
      if (!isOpen()) {
        throw new CommandException(ErrorCode.CLOSED, "the connection is closed");
      }
      CompletableFuture<T> future = clientCalls().call(name, json, timeout, decoder);
      if (phase == Phase.CLOSED) {
        clientCalls().close();
      }
      return future;
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private ClientCalls clientCalls() {
    ClientCalls existing = calls;
    if (existing != null) {
      return existing;
    }
    ClientCalls made = new ClientCalls(this);
    return CALLS.compareAndSet(this, null, made) ? made : Objects.requireNonNull(calls);
  }

  private StartQueue startQueue() {
    StartQueue queue = starts;
    if (queue == null) {
      queue = new StartQueue(services(), outbox);
      starts = queue;
    }
    return queue;
  }

  private void onLoop(Runnable task) {
    if (transport.loop().isCurrent()) {
      task.run();
    } else {
      transport.loop().execute(task);
    }
  }

  /** Reads while the peer reads too; while closing, so that its answer is seen. I/O thread. */
  private void updateReads() {
    boolean pause = phase == Phase.OPEN && outbox.isAboveHighMark();
    if (pause == reader.isPaused() || phase == Phase.CLOSED) {
      return;
    }
    reader.setPaused(pause);
    if (pause) {
      heartbeat.onReadsPaused();
      transport.pauseReads();
    } else {
      transport.resumeReads();
    }
  }

  private final class OutboxEvents implements Outbox.Listener {
    @Override
    public void onHighWater() {
      onLoop(Session.this::updateReads);
    }

    @Override
    public void onLowWater() {
      updateReads();
      StartQueue queue = starts;
      if (queue != null) {
        queue.startNext();
      }
    }

    @Override
    public void onAdvanced(int bytes) {
      services().metrics().bytesOut(bytes);
    }
  }
}
