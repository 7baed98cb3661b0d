// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Keeps what a decoder reports as one line per event: {@code text Hello}, {@code ping 00ff}. */
public class RecordingListener implements MessageListener {
  final List<String> events = new ArrayList<>();

  /** One event as a line. */
  public static String line(String type, byte[] buffer, int offset, int length) {
    String payload =
        type.equals("text")
            ? new String(buffer, offset, length, StandardCharsets.UTF_8)
            : HexFormat.of().formatHex(buffer, offset, offset + length);
    return type + " " + payload;
  }

  @Override
  public void onText(byte[] buffer, int offset, int length) {
    events.add(line("text", buffer, offset, length));
  }

  @Override
  public void onBinary(byte[] buffer, int offset, int length) {
    events.add(line("binary", buffer, offset, length));
  }

  @Override
  public void onPing(byte[] buffer, int offset, int length) {
    events.add(line("ping", buffer, offset, length));
  }

  @Override
  public void onPong(byte[] buffer, int offset, int length) {
    events.add(line("pong", buffer, offset, length));
  }

  @Override
  public void onClose(int code, String reason) {
    events.add("close " + code + " " + reason);
  }
}
