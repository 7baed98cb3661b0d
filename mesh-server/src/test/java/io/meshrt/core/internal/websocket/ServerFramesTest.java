// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A decoder that reads what a server sends. */
class ServerFramesTest {
  private static final int MAX_MESSAGE_BYTES = 70_000;

  private final RecordingListener client = new RecordingListener();
  private final FrameDecoder decoder = FrameDecoder.forClient(MAX_MESSAGE_BYTES);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 125, 126, 65_535, 65_536, 70_000})
  void framesOfTheServerAreReadHoweverTheyAreSliced(int length) {
    String text = "y".repeat(length);
    byte[] stream = FrameEncoder.text(ClientFrame.utf8(text));

    decode(stream, Slicing.WHOLE);
    decode(stream, Slicing.SINGLE_BYTES);
    decode(stream, Slicing.random(new Random(6455)));

    assertThat(client.events).containsExactly("text " + text, "text " + text, "text " + text);
  }

  @Test
  void controlFramesComeAmidAMessage() {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(ClientFrame.text("ab").notFinal().withoutMask().bytes());
    stream.writeBytes(FrameEncoder.ping(new byte[] {7}, 0, 1));
    stream.writeBytes(ClientFrame.continuation("cd").withoutMask().bytes());
    stream.writeBytes(FrameEncoder.close(1001, "bye"));

    decode(stream.toByteArray(), Slicing.SINGLE_BYTES);

    assertThat(client.events).containsExactly("ping 07", "text abcd", "close 1001 bye");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 14, 200})
  void maskedFrameIsAViolation(int slice) {
    byte[] stream = ClientFrame.text("m".repeat(100)).bytes();

    assertThatExceptionOfType(ProtocolViolation.class)
        .isThrownBy(() -> decode(stream, remaining -> Math.min(slice, remaining)))
        .matches(violation -> violation.closeCode() == 1002)
        .withMessage("masked frame");
  }

  @Test
  void messageOverTheLimitIsAViolationAsSoonAsItIsAnnounced() {
    byte[] header = Arrays.copyOf(FrameEncoder.text(new byte[MAX_MESSAGE_BYTES + 1]), 10);

    assertThatExceptionOfType(ProtocolViolation.class)
        .isThrownBy(() -> decode(header, Slicing.WHOLE))
        .matches(violation -> violation.closeCode() == 1009);
    assertThat(decoder.bufferedBytes()).isZero();
  }

  private void decode(byte[] stream, Slicing slicing) {
    for (int from = 0; from < stream.length; ) {
      int to = from + slicing.next(stream.length - from);
      byte[] read = Arrays.copyOfRange(stream, from, to);
      decoder.decode(read, 0, read.length, client);
      from = to;
    }
  }
}
