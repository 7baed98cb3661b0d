// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.core.codec.MalformedJsonException;
import io.meshrt.core.protocol.CloseCode;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.core.protocol.RequestId;
import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.dialect.Inbound;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.transport.Transport;
import io.meshrt.server.internal.transport.Transport.CloseWhen;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one session's messages in: reads them, holds the peer to its rates, hands on what they
 * mean, and stops while the peer does not read what it is sent. Owned by the session's I/O thread,
 * but for the ids in flight.
 */
final class MessageReader implements Outbox.Listener {
  private static final Logger log = LoggerFactory.getLogger(MessageReader.class);
  private static final Failure TOO_FAST = Failure.of(ErrorCode.RATE, "too many commands");
  private static final Failure DRAINING =
      Failure.of(ErrorCode.UNAVAILABLE, "the server is shutting down");

  private final Session session;
  private final Sessions sessions;
  private final Transport transport;
  private @Nullable CommandRate rate;
  private @Nullable MalformedCount malformed;
  private volatile @Nullable InFlightIds inFlight;
  private long bytes;
  private boolean inRead;
  private boolean paused;

  /**
   * The rest of a read that holds more requests than there is room for answers; no more is read.
   */
  private final ArrayDeque<byte[]> deferred = new ArrayDeque<>(0);

  MessageReader(Session session, Sessions sessions, Transport transport) {
    this.session = session;
    this.sessions = sessions;
    this.transport = transport;
  }

  void onText(byte[] buffer, int offset, int length) {
    inRead = true;
    bytes += length;
    if (session.outbox().isAboveHighMark() && deferred.isEmpty()) {
      transport.flush();
    }
    if (!session.isOpen()) {
      return;
    }
    if (!deferred.isEmpty() || session.outbox().isAboveHighMark()) {
      deferred.add(Arrays.copyOfRange(buffer, offset, offset + length));
      updateReads();
    } else {
      take(buffer, offset, length);
    }
  }

  /** Takes what was deferred as far as there is room for answers, then reads on. */
  private void takeDeferred() {
    while (session.isOpen() && !session.outbox().isAboveHighMark()) {
      byte[] message = deferred.poll();
      if (message == null) {
        break;
      }
      take(message, 0, message.length);
    }
    updateReads();
  }

  private void take(byte[] buffer, int offset, int length) {
    Inbound inbound;
    try {
      inbound = session.dialect().read(session.services().reader(), buffer, offset, length);
    } catch (MalformedJsonException e) {
      onMalformed(null, String.valueOf(e.getMessage()));
      return;
    }
    if (!session.dialect().acknowledges() && inbound.kind() != Inbound.Kind.IGNORED) {
      sessions.onHeard(session);
    }
    switch (inbound.kind()) {
      case REQUEST -> onRequest((Request) inbound);
      case REPLY -> session.onReply((Inbound.Reply) inbound);
      case PONG -> {
        session.heartbeat().onPong(((Inbound.Pong) inbound).time());
        sessions.onPong(session);
      }
      case LATENCY_RESPONSE -> session.heartbeat().onLatencyResponse();
      case IGNORED -> session.services().metrics().malformedMessage();
      case MALFORMED -> {
        Inbound.Malformed problem = (Inbound.Malformed) inbound;
        onMalformed(problem.id(), problem.message());
      }
    }
  }

  void onBinary(byte[] buffer, int offset, int length) {
    if (session.dialect().strict()) {
      inRead = true;
      session.close(CloseCode.UNSUPPORTED_DATA, "binary messages are not used", CloseWhen.NOW);
    } else {
      onText(buffer, offset, length);
    }
  }

  void onReadComplete() {
    inRead = false;
    session.services().metrics().bytesIn(bytes);
    bytes = 0;
  }

  /** Whether messages of one read are being handed over, so that a flush follows. */
  boolean isInRead() {
    return inRead;
  }

  boolean isPaused() {
    return paused;
  }

  /** Reads while the peer reads too; also while closing, so that its answer is seen. */
  void updateReads() {
    boolean full = session.outbox().isAboveHighMark() || !deferred.isEmpty();
    boolean pause = session.isOpen() && full;
    if (pause == paused) {
      return;
    }
    paused = pause;
    if (pause) {
      session.heartbeat().onReadsPaused();
      transport.pauseReads();
    } else {
      transport.resumeReads();
      sessions.onMaybeIdle(session);
    }
  }

  @Override
  public void onHighWater() {
    session.onLoop(this::updateReads);
  }

  @Override
  public void onLowWater() {
    session.starts().startNext();
    if (deferred.isEmpty()) {
      updateReads();
    } else {
      transport.loop().execute(this::takeDeferred); // this is in the middle of writing
    }
  }

  @Override
  public void onAdvanced(int bytes) {
    session.services().metrics().bytesOut(bytes);
  }

  /** False when the id is in flight already; the peer has then been told. I/O thread. */
  boolean begin(Request request) {
    InFlightIds ids = inFlight;
    if (ids == null) {
      ids = new InFlightIds();
      inFlight = ids;
    }
    if (ids.add(request.id().number())) {
      return true;
    }
    onMalformed(null, "id: in flight already");
    return false;
  }

  /** The request is answered. Any thread. */
  void end(Request request) {
    InFlightIds ids = inFlight;
    if (ids != null) {
      ids.remove(request.id().number());
    }
  }

  private void onRequest(Request request) {
    if (session.services().commandLimits().maxPerSecond() > 0 && !isWithinRate(request)) {
      return;
    }
    if (sessions.isDraining()) {
      session.fail(request, DRAINING);
      return;
    }
    try {
      session.services().requests().onRequest(session, request);
    } catch (RuntimeException e) {
      log.error("{}: a request was lost", session.id(), e);
      session.close(CloseCode.INTERNAL_ERROR, "internal error", CloseWhen.NOW);
    }
  }

  private boolean isWithinRate(Request request) {
    long now = session.services().scheduler().nanoTime();
    if (rate == null) {
      rate = new CommandRate(session.services().commandLimits().maxPerSecond(), now);
    }
    if (rate.tryTake(now)) {
      return true;
    }
    session.services().metrics().limitHit(Limit.COMMAND_RATE);
    if (rate.isPersistent(now)) {
      session.close(CloseCode.RATE_EXCEEDED, "too many commands", CloseWhen.AFTER_PENDING);
    } else {
      session.fail(request, TOO_FAST);
    }
    return false;
  }

  private void onMalformed(@Nullable RequestId id, String message) {
    session.services().metrics().malformedMessage();
    if (session.dialect().strict() && !isTolerated()) {
      session.services().metrics().limitHit(Limit.MALFORMED_MESSAGES);
      session.close(CloseCode.POLICY_VIOLATION, "malformed messages", CloseWhen.AFTER_PENDING);
      return;
    }
    byte[] answer =
        id == null
            ? session.dialect().protest(message)
            : session.dialect().failure(id, Failure.of(ErrorCode.BAD_REQUEST, message));
    if (answer != null) {
      session.offer(answer);
    }
  }

  private boolean isTolerated() {
    if (malformed == null) {
      malformed = new MalformedCount(session.services().connectionLimits().maxMalformed());
    }
    return malformed.tolerates(session.services().scheduler().nanoTime());
  }
}
