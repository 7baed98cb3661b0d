// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import io.meshrt.core.protocol.RequestId;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames: payloads are copied as they are between constant parts, into one array of exactly
 * the right size. Keys come in the order id, command, payload or error.
 */
public final class EnvelopeWriter {
  private static final byte[] ID = ascii("{\"id\":");
  private static final byte[] NEXT_COMMAND = ascii(",\"command\":");
  private static final byte[] FIRST_COMMAND = ascii("{\"command\":");
  private static final byte[] PAYLOAD = ascii(",\"payload\":");
  private static final byte[] ERROR = ascii(",\"error\":");
  private static final byte[] CODE = ascii("{\"code\":");
  private static final byte[] MESSAGE = ascii(",\"message\":");
  private static final byte[] DATA = ascii(",\"data\":");

  private static final byte[] NO_BYTES = {};

  private EnvelopeWriter() {}

  /** {@code {"id":1,"command":"echo","payload":{}}}. */
  public static byte[] request(long id, String command, RawJson payload) {
    byte[] frame =
        new byte
            [ID.length
                + digits(id)
                + NEXT_COMMAND.length
                + JsonStrings.quotedLength(command)
                + PAYLOAD.length
                + payload.length()
                + 1];
    int at = put(ID, frame, 0);
    at = putNumber(id, frame, at);
    at = put(NEXT_COMMAND, frame, at);
    at = JsonStrings.putQuoted(command, frame, at);
    at = put(PAYLOAD, frame, at);
    at = put(payload.bytes(), frame, at);
    frame[at] = '}';
    return frame;
  }

  /**
   * {@code {"id":1,"payload":{}}}.
   *
   * @param command repeated for peers that expect it (legacy), else null
   * @param payload null leaves the key out
   */
  public static byte[] reply(RequestId id, @Nullable String command, @Nullable RawJson payload) {
    byte[] idText = id.isNumber() ? NO_BYTES : id.utf8();
    int length = ID.length + (id.isNumber() ? digits(id.number()) : idText.length) + 1;
    if (command != null) {
      length += NEXT_COMMAND.length + JsonStrings.quotedLength(command);
    }
    if (payload != null) {
      length += PAYLOAD.length + payload.length();
    }
    byte[] frame = new byte[length];
    int at = put(ID, frame, 0);
    at = id.isNumber() ? putNumber(id.number(), frame, at) : put(idText, frame, at);
    if (command != null) {
      at = put(NEXT_COMMAND, frame, at);
      at = JsonStrings.putQuoted(command, frame, at);
    }
    if (payload != null) {
      at = put(PAYLOAD, frame, at);
      at = put(payload.bytes(), frame, at);
    }
    frame[at] = '}';
    return frame;
  }

  /** {@code {"id":1,"error":{"code":"ENOTFOUND","message":"…"}}}, with data where it is given. */
  public static byte[] failure(RequestId id, String code, String message, @Nullable RawJson data) {
    byte[] idText = id.isNumber() ? NO_BYTES : id.utf8();
    byte[] frame =
        new byte
            [ID.length
                + (id.isNumber() ? digits(id.number()) : idText.length)
                + ERROR.length
                + errorLength(code, message, data)
                + 1];
    int at = put(ID, frame, 0);
    at = id.isNumber() ? putNumber(id.number(), frame, at) : put(idText, frame, at);
    at = put(ERROR, frame, at);
    at = putError(code, message, data, frame, at);
    frame[at] = '}';
    return frame;
  }

  /** {@code {"command":"hello","payload":"world"}}. */
  public static byte[] push(String command, RawJson payload) {
    byte[] frame =
        new byte
            [FIRST_COMMAND.length
                + JsonStrings.quotedLength(command)
                + PAYLOAD.length
                + payload.length()
                + 1];
    int at = put(FIRST_COMMAND, frame, 0);
    at = JsonStrings.putQuoted(command, frame, at);
    at = put(PAYLOAD, frame, at);
    at = put(payload.bytes(), frame, at);
    frame[at] = '}';
    return frame;
  }

  /** The error object alone: {@code {"code":"…","message":"…"}}, with data where it is given. */
  public static RawJson errorObject(String code, String message, @Nullable RawJson data) {
    byte[] json = new byte[errorLength(code, message, data)];
    putError(code, message, data, json, 0);
    return RawJson.ofValid(json);
  }

  private static int errorLength(String code, String message, @Nullable RawJson data) {
    return CODE.length
        + JsonStrings.quotedLength(code)
        + MESSAGE.length
        + JsonStrings.quotedLength(message)
        + (data == null ? 0 : DATA.length + data.length())
        + 1;
  }

  private static int putError(
      String code, String message, @Nullable RawJson data, byte[] target, int offset) {
    int at = put(CODE, target, offset);
    at = JsonStrings.putQuoted(code, target, at);
    at = put(MESSAGE, target, at);
    at = JsonStrings.putQuoted(message, target, at);
    if (data != null) {
      at = put(DATA, target, at);
      at = put(data.bytes(), target, at);
    }
    target[at++] = '}';
    return at;
  }

  private static int put(byte[] part, byte[] target, int offset) {
    System.arraycopy(part, 0, target, offset, part.length);
    return offset + part.length;
  }

  private static int digits(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("id: " + number);
    }
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }

  private static int putNumber(long number, byte[] target, int offset) {
    int end = offset + digits(number);
    int at = end;
    long rest = number;
    do {
      target[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    return end;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
