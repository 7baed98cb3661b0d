// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.core.internal.websocket.FrameEncoder;
import io.meshrt.core.internal.websocket.ProtocolViolation;
import io.meshrt.core.protocol.CloseCode;
import io.meshrt.server.auth.UpgradeRequest;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.schedule.Scheduler.Timer;
import io.meshrt.server.internal.transport.ConnectionAcceptor.Accepted;
import io.meshrt.server.internal.transport.ConnectionAcceptor.Admission;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * Frames on one upgraded socket. Everything belongs to the I/O thread but {@link #requestFlush} and
 * {@link #close}, which any thread may call.
 *
 * <p>Once a connection leaves, listener and outgoing bytes are let go at once; what still has to be
 * written was taken over by then, and the socket lingers on its own.
 */
final class WebSocketTransport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(WebSocketTransport.class);

  private static final int ABNORMAL = 1006;
  private static final int POLICY_VIOLATION = 1008;
  private static final int INTERNAL_ERROR = 1011;
  private static final Duration LINGER = Duration.ofSeconds(2);
  private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(10);

  private static final VarHandle DIRTY = handle("dirty");
  private static final VarHandle CLOSE_REQUESTED = handle("closeRequested");

  private enum Phase {
    OPEN,
    /** We close, behind what waits. */
    DRAINING,
    /** The listener is gone; the close frame is on its way. */
    LEAVING,
    CLOSED
  }

  private final IoThread thread;
  private final StreamConnection channel;
  private final SocketSettings settings;
  private final SocketReader reader;
  private final SocketWriter writer;

  // Null before the acceptor took over and once the connection leaves.
  private @Nullable TransportListener listener;
  private @Nullable OutgoingBytes outgoing;

  private Phase phase = Phase.OPEN;
  private @Nullable Farewell farewell;

  @SuppressWarnings("unused") // through DIRTY
  private volatile boolean dirty;

  @SuppressWarnings("unused") // through CLOSE_REQUESTED
  private volatile boolean closeRequested;

  /** Link of the thread's dirty list, which owns it while {@link #dirty}. */
  @Nullable WebSocketTransport nextDirty;

  WebSocketTransport(
      IoThread thread, StreamConnection channel, boolean secure, SocketSettings settings) {
    this.thread = thread;
    this.channel = channel;
    this.settings = settings;
    this.reader = new SocketReader(thread, channel.getSourceChannel(), secure, settings, this);
    this.writer = new SocketWriter(thread, channel.getSinkChannel());
  }

  /** Hands the socket to the acceptor and begins to read, with the bytes that came too early. */
  void open(ConnectionAcceptor acceptor, UpgradeRequest request, Admission admission) {
    channel.getSinkChannel().setWriteListener(ignored -> onWritable());
    try {
      Accepted accepted = acceptor.accept(this, request, admission);
      listener = accepted.listener();
      outgoing = accepted.outgoing();
    } catch (RuntimeException | Error e) {
      onFailure(e);
    }
    reader.start();
    flush();
    channel.setCloseListener(ignored -> onSocketClosed()); // called at once if it is closed
  }

  @Override
  public IoLoop loop() {
    return thread;
  }

  @Override
  public void requestFlush() {
    if (thread.isCurrent() && reader.isDecoding()) {
      return; // done at the end of this event
    }
    if (DIRTY.compareAndSet(this, false, true)) {
      thread.addDirty(this);
    }
  }

  void flushDirty() {
    dirty = false;
    flush();
  }

  @Override
  public void flush() {
    if (thread.isMoving()) {
      requestFlush();
    } else if (!writer.isBlocked()) {
      push();
    }
  }

  private void onWritable() {
    writer.unblock();
    push();
  }

  private void push() {
    try {
      switch (phase) {
        case OPEN, DRAINING -> pushPending();
        case LEAVING -> pushFarewell();
        case CLOSED -> {}
      }
    } catch (IOException e) {
      onBroken(e);
    } catch (RuntimeException | Error e) {
      onFailure(e);
    }
  }

  private void pushPending() throws IOException {
    if (outgoing == null || listener == null) {
      return;
    }
    if (writer.write(outgoing)) {
      listener.onWritten();
    }
    if (phase == Phase.DRAINING && farewell != null && outgoing.isEmpty()) {
      leave(farewell);
    }
  }

  private void pushFarewell() throws IOException {
    Farewell leaving = farewell;
    if (leaving == null || !writer.writeLast()) {
      return;
    }
    boolean peerIsDone = leaving.answered || leaving.peerStopped;
    if (leaving.awaitsAnswer && !peerIsDone) {
      return;
    }
    if (writer.shutDown() && peerIsDone) {
      end(leaving.code, leaving.byPeer);
    }
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  boolean isClosed() {
    return phase == Phase.CLOSED;
  }

  void onText(byte[] buffer, int offset, int length) {
    if (phase == Phase.OPEN && listener != null) {
      listener.onText(buffer, offset, length);
    }
  }

  void onBinary(byte[] buffer, int offset, int length) {
    if (phase == Phase.OPEN && listener != null) {
      listener.onBinary(buffer, offset, length);
    }
  }

  void onReadComplete() {
    if (phase == Phase.OPEN && listener != null) {
      listener.onReadComplete();
    }
  }

  void onPing(byte[] buffer, int offset, int length) {
    if (phase == Phase.OPEN) {
      writer.pong(FrameEncoder.pong(buffer, offset, length));
    }
  }

  void onPeerClose(int code, String reason) {
    if (phase == Phase.OPEN) {
      answerWhatCameBefore(); // which may make us close, too
    }
    if (phase == Phase.OPEN || farewell == null) {
      leave(Farewell.peers(code, reason));
      return;
    }
    farewell.answered = true;
    if (phase == Phase.DRAINING) {
      leave(farewell);
    } else {
      flush();
    }
  }

  void onViolation(ProtocolViolation violation) {
    if (violation.closeCode() == CloseCode.MESSAGE_TOO_BIG.code()) {
      settings.metrics().limitHit(Limit.MESSAGE_BYTES);
    }
    answerWhatCameBefore();
    leave(Farewell.broken(violation.closeCode(), String.valueOf(violation.getMessage())));
  }

  /**
   * One read can hold messages and, behind them, what ends the connection. The socket may take the
   * answers; those it does not take at once are dropped.
   */
  private void answerWhatCameBefore() {
    try {
      onReadComplete();
      flush();
    } catch (RuntimeException | Error e) {
      onFailure(e);
    }
  }

  void onMessageLate() {
    settings.metrics().limitHit(Limit.MESSAGE_DEADLINE);
    leave(Farewell.broken(POLICY_VIOLATION, "message took too long"));
  }

  /** Something above us threw: this connection cannot be served any more, others can. */
  void onFailure(Throwable failure) {
    log.error("closing a connection with 1011, its listener failed", failure);
    leave(Farewell.broken(INTERNAL_ERROR, "internal error"));
  }

  void onEndOfStream() {
    if (phase == Phase.LEAVING && farewell != null) {
      farewell.peerStopped = true;
      flush();
    } else {
      end(ABNORMAL, true);
    }
  }

  void onBroken(IOException failure) {
    log.trace("a socket broke", failure);
    end(ABNORMAL, true);
  }

  /** The socket was closed by somebody else: the server stops. */
  private void onSocketClosed() {
    if (thread.isCurrent()) {
      end(ABNORMAL, false);
    } else {
      thread.execute(() -> end(ABNORMAL, false));
    }
  }

  @Override
  public void pauseReads() {
    if (phase == Phase.OPEN) {
      reader.pause();
    }
  }

  @Override
  public void resumeReads() {
    reader.resume();
  }

  @Override
  public void close(int code, String reason, CloseWhen when) {
    Farewell ours = Farewell.ours(code, reason);
    if (!CLOSE_REQUESTED.compareAndSet(this, false, true)) {
      return;
    }
    if (thread.isCurrent() && listener != null && !thread.isMoving()) {
      beginClose(ours, when);
    } else {
      thread.execute(() -> beginClose(ours, when));
    }
  }

  private void beginClose(Farewell ours, CloseWhen when) {
    if (phase != Phase.OPEN) {
      return;
    }
    switch (when) {
      case NOW -> leave(ours);
      case AFTER_PENDING -> {
        phase = Phase.DRAINING;
        farewell = ours;
        ours.timer = schedule(() -> end(ours.code, false), DRAIN_TIMEOUT);
        reader.resume();
        flush();
      }
    }
  }

  /** Sends the close frame as the last thing, and lets go of everything but the socket. */
  private void leave(Farewell leaving) {
    if (phase == Phase.LEAVING || phase == Phase.CLOSED) {
      return;
    }
    if (farewell != null) {
      farewell.cancelTimer();
    }
    farewell = leaving;
    phase = Phase.LEAVING;
    reader.stopWatching();
    reader.resume();
    leaving.timer = schedule(() -> end(leaving.code, leaving.byPeer), LINGER);
    try {
      writer.takeLast(outgoing, leaving.closeFrame);
      flush();
    } catch (RuntimeException | Error e) {
      log.error("the outgoing bytes of a connection failed", e);
      end(leaving.code, leaving.byPeer);
    }
    tellClosed(leaving.code, leaving.reason, leaving.byPeer);
  }

  /** Closes the socket. Whoever began to close earlier decides what the listener is told. */
  private void end(int code, boolean byPeer) {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    Farewell begun = farewell;
    farewell = null;
    reader.stop();
    IoUtils.safeClose(channel);
    if (begun == null) {
      tellClosed(code, "", byPeer);
    } else {
      begun.cancelTimer();
      tellClosed(begun.code, begun.reason, begun.byPeer);
    }
  }

  private void tellClosed(int code, String reason, boolean byPeer) {
    TransportListener told = listener;
    listener = null;
    outgoing = null;
    if (told != null) {
      try {
        told.onClosed(code, reason, byPeer);
      } catch (RuntimeException | Error e) {
        log.error("a listener failed when its connection closed", e);
      }
    }
  }

  private Timer schedule(Runnable task, Duration delay) {
    return settings.scheduler().schedule(() -> thread.execute(task), delay);
  }

  private static VarHandle handle(String field) {
    try {
      return MethodHandles.lookup().findVarHandle(WebSocketTransport.class, field, boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
