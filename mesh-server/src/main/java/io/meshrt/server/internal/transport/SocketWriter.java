// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.conduits.ConduitStreamSinkChannel;

/**
 * The writing half of one socket: moves pending bytes through its thread's output buffer until
 * nothing is left or the socket takes no more. Belongs to the I/O thread.
 */
final class SocketWriter {
  /*
   * A pong is handed to the outgoing bytes only once the one before it has left, so that pings
   * without end from a peer that does not read leave no more than two behind. When it left cannot be
   * seen directly; it went behind at most one half-written frame, so once this much was written or
   * nothing waits any more, it is gone.
   */
  private static final int PONG_DISTANCE_BYTES = 1 << 20;

  // So that one fast reader does not keep the thread from the other sockets.
  private static final int BUFFERS_PER_EVENT = 8;

  private final IoThread thread;
  private final ConduitStreamSinkChannel sink;
  private boolean blocked;
  private byte @Nullable [] waitingPong;
  private int bytesUntilPongLeft;
  private byte @Nullable [] lastBytes;
  private int lastBytesWritten;
  private boolean shutDown;

  SocketWriter(IoThread thread, ConduitStreamSinkChannel sink) {
    this.thread = thread;
    this.sink = sink;
  }

  /** Whether nothing is written until the socket says that it is writable. */
  boolean isBlocked() {
    return blocked;
  }

  /** Sends this pong with what is written next, instead of one that still waits. */
  void pong(byte[] frame) {
    waitingPong = frame;
  }

  /** Writes what waits, or a fair share of it; returns whether anything was written. */
  boolean write(OutgoingBytes outgoing) throws IOException {
    boolean progress = false;
    boolean moved = true;
    for (int buffers = 0; moved && hasWork(outgoing); buffers++) {
      if (buffers == BUFFERS_PER_EVENT) {
        blocked = true; // its turn comes again with the selector
        break;
      }
      thread.setMoving(true);
      try {
        int written = move(outgoing);
        moved = written > 0 && !blocked;
        progress |= written > 0;
      } finally {
        thread.setMoving(false);
      }
    }
    settle();
    return progress;
  }

  private boolean hasWork(OutgoingBytes outgoing) {
    boolean empty = outgoing.isEmpty();
    if (empty) {
      bytesUntilPongLeft = 0;
    }
    return !empty || waitingPong != null;
  }

  private int move(OutgoingBytes outgoing) throws IOException {
    if (waitingPong != null && bytesUntilPongLeft == 0) {
      outgoing.offerControl(waitingPong);
      waitingPong = null;
      bytesUntilPongLeft = PONG_DISTANCE_BYTES;
    }
    ByteBuffer buffer = thread.output();
    outgoing.fill(buffer);
    int written = writeFrom(buffer.flip());
    if (written > 0) {
      bytesUntilPongLeft = Math.max(0, bytesUntilPongLeft - written);
      outgoing.advance(written);
    }
    return written;
  }

  /**
   * Takes over whatever has to leave before a close frame can, and the close frame. Afterwards the
   * outgoing bytes are not needed any more.
   */
  void takeLast(@Nullable OutgoingBytes outgoing, byte[] closeFrame) {
    byte[] rest = {};
    if (outgoing != null) {
      thread.setMoving(true);
      try {
        rest = takeRest(outgoing);
      } finally {
        thread.setMoving(false);
      }
    }
    lastBytes = append(rest, ByteBuffer.wrap(closeFrame));
    waitingPong = null;
  }

  private byte[] takeRest(OutgoingBytes outgoing) {
    byte[] rest = {};
    int filled;
    do {
      ByteBuffer buffer = thread.output();
      outgoing.discardData();
      outgoing.fill(buffer);
      filled = buffer.flip().remaining();
      rest = append(rest, buffer);
      if (filled > 0) {
        outgoing.advance(filled);
      }
    } while (filled > 0);
    return rest;
  }

  /** Goes on with what {@link #takeLast} took; returns whether all of it has left. */
  boolean writeLast() throws IOException {
    byte[] bytes = lastBytes;
    while (bytes != null && lastBytesWritten < bytes.length && !blocked) {
      ByteBuffer buffer = thread.output();
      int count = Math.min(buffer.remaining(), bytes.length - lastBytesWritten);
      buffer.put(bytes, lastBytesWritten, count);
      lastBytesWritten += writeFrom(buffer.flip());
    }
    settle();
    return bytes != null && lastBytesWritten == bytes.length && !blocked;
  }

  /** Ends the writing half; returns whether the peer has been told. */
  boolean shutDown() throws IOException {
    if (!shutDown) {
      shutDown = true;
      sink.shutdownWrites();
    }
    settle();
    return !blocked;
  }

  /** The socket is writable again. */
  void unblock() {
    blocked = false;
  }

  private int writeFrom(ByteBuffer buffer) throws IOException {
    int total = 0;
    int written = 1;
    while (written > 0 && buffer.hasRemaining()) {
      written = sink.write(buffer);
      total += written;
    }
    blocked = buffer.hasRemaining();
    return total;
  }

  /** TLS may hold an encrypted record of which the socket took only a part. */
  private void settle() throws IOException {
    if (!blocked) {
      blocked = !sink.flush();
    }
    if (blocked) {
      sink.resumeWrites();
    } else if (sink.isWriteResumed()) {
      sink.suspendWrites();
    }
  }

  private static byte[] append(byte[] head, ByteBuffer tail) {
    byte[] joined = new byte[head.length + tail.remaining()];
    System.arraycopy(head, 0, joined, 0, head.length);
    tail.get(joined, head.length, tail.remaining());
    return joined;
  }
}
