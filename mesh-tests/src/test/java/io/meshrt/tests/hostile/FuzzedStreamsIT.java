// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.core.internal.websocket.FrameDecoder;
import io.meshrt.core.internal.websocket.MessageListener;
import io.meshrt.core.internal.websocket.ProtocolViolation;
import io.meshrt.testkit.RawFrame;
import io.meshrt.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Damaged conversations with a whole server, one after the other on connections that live until one
 * is closed for it: what can still be answered is, and nothing is left of all else.
 */
class FuzzedStreamsIT extends HostileSuite {
  private static final int STREAMS = Boolean.getBoolean("mesh.full") ? 1_000_000 : 10_000;
  private static final int BATCH = 200;
  private static final int AT_ONCE = 4;
  private static final int WARM_UP = 400;
  private static final int MAX_MESSAGE_BYTES = 320 * 1024;
  private static final String PROBE =
      "{\"id\":777,\"command\":\"echo\",\"payload\":\"still here\"}";

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void eachIsAnsweredOrClosedAndHarmsNobody() throws Exception {
    talkAll(-WARM_UP, 0);
    Memory before = Memory.now();
    talkAll(0, STREAMS);
    before.assertBack();
  }

  private void talkAll(int from, int to) throws IOException {
    for (int first = from; first < to; first += BATCH) {
      int begin = first;
      IntStream.range(0, AT_ONCE)
          .parallel()
          .forEach(
              part -> talk(begin + part * BATCH / AT_ONCE, begin + (part + 1) * BATCH / AT_ONCE));
      trouble().assertNothingGrave();
      trouble().forget();
      assertNeighbourIsAnswered();
      assertAllAreGone();
    }
  }

  private void assertAllAreGone() {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> server().connections().count() == 1);
  }

  /** Every other stream is of a client of an older generation; both go on while they can. */
  private void talk(int from, int to) {
    Map<Tongue, RawWebSocket> open = new EnumMap<>(Tongue.class);
    int seed = from;
    try {
      for (; seed < to; seed++) {
        Tongue tongue = seed % 2 == 0 ? Tongue.V1 : Tongue.MESH;
        RawWebSocket socket = open.remove(tongue);
        RawWebSocket used = socket == null ? tongue.to(port()).open() : socket;
        if (goesOn(used, seed, tongue)) {
          open.put(tongue, used);
        } else {
          used.reset();
        }
      }
      for (RawWebSocket socket : open.values()) {
        socket.reset();
      }
    } catch (IOException | AssertionError e) {
      throw new AssertionError("seed " + seed + " of those from " + from, e);
    }
  }

  /** Whether the connection is still there; fails when it is not as it should be. */
  private static boolean goesOn(RawWebSocket socket, int seed, Tongue tongue) throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    Random random = new Random(seed);
    stream.writeBytes(DamagedConversation.random(random));
    stream.writeBytes(RawFrame.text(PROBE).masked());
    byte[] bytes = stream.toByteArray();
    Meaning meaning = Meaning.of(bytes, tongue);
    try {
      sendSomehow(socket, bytes, random);
      if (!meaning.ends && !meaning.probed) {
        socket.halfClose();
      }
    } catch (IOException e) {
      // Closed already, which is for the reader to see.
    }
    boolean answered = hasAnswer(socket);
    assertThat(answered)
        .as(() -> HexFormat.of().formatHex(bytes))
        .isEqualTo(meaning.probed && !meaning.ends);
    return answered;
  }

  /** At once, or now and then in slices. */
  private static void sendSomehow(RawWebSocket socket, byte[] bytes, Random random)
      throws IOException {
    boolean sliced = random.nextInt(16) == 0;
    socket.sendSliced(bytes, sliced ? 1 + random.nextInt(40) : bytes.length);
  }

  /** Whether the probe is answered; fails when the connection neither answers nor ends. */
  private static boolean hasAnswer(RawWebSocket socket) throws IOException {
    String text = socket.readText();
    while (text != null && !(text.contains("\"id\":777") && text.contains("still here"))) {
      text = socket.readText();
    }
    return text != null;
  }

  /** What a stream comes to: whether it ends the connection, and the probe is a message of it. */
  private static final class Meaning implements MessageListener {
    private final boolean binaryEnds;
    private boolean ends;
    private boolean probed;

    private Meaning(boolean binaryEnds) {
      this.binaryEnds = binaryEnds;
    }

    static Meaning of(byte[] stream, Tongue tongue) {
      Meaning meaning = new Meaning(tongue == Tongue.V1);
      try {
        FrameDecoder.forServer(MAX_MESSAGE_BYTES).decode(stream.clone(), 0, stream.length, meaning);
      } catch (ProtocolViolation e) {
        meaning.ends = true;
      }
      return meaning;
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
      probed |= new String(buffer, offset, length, StandardCharsets.UTF_8).equals(PROBE);
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
      ends |= binaryEnds;
    }

    @Override
    public void onPing(byte[] buffer, int offset, int length) {}

    @Override
    public void onPong(byte[] buffer, int offset, int length) {}

    @Override
    public void onClose(int code, String reason) {
      ends = true;
    }
  }
}
