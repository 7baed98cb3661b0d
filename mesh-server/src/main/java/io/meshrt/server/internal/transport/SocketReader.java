// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.core.internal.websocket.FrameDecoder;
import io.meshrt.core.internal.websocket.MessageListener;
import io.meshrt.core.internal.websocket.ProtocolViolation;
import io.meshrt.server.internal.schedule.Scheduler.Timer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * The reading half of one socket: reads into its thread's input buffer, has the frames decoded
 * there and tells the transport. Watches that no message takes longer than the deadline. Belongs to
 * the I/O thread.
 */
final class SocketReader implements MessageListener, ChannelListener<ConduitStreamSourceChannel> {
  // So that one busy socket does not keep its thread from the others.
  private static final int CHUNKS_PER_EVENT = 8;
  private static final int TLS_RECORD_BYTES = 16 * 1024;

  private final IoThread thread;
  private final ConduitStreamSourceChannel source;
  private final boolean secure;
  private final SocketSettings settings;
  private final WebSocketTransport transport;
  private final FrameDecoder decoder;
  private boolean paused;
  private boolean decoding;
  private @Nullable Deadline deadline;

  SocketReader(
      IoThread thread,
      ConduitStreamSourceChannel source,
      boolean secure,
      SocketSettings settings,
      WebSocketTransport transport) {
    this.thread = thread;
    this.source = source;
    this.secure = secure;
    this.settings = settings;
    this.transport = transport;
    this.decoder = FrameDecoder.forServer(settings.maxMessageBytes());
  }

  /** Begins to read, unless paused already, with the bytes that came with the upgrade request. */
  void start() {
    source.setReadListener(this);
    if (!paused) {
      source.resumeReads();
    }
  }

  /** From the next read on; what was read already is still reported. */
  void pause() {
    paused = true;
    cancelDeadline();
    source.suspendReads();
  }

  /** Goes on after {@link #pause}. */
  void resume() {
    if (paused) {
      paused = false;
      watchMessage();
      source.resumeReads();
    }
  }

  /** Lets messages take as long as they like, since nobody cares for them any more. */
  void stopWatching() {
    cancelDeadline();
  }

  /** Reports nothing any more. */
  void stop() {
    cancelDeadline();
    decoder.stop();
  }

  /** Whether a flush will follow anyway. */
  boolean isDecoding() {
    return decoding;
  }

  @Override
  public void handleEvent(ConduitStreamSourceChannel channel) {
    try {
      read();
    } catch (IOException e) {
      transport.onBroken(e);
    }
  }

  private void read() throws IOException {
    for (int chunk = 0; chunk < CHUNKS_PER_EVENT; chunk++) {
      if (paused || transport.isClosed()) {
        return;
      }
      ByteBuffer input = thread.input();
      int count = fill(input);
      boolean more = count > 0 && isFull(input);
      if (input.position() > 0) {
        decode(input.array(), input.arrayOffset(), input.position());
      }
      if (count < 0) {
        transport.onEndOfStream();
      }
      if (!more) {
        return;
      }
    }
    if (secure && !paused) {
      // Decrypted bytes that wait raise no event of the selector.
      source.suspendReads();
      thread.executeNextTurn(this::readOn);
    }
  }

  private void readOn() {
    if (!paused && !transport.isClosed()) {
      source.resumeReads();
    }
  }

  /** With TLS a read gives one record at most, so it takes several to see that nothing is left. */
  private int fill(ByteBuffer input) throws IOException {
    int count;
    do {
      count = source.read(input);
    } while (secure && count > 0 && !isFull(input));
    return count;
  }

  private boolean isFull(ByteBuffer input) {
    return secure ? input.remaining() < TLS_RECORD_BYTES : !input.hasRemaining();
  }

  private void decode(byte[] buffer, int offset, int length) {
    decoding = true;
    try {
      decoder.decode(buffer, offset, offset + length, this);
      transport.onReadComplete();
    } catch (ProtocolViolation e) {
      transport.onViolation(e);
    } catch (RuntimeException | Error e) {
      transport.onFailure(e);
    } finally {
      decoding = false;
    }
    watchMessage();
    transport.flush();
  }

  @Override
  public void onText(byte[] buffer, int offset, int length) {
    onComplete();
    transport.onText(buffer, offset, length);
  }

  @Override
  public void onBinary(byte[] buffer, int offset, int length) {
    onComplete();
    transport.onBinary(buffer, offset, length);
  }

  @Override
  public void onPing(byte[] buffer, int offset, int length) {
    onComplete();
    transport.onPing(buffer, offset, length);
  }

  @Override
  public void onPong(byte[] buffer, int offset, int length) {
    onComplete();
  }

  @Override
  public void onClose(int code, String reason) {
    transport.onPeerClose(code, reason);
  }

  private void onComplete() {
    if (deadline != null && !decoder.midMessage()) {
      cancelDeadline();
    }
  }

  private void watchMessage() {
    if (deadline == null && !paused && transport.isOpen() && decoder.midMessage()) {
      deadline = new Deadline();
      deadline.timer = settings.scheduler().schedule(deadline, settings.messageDeadline());
    }
  }

  private void cancelDeadline() {
    if (deadline != null && deadline.timer != null) {
      deadline.timer.cancel();
    }
    deadline = null;
  }

  /** The time by which one message has to be complete. */
  private final class Deadline implements Runnable {
    @Nullable Timer timer;

    @Override
    public void run() {
      thread.execute(this::expire);
    }

    private void expire() {
      if (deadline == this) {
        deadline = null;
        transport.onMessageLate();
      }
    }
  }
}
