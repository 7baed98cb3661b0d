// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A frame as a client writes it, right or wrong. Immutable; {@code withX} gives variants. */
final class ClientFrame {
  private static final byte[] MASK = HexFormat.of().parseHex("37fa213d");
  private static final int FINAL = 0x80;

  private final int firstByte;
  private final byte[] payload;
  private final boolean masked;
  private final byte[] mask;
  private final String lengthForm;
  private final long announced;

  private ClientFrame(
      int firstByte,
      byte[] payload,
      boolean masked,
      byte[] mask,
      String lengthForm,
      long announced) {
    this.firstByte = firstByte;
    this.payload = payload;
    this.masked = masked;
    this.mask = mask;
    this.lengthForm = lengthForm;
    this.announced = announced;
  }

  static ClientFrame of(int opcode, byte[] payload) {
    return new ClientFrame(FINAL | opcode, payload, true, MASK, "minimal", payload.length);
  }

  static ClientFrame text(String payload) {
    return of(Opcode.TEXT, utf8(payload));
  }

  static ClientFrame binary(byte... payload) {
    return of(Opcode.BINARY, payload);
  }

  static ClientFrame continuation(String payload) {
    return of(Opcode.CONTINUATION, utf8(payload));
  }

  static ClientFrame ping(String payload) {
    return of(Opcode.PING, utf8(payload));
  }

  static ClientFrame pong(String payload) {
    return of(Opcode.PONG, utf8(payload));
  }

  static ClientFrame close(int code, String reason) {
    var payload = new ByteArrayOutputStream();
    payload.write(code >>> 8);
    payload.write(code);
    payload.writeBytes(utf8(reason));
    return of(Opcode.CLOSE, payload.toByteArray());
  }

  ClientFrame notFinal() {
    return withFirstByte(firstByte & ~FINAL);
  }

  ClientFrame withReservedBits(int bits) {
    return withFirstByte(firstByte | (bits << 4));
  }

  private ClientFrame withFirstByte(int value) {
    return new ClientFrame(value, payload, masked, mask, lengthForm, announced);
  }

  ClientFrame withoutMask() {
    return new ClientFrame(firstByte, payload, false, mask, lengthForm, announced);
  }

  ClientFrame withMask(byte[] key) {
    return new ClientFrame(firstByte, payload, masked, key, lengthForm, announced);
  }

  ClientFrame withLengthForm(String form) {
    return new ClientFrame(firstByte, payload, masked, mask, form, announced);
  }

  ClientFrame announcing(long bytes) {
    return new ClientFrame(firstByte, payload, masked, mask, lengthForm, bytes);
  }

  byte[] bytes() {
    var out = new ByteArrayOutputStream();
    out.write(firstByte);
    int maskBit = masked ? 0x80 : 0;
    switch (lengthForm.equals("minimal") ? minimalForm() : lengthForm) {
      case "7" -> out.write(maskBit | (int) announced);
      case "16" -> {
        out.write(maskBit | 126);
        writeBigEndian(out, Short.BYTES);
      }
      case "64" -> {
        out.write(maskBit | 127);
        writeBigEndian(out, Long.BYTES);
      }
      default -> throw new IllegalArgumentException("lengthForm: " + lengthForm);
    }
    if (masked) {
      out.writeBytes(mask);
    }
    for (int index = 0; index < payload.length; index++) {
      out.write(masked ? payload[index] ^ mask[index % 4] : payload[index]);
    }
    return out.toByteArray();
  }

  static byte[] stream(ClientFrame... frames) {
    var out = new ByteArrayOutputStream();
    for (ClientFrame frame : frames) {
      out.writeBytes(frame.bytes());
    }
    return out.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String minimalForm() {
    if (announced < 126) {
      return "7";
    }
    return announced < 65536 ? "16" : "64";
  }

  private void writeBigEndian(ByteArrayOutputStream out, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out.write((int) (announced >>> shift));
    }
  }
}
