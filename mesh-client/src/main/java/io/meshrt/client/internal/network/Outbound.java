// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Frames that wait for the socket, in order; the whole of one before the next. Belongs to the I/O
 * thread. The sender bounds what waits here, by waiting until a frame has been taken.
 */
final class Outbound {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final ArrayDeque<Frame> waiting = new ArrayDeque<>();
  private final ArrayDeque<Frame> dropped = new ArrayDeque<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
  private @Nullable Frame urgent;
  private @Nullable Frame current;
  private int currentBytes; // of it that are in the buffer already
  private boolean closed;
  private boolean ended;

  private static final class Frame {
    private final byte[] bytes;
    private final @Nullable CompletableFuture<@Nullable Void> taken;

    Frame(byte[] bytes, @Nullable CompletableFuture<@Nullable Void> taken) {
      this.bytes = bytes;
      this.taken = taken;
    }

    void done() {
      if (taken != null) {
        taken.complete(null);
      }
    }

    void lost() {
      if (taken != null) {
        taken.completeExceptionally(new IOException("the connection has ended"));
      }
    }
  }

  /** Adds a frame; {@code taken} completes when nothing of it waits here any more. */
  void add(byte[] bytes, @Nullable CompletableFuture<@Nullable Void> taken) {
    Frame frame = new Frame(bytes, taken);
    if (ended) {
      frame.lost();
    } else if (closed) {
      dropped.add(frame);
    } else {
      waiting.add(frame);
    }
  }

  /** Adds a frame that goes ahead of all that wait, in place of one that waits to do so. */
  void addUrgent(byte[] bytes) {
    if (!closed) {
      urgent = new Frame(bytes, null);
    }
  }

  /** Adds the last frame; nothing is taken behind it. */
  void addLast(byte[] bytes, @Nullable CompletableFuture<@Nullable Void> taken) {
    add(bytes, taken);
    closed = true;
  }

  /** Drops what has not begun, and adds the last frame, unless there is one already. */
  void dropAndAddLast(byte[] bytes) {
    if (!closed) {
      dropped.addAll(waiting);
      waiting.clear();
      urgent = null;
      addLast(bytes, null);
    }
  }

  boolean isEmpty() {
    return !buffer.hasRemaining() && current == null && urgent == null && waiting.isEmpty();
  }

  /** What is to be written next; as much of it as was written is to be taken out. */
  ByteBuffer next() {
    buffer.compact();
    while (buffer.hasRemaining() && hasCurrent()) {
      fill();
    }
    return buffer.flip();
  }

  /** The connection has ended: those who wait hear of it, and those who come. */
  void end() {
    closed = true;
    ended = true;
    if (current != null) {
      current.lost();
      current = null;
    }
    waiting.forEach(Frame::lost);
    dropped.forEach(Frame::lost);
    waiting.clear();
    dropped.clear();
  }

  private boolean hasCurrent() {
    if (current == null) {
      current = urgent == null ? waiting.poll() : urgent;
      urgent = null;
      currentBytes = 0;
    }
    return current != null;
  }

  private void fill() {
    Frame frame = current;
    if (frame == null) {
      return;
    }
    int count = Math.min(buffer.remaining(), frame.bytes.length - currentBytes);
    buffer.put(frame.bytes, currentBytes, count);
    currentBytes += count;
    if (currentBytes == frame.bytes.length) {
      current = null;
      frame.done();
    }
  }
}
