// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedFramesTest {
  private static final int MAX_MESSAGE_BYTES = 100_000;

  private final MaskedFrames frames = new MaskedFrames(new Random(6455));
  private final RecordingListener server = new RecordingListener();
  private final FrameDecoder decoder = FrameDecoder.forServer(MAX_MESSAGE_BYTES);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536})
  void serverReadsTheText(int length) {
    String text = "x".repeat(length);

    decode(frames.text(ClientFrame.utf8(text)));

    assertThat(server.events).containsExactly("text " + text);
  }

  @Test
  void serverReadsPongsAndCloses() {
    decode(frames.pong(new byte[] {9, 1, 2, 9}, 1, 2));
    decode(frames.close(1009, "too big"));

    assertThat(server.events).containsExactly("pong 0102", "close 1009 too big");
  }

  @Test
  void serverReadsACloseWithoutCode() {
    decode(frames.close(CloseCodes.NO_CODE, ""));

    assertThat(server.events).containsExactly("close 1005 ");
  }

  @Test
  void pongTooLongIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> frames.pong(new byte[126], 0, 126));
  }

  @Test
  void everyFrameHasAKeyOfItsOwn() {
    Set<Integer> keys = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      keys.add(Masking.key(frames.text(new byte[0]), 2));
    }

    assertThat(keys).hasSize(1_000);
  }

  @Test
  void payloadOfTheCallerStaysAsItIs() {
    byte[] payload = ClientFrame.utf8("as it is");

    byte[] frame = frames.text(payload);

    assertThat(payload).isEqualTo(ClientFrame.utf8("as it is"));
    assertThat(Arrays.copyOfRange(frame, 6, frame.length)).isNotEqualTo(payload);
  }

  private void decode(byte[] frame) {
    decoder.decode(frame, 0, frame.length, server);
  }
}
