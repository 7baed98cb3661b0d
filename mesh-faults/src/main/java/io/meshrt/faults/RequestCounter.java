// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Reads the requests of one Redis client, however the bytes are cut, and tells the name of each:
 * arrays of bulk strings (RESP, "Sending commands to a Redis server"). Not thread-safe.
 */
final class RequestCounter {
  private enum State {
    ARRAY_LENGTH,
    STRING_LENGTH,
    STRING
  }

  private final Consumer<String> onRequest;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private State state = State.ARRAY_LENGTH;
  private int stringsLeft;
  private int bytesLeft;
  private boolean first;

  RequestCounter(Consumer<String> onRequest) {
    this.onRequest = onRequest;
  }

  void read(byte[] bytes, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (state == State.STRING) {
        inString(bytes[i]);
      } else {
        inLine(bytes[i]);
      }
    }
  }

  private void inLine(byte b) {
    if (b != '\n') {
      text.write(b);
      return;
    }
    String line = text.toString(US_ASCII).strip();
    text.reset();
    int number = line.length() < 2 ? 0 : Integer.parseInt(line.substring(1));
    if (state == State.ARRAY_LENGTH) {
      stringsLeft = number;
      first = true;
      state = number > 0 ? State.STRING_LENGTH : State.ARRAY_LENGTH;
    } else {
      bytesLeft = number + 2;
      state = State.STRING;
    }
  }

  private void inString(byte b) {
    bytesLeft--;
    if (first && bytesLeft >= 2) {
      text.write(b);
    }
    if (bytesLeft > 0) {
      return;
    }
    if (first) {
      onRequest.accept(text.toString(US_ASCII).toUpperCase(Locale.ROOT));
      text.reset();
      first = false;
    }
    stringsLeft--;
    state = stringsLeft > 0 ? State.STRING_LENGTH : State.ARRAY_LENGTH;
  }
}
