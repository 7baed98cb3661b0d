// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.core.codec.RawJson;
import java.io.ByteArrayOutputStream;

/** Writes the frames of Mesa: {@code {"op":0,"d":{},"t":"NAME","s":1}}. */
final class MesaFrame {
  static final int DISPATCH = 0;
  static final int HEARTBEAT = 1;
  static final int AUTHENTICATE = 2;
  static final int EVENT = 5;
  static final int HELLO = 10;
  static final int HEARTBEAT_ANSWER = 11;
  static final int AUTHENTICATED = 22;

  private MesaFrame() {}

  /** A message of the application. */
  static byte[] message(String type, RawJson data) {
    return message(type, data, 0);
  }

  /**
   * A message of the application.
   *
   * @param sequence its place among those sent again, from 1 on; 0 for none
   */
  static byte[] message(String type, RawJson data, int sequence) {
    String end = sequence == 0 ? "}" : ",\"s\":" + sequence + "}";
    return frame(DISPATCH, data, ",\"t\":" + RawJson.ofString(type) + end);
  }

  /** A frame of the protocol itself. */
  static byte[] of(int opcode, RawJson data) {
    return frame(opcode, data, "}");
  }

  private static byte[] frame(int opcode, RawJson data, String rest) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(data.length() + 32 + rest.length());
    bytes.writeBytes(("{\"op\":" + opcode + ",\"d\":").getBytes(UTF_8));
    bytes.writeBytes(data.toByteArray());
    bytes.writeBytes(rest.getBytes(UTF_8));
    return bytes.toByteArray();
  }
}
