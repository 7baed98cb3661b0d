// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.websocket;

import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * A growing buffer that an encoder writes one payload into, straight behind room for the header, so
 * that the payload is never moved to make it a frame.
 *
 * <p>Belongs to one thread at a time and is meant to be used again: write, then either take a copy
 * with {@link #toTextFrame} or send {@code buffer()[finishText(), end())}, then {@link #clear}.
 */
public final class FrameBuilder extends OutputStream {
  private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

  private final int keptBytes;
  private byte[] buffer;
  private int end = FrameEncoder.MAX_HEADER_BYTES;

  /**
   * @param keptBytes payload for which room is made at the start and kept by {@link #clear}
   */
  public FrameBuilder(int keptBytes) {
    if (keptBytes < 0 || keptBytes > MAX_ARRAY_BYTES - FrameEncoder.MAX_HEADER_BYTES) {
      throw new IllegalArgumentException("keptBytes: " + keptBytes);
    }
    this.keptBytes = keptBytes;
    this.buffer = newBuffer();
  }

  @Override
  public void write(int value) {
    reserve(1);
    buffer[end++] = (byte) value;
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, source.length);
    reserve(length);
    System.arraycopy(source, offset, buffer, end, length);
    end += length;
  }

  @Override
  public void write(byte[] source) {
    write(source, 0, source.length);
  }

  public int payloadBytes() {
    return end - FrameEncoder.MAX_HEADER_BYTES;
  }

  /**
   * Puts the header of a text frame in front of what has been written, which is to be UTF-8.
   *
   * @return where the frame begins in {@link #buffer}; it goes up to {@link #end}
   */
  public int finishText() {
    return FrameEncoder.putTextHeader(buffer, FrameEncoder.MAX_HEADER_BYTES, payloadBytes());
  }

  /** What has been written as a text frame in an array of its own, fit to be shared. */
  public byte[] toTextFrame() {
    return Arrays.copyOfRange(buffer, finishText(), end);
  }

  /** The array written to, valid until the next write or {@link #clear}. */
  public byte[] buffer() {
    return buffer;
  }

  /** Index after the last byte written. */
  public int end() {
    return end;
  }

  /** Makes ready for the next frame; an array that grew beyond what is to be kept is dropped. */
  public void clear() {
    end = FrameEncoder.MAX_HEADER_BYTES;
    if (buffer.length > keptBytes + FrameEncoder.MAX_HEADER_BYTES) {
      buffer = newBuffer();
    }
  }

  private byte[] newBuffer() {
    return new byte[FrameEncoder.MAX_HEADER_BYTES + keptBytes];
  }

  private void reserve(int bytes) {
    int needed = Math.addExact(end, bytes);
    if (needed > buffer.length) {
      long doubled = Math.max(needed, Math.min(2L * buffer.length, MAX_ARRAY_BYTES));
      buffer = Arrays.copyOf(buffer, (int) doubled);
    }
  }
}
