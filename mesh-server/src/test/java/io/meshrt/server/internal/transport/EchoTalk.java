// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.internal.websocket.Outcome;
import io.meshrt.core.internal.websocket.RecordingListener;
import io.meshrt.server.internal.transport.RawClient.Frame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an echoing server says to a stream, held against what a decoder makes of the stream. Echoes
 * come complete and in order; of several pings the server may answer only the latest, and it may
 * answer ahead of echoes.
 */
final class EchoTalk {
  private static final String FOLLOWING = "following";
  private static final int NORMAL = 1000;
  private static final int NO_CODE = 1005;

  /** So much is in the socket's buffers before the close frame is written, read or not. */
  private static final int SURELY_WRITTEN_CHARS = 16 * 1024;

  private final RawClient client;
  private final Outcome expected;
  private final List<String> expectedEchoes;
  private final List<String> expectedPongs;
  private final List<String> echoes = new ArrayList<>();
  private final List<String> pongs = new ArrayList<>();

  // 0 before a close frame came.
  private int closeCode;

  EchoTalk(RawClient client, Outcome expected) {
    this.client = client;
    this.expected = expected;
    this.expectedEchoes = ofTypes(expected, "text ", "binary ");
    this.expectedPongs = ofTypes(expected, "ping ");
  }

  private static List<String> ofTypes(Outcome outcome, String... types) {
    return outcome.events().stream()
        .filter(event -> Arrays.stream(types).anyMatch(event::startsWith))
        .toList();
  }

  /** Reads until all that the stream calls for has come; nothing more has to be sent for that. */
  void awaitAnswers() {
    if (expected.closeCode() != 0) {
      awaitClose(expected.closeCode());
      return;
    }
    while (echoes.size() < expectedEchoes.size() || !lastOf(pongs).equals(lastOf(expectedPongs))) {
      assertThat(readFrame()).as("the connection is open").isTrue();
    }
    assertThat(echoes).isEqualTo(expectedEchoes);
  }

  /** One more message is echoed, then the client closes. */
  void goOn() throws IOException {
    client.sendText(FOLLOWING);
    awaitFollowing();
    client.send(RawClient.closeFrame(NORMAL));
    awaitClose(NORMAL);
  }

  /** Like {@link #goOn}, when the message was sent together with the stream. */
  void goOnAfterFollowing() throws IOException {
    if (expected.closeCode() == 0) {
      awaitFollowing();
      client.send(RawClient.closeFrame(NORMAL));
      awaitClose(NORMAL);
    } else {
      awaitClose(expected.closeCode());
    }
  }

  static byte[] following() {
    return RawClient.text(FOLLOWING);
  }

  private void awaitFollowing() {
    while (echoes.size() <= expectedEchoes.size()) {
      assertThat(readFrame()).as("the connection is open").isTrue();
    }
    assertThat(echoes.remove(echoes.size() - 1)).isEqualTo("text " + FOLLOWING);
  }

  /** Reads to the end of the stream, in front of which there is a close frame with this code. */
  void awaitClose(int code) {
    readToEnd();
    assertThat(closeCode).isEqualTo(code);
    checkAnswers();
  }

  /** The client ends the stream within a message; the server has nothing more to say. */
  void endWithin() throws IOException {
    client.socket().shutdownOutput();
    readToEnd();
    assertThat(closeCode).as("close code").isZero();
    checkAnswers();
  }

  private void readToEnd() {
    boolean more = true;
    while (more) {
      more = readFrame();
    }
  }

  private boolean readFrame() {
    Frame frame = client.nextFrame();
    if (frame == null) {
      return false;
    }
    assertThat(closeCode).as("a frame behind the close frame").isZero();
    byte[] payload = frame.payload;
    switch (frame.firstByte) {
      case RawClient.TEXT -> echoes.add(line("text", payload));
      case RawClient.BINARY -> echoes.add(line("binary", payload));
      case RawClient.PONG -> pongs.add(line("ping", payload));
      case RawClient.CLOSE ->
          closeCode =
              payload.length == 0
                  ? NO_CODE
                  : ((payload[0] & 0xff) << Byte.SIZE) | (payload[1] & 0xff);
      default -> throw new AssertionError("frame begins with " + frame.firstByte);
    }
    return true;
  }

  private static String line(String type, byte[] payload) {
    return RecordingListener.line(type, payload, 0, payload.length);
  }

  private void checkAnswers() {
    boolean mayDrop = expectedEchoes.stream().mapToInt(String::length).sum() > SURELY_WRITTEN_CHARS;
    if (mayDrop && expected.closeCode() != 0) {
      assertThat(expectedEchoes.subList(0, echoes.size())).isEqualTo(echoes);
      return;
    }
    assertThat(echoes).isEqualTo(expectedEchoes);
    assertThat(lastOf(pongs)).isEqualTo(lastOf(expectedPongs));
    int next = 0;
    for (String pong : pongs) {
      while (next < expectedPongs.size() && !expectedPongs.get(next).equals(pong)) {
        next++;
      }
      assertThat(next).as("pongs in order: %s", pongs).isLessThan(expectedPongs.size());
      next++;
    }
  }

  private static String lastOf(List<String> lines) {
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
