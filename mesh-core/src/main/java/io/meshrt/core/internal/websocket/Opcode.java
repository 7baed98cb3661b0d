// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

/** The frame types of RFC 6455, section 5.2, as they stand in the low four bits of a frame. */
final class Opcode {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  static final int MAX_CONTROL_PAYLOAD_BYTES = 125;

  private Opcode() {}

  static boolean isKnown(int opcode) {
    return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
  }

  static boolean isControl(int opcode) {
    return opcode >= CLOSE;
  }
}
