// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads the frames of one peer and reports whole messages, applying every rule that RFC 6455 lays
 * on the receiver.
 *
 * <p>Belongs to one thread at a time, the connection's I/O thread. A message that lies whole in the
 * given buffer is reported from there, without a copy; only what is unfinished when the buffer ends
 * is kept, in an array that grows with what arrived and never with what a header announces. Between
 * messages a decoder holds no array.
 *
 * <p>A decoder is <em>spent</em> after a close frame, after {@link #stop} and after any exception
 * out of {@link #decode}: it holds nothing and ignores what follows.
 *
 * <p>Fragments without payload leave nothing behind, so any number of them costs only the time to
 * read them; {@link #midMessage} stays true meanwhile, so the message deadline bounds that too.
 */
public final class FrameDecoder {
  private static final byte[] NOTHING = {};
  private static final int MIN_HELD_BYTES = 256;
  private static final int MAX_MESSAGE_LIMIT = 1 << 30;

  private final int maxMessageBytes;
  private final FrameHeader header;
  // Payload of the current frame that has been read.
  private int frameBytes;

  // CONTINUATION while there is no unfinished message.
  private int messageOpcode = Opcode.CONTINUATION;
  // Of the unfinished text; complete between messages, since only complete texts are reported.
  private int textState = Utf8Validator.COMPLETE;
  // First messageBytes of the unfinished message, behind them those of an unfinished control frame.
  private byte[] held = NOTHING;
  private int messageBytes;

  private boolean spent;

  private FrameDecoder(int maxMessageBytes, boolean masked) {
    if (maxMessageBytes < 1 || maxMessageBytes > MAX_MESSAGE_LIMIT) {
      throw new IllegalArgumentException("maxMessageBytes: " + maxMessageBytes);
    }
    this.maxMessageBytes = maxMessageBytes;
    this.header = new FrameHeader(masked);
  }

  /**
   * Reads what a client sends: every frame is masked.
   *
   * @param maxMessageBytes the longest message accepted, fragments taken together; control frames
   *     have their own limit and do not count
   */
  public static FrameDecoder forServer(int maxMessageBytes) {
    return new FrameDecoder(maxMessageBytes, true);
  }

  /** Reads what a server sends: no frame is masked; otherwise as {@link #forServer}. */
  public static FrameDecoder forClient(int maxMessageBytes) {
    return new FrameDecoder(maxMessageBytes, false);
  }

  /**
   * Consumes {@code buffer[from, to)}, the bytes that follow those of the last call, and reports
   * what they complete. Unmasks in place, so the buffer's content is arbitrary afterwards.
   *
   * @throws ProtocolViolation as soon as a byte makes the stream invalid; what was complete before
   *     that byte has been reported
   */
  public void decode(byte[] buffer, int from, int to, MessageListener listener) {
    Objects.checkFromToIndex(from, to, buffer.length);
    boolean returned = false;
    try {
      decodeFrames(buffer, from, to, listener);
      returned = true;
    } finally {
      if (!returned) {
        stop();
      }
    }
  }

  /**
   * Whether the decoder is within a frame or a fragmented message, so that the message deadline
   * runs. During a callback: whether anything is unfinished besides what is being reported. A
   * deadline that each callback seeing {@code false} lifts is therefore neither carried over from
   * one message to the next nor put off by pings between fragments.
   */
  public boolean midMessage() {
    return messageOpcode != Opcode.CONTINUATION || header.isStarted();
  }

  /** Heap held for what is unfinished: at most twice what arrived of it, or 256 if that is more. */
  public int bufferedBytes() {
    return held.length;
  }

  /** Ends decoding for good: drops what is held and ignores whatever follows. */
  public void stop() {
    spent = true;
    header.clear();
    frameBytes = 0;
    endMessage();
  }

  private void decodeFrames(byte[] buffer, int from, int to, MessageListener listener) {
    int index = from;
    while (index < to && !spent) {
      if (!header.isComplete()) {
        index = header.read(buffer, index, to);
        if (!header.isComplete()) {
          return;
        }
        beginFrame();
      }
      index = readPayload(buffer, index, to, listener);
    }
  }

  private void beginFrame() {
    int opcode = header.opcode();
    if (header.isControl()) {
      if (opcode == Opcode.CLOSE && header.payloadBytes() == 1) {
        throw ProtocolViolation.framing("close code of one byte");
      }
      return;
    }
    boolean continued = messageOpcode != Opcode.CONTINUATION;
    if (opcode == Opcode.CONTINUATION && !continued) {
      throw ProtocolViolation.framing("continuation without a message");
    }
    if (opcode != Opcode.CONTINUATION && continued) {
      throw ProtocolViolation.framing("new message within a fragmented one");
    }
    if (header.payloadBytes() > maxMessageBytes - messageBytes) {
      throw ProtocolViolation.tooBig("message too big");
    }
    if (!continued) {
      messageOpcode = opcode;
    }
  }

  private int readPayload(byte[] buffer, int from, int to, MessageListener listener) {
    int count = (int) Math.min(header.payloadBytes() - frameBytes, to - from);
    int end = from + count;
    boolean ascii = Masking.unmask(buffer, from, end, Masking.keyAfter(header.key(), frameBytes));
    boolean last = frameBytes + count == header.payloadBytes();
    if (header.isControl()) {
      readControl(buffer, from, count, last, listener);
    } else {
      if (messageOpcode == Opcode.TEXT) {
        checkText(buffer, from, end, ascii, last && header.isFinal());
      }
      readData(buffer, from, count, last, listener);
    }
    return end;
  }

  private void checkText(byte[] buffer, int from, int to, boolean ascii, boolean endOfText) {
    if (!ascii || textState != Utf8Validator.COMPLETE) {
      textState = Utf8Validator.advance(textState, buffer, from, to);
    }
    if (textState == Utf8Validator.INVALID) {
      throw ProtocolViolation.text("text is not UTF-8");
    }
    if (endOfText && textState != Utf8Validator.COMPLETE) {
      throw ProtocolViolation.text("text ends within a character");
    }
  }

  private void readData(
      byte[] buffer, int from, int count, boolean last, MessageListener listener) {
    boolean endOfMessage = last && header.isFinal();
    if (endOfMessage && messageBytes == 0) {
      reportMessage(buffer, from, count, listener);
      return;
    }
    hold(buffer, from, count, messageBytes);
    messageBytes += count;
    frameBytes += count;
    if (endOfMessage) {
      reportMessage(held, 0, messageBytes, listener);
    } else if (last) {
      endFrame();
    }
  }

  private void reportMessage(byte[] buffer, int offset, int length, MessageListener listener) {
    boolean text = messageOpcode == Opcode.TEXT;
    endFrame();
    endMessage();
    if (text) {
      listener.onText(buffer, offset, length);
    } else {
      listener.onBinary(buffer, offset, length);
    }
  }

  private void readControl(
      byte[] buffer, int from, int count, boolean last, MessageListener listener) {
    if (last && frameBytes == 0) {
      reportControl(buffer, from, count, listener);
      return;
    }
    hold(buffer, from, count, messageBytes + frameBytes);
    frameBytes += count;
    if (last) {
      reportControl(held, messageBytes, frameBytes, listener);
    }
  }

  private void reportControl(byte[] buffer, int offset, int length, MessageListener listener) {
    int opcode = header.opcode();
    endFrame();
    if (messageBytes == 0) {
      held = NOTHING;
    }
    switch (opcode) {
      case Opcode.PING -> listener.onPing(buffer, offset, length);
      case Opcode.PONG -> listener.onPong(buffer, offset, length);
      default -> reportClose(buffer, offset, length, listener);
    }
  }

  private void reportClose(byte[] buffer, int offset, int length, MessageListener listener) {
    int code = CloseCodes.NO_CODE;
    String reason = "";
    if (length > 0) {
      code = ((buffer[offset] & 0xff) << 8) | (buffer[offset + 1] & 0xff);
      if (!CloseCodes.isValidOnWire(code)) {
        throw ProtocolViolation.framing("invalid close code");
      }
      if (!Utf8Validator.isValid(buffer, offset + 2, offset + length)) {
        throw ProtocolViolation.text("close reason is not UTF-8");
      }
      reason = new String(buffer, offset + 2, length - 2, StandardCharsets.UTF_8);
    }
    stop();
    listener.onClose(code, reason);
  }

  private void endFrame() {
    header.clear();
    frameBytes = 0;
  }

  private void endMessage() {
    messageOpcode = Opcode.CONTINUATION;
    messageBytes = 0;
    held = NOTHING;
  }

  private void hold(byte[] buffer, int from, int count, int offset) {
    int needed = offset + count;
    if (needed > held.length) {
      held = Arrays.copyOf(held, capacityFor(needed, count));
    }
    System.arraycopy(buffer, from, held, offset, count);
  }

  /** Twice what is there, so that growing costs little, but no more than can still come. */
  private int capacityFor(int needed, int count) {
    long doubled = Math.max(MIN_HELD_BYTES, 2L * needed);
    boolean endInSight = header.isFinal() && !header.isControl();
    long possible =
        endInSight
            ? needed - count + header.payloadBytes() - frameBytes
            : (long) maxMessageBytes + Opcode.MAX_CONTROL_PAYLOAD_BYTES;
    return (int) Math.min(doubled, possible);
  }
}
