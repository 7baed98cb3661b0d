// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All that a decoder makes of a stream: events, how it ended, and whether it waits for more. */
public record Outcome(List<String> events, String end, boolean midMessage) {
  static final String OPEN = "open";
  private static final int MARGIN = 16;
  private static final byte MARGIN_BYTE = 0x55;

  /** Decodes a copy of the stream; each slice lies amid bytes that are none of its business. */
  public static Outcome of(byte[] stream, int maxMessageBytes, Slicing slicing) {
    var decoder = FrameDecoder.forServer(maxMessageBytes);
    var listener = new RecordingListener();
    String end = OPEN;
    for (int from = 0; from < stream.length; ) {
      int to = from + slicing.next(stream.length - from);
      byte[] read = amidMargins(stream, from, to);
      try {
        decoder.decode(read, MARGIN, read.length - MARGIN, listener);
      } catch (ProtocolViolation violation) {
        end = "violation " + violation.closeCode() + " " + violation.getMessage();
      }
      checkMargins(read);
      checkMemory(decoder, to, maxMessageBytes);
      from = to;
    }
    return new Outcome(listener.events, end, decoder.midMessage());
  }

  private static byte[] amidMargins(byte[] stream, int from, int to) {
    byte[] read = new byte[to - from + 2 * MARGIN];
    Arrays.fill(read, MARGIN_BYTE);
    System.arraycopy(stream, from, read, MARGIN, to - from);
    return read;
  }

  private static void checkMargins(byte[] read) {
    for (int index = 0; index < MARGIN; index++) {
      if (read[index] != MARGIN_BYTE || read[read.length - 1 - index] != MARGIN_BYTE) {
        throw new AssertionError("decoder wrote outside of what it was given");
      }
    }
  }

  private static void checkMemory(FrameDecoder decoder, int arrived, int maxMessageBytes) {
    int bound = Math.min(Math.max(256, 2 * arrived), maxMessageBytes + 125);
    if (decoder.bufferedBytes() > bound) {
      throw new AssertionError(decoder.bufferedBytes() + " bytes held after " + arrived);
    }
  }

  /**
   * What this server sends in its close frame: 1005 for no code, 0 if the connection stays open.
   */
  public int closeCode() {
    if (end.startsWith("violation ")) {
      return secondWord(end);
    }
    String last = events.isEmpty() ? "" : events.get(events.size() - 1);
    return last.startsWith("close ") ? secondWord(last) : 0;
  }

  private static int secondWord(String line) {
    return Integer.parseInt(line.split(" ", 3)[1]);
  }

  /** The same outcome with one more event, for a stream that goes on. */
  public Outcome followedBy(String event) {
    var more = new ArrayList<>(events);
    more.add(event);
    return new Outcome(more, end, midMessage);
  }
}
