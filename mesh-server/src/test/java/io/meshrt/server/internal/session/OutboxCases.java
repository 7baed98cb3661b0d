// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.connection.ConnectionLimits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** An outbox, what its listener was told, and what was written of it. */
abstract class OutboxCases {
  static final byte[] CLOSE = {(byte) 0x88, 2, 3, (byte) 0xe8};

  final List<String> events = new ArrayList<>();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private final Outbox.Listener listener =
      new Outbox.Listener() {
        @Override
        public void onHighWater() {
          events.add("high");
        }

        @Override
        public void onLowWater() {
          events.add("low");
        }

        @Override
        public void onAdvanced(int bytes) {}
      };

  final Outbox outbox = outbox(1_000, 100);

  Outbox outbox(int maxBytes, int maxEntries) {
    return new Outbox(
        ConnectionLimits.defaults().withMaxOutboxBytes(maxBytes).withMaxOutboxEntries(maxEntries),
        listener);
  }

  byte[] fill(int capacity) {
    ByteBuffer buffer = ByteBuffer.allocate(capacity);
    outbox.fill(buffer);
    byte[] bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return bytes;
  }

  void write(int bytes) {
    byte[] filled = fill(1_000_000);
    int length = Math.min(bytes, filled.length);
    written.write(filled, 0, length);
    outbox.advance(length);
  }

  void writeAll(Outbox from, int bytesPerWrite) {
    while (!from.isEmpty()) {
      ByteBuffer buffer = ByteBuffer.allocate(bytesPerWrite);
      from.fill(buffer);
      written.write(buffer.array(), 0, buffer.position());
      from.advance(buffer.position());
    }
  }

  static void advance(Outbox from, int bytes) {
    from.fill(ByteBuffer.allocate(1_000));
    from.advance(bytes);
  }

  String writtenHex() {
    return hex(written.toByteArray());
  }

  static String frame(String text) {
    int length = text.length();
    String header =
        length < 126
            ? String.format("81%02x", length)
            : length < 65_536
                ? String.format("817e%04x", length)
                : String.format("817f%016x", length);
    return header + hex(json(text));
  }

  static String hex(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  static byte[] json(String text) {
    return text.getBytes(UTF_8);
  }

  static Slot slot(String key, String text) {
    return new TestSlot(key, () -> json(text));
  }
}
