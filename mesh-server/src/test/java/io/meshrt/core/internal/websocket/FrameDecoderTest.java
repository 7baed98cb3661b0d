// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the shared cases cannot say: where bytes lie, what is held, and what a listener may do. */
class FrameDecoderTest {
  private static final int MAX_MESSAGE_BYTES = 10_000;

  private final FrameDecoder decoder = FrameDecoder.forServer(MAX_MESSAGE_BYTES);
  private final RecordingListener listener = new RecordingListener();

  @Test
  void wholeMessageIsReportedFromTheGivenBuffer() {
    byte[] read = ClientFrame.stream(ClientFrame.text("abc"), ClientFrame.binary((byte) 1));
    var places = new ArrayList<String>();

    decoder.decode(
        read,
        0,
        read.length,
        new RecordingListener() {
          @Override
          public void onText(byte[] buffer, int offset, int length) {
            places.add((buffer == read) + " " + offset + " " + length);
          }

          @Override
          public void onBinary(byte[] buffer, int offset, int length) {
            places.add((buffer == read) + " " + offset + " " + length);
          }
        });

    assertThat(places).containsExactly("true 6 3", "true 15 1");
  }

  @Test
  void newDecoderHoldsNothing() {
    assertThat(decoder.bufferedBytes()).isZero();
    assertThat(decoder.midMessage()).isFalse();
  }

  @Test
  void wholeFramesLeaveNothingHeld() {
    decode(ClientFrame.stream(ClientFrame.text("a"), ClientFrame.ping("b")));

    assertThat(decoder.bufferedBytes()).isZero();
    assertThat(decoder.midMessage()).isFalse();
  }

  @Test
  void headerAloneHoldsNoArray() {
    byte[] header = ClientFrame.text("").announcing(MAX_MESSAGE_BYTES).bytes();

    decode(header);

    assertThat(decoder.bufferedBytes()).isZero();
    assertThat(decoder.midMessage()).isTrue();
  }

  @Test
  void memoryFollowsWhatArrivedNotWhatIsAnnounced() {
    decode(ClientFrame.text("x".repeat(1000)).announcing(MAX_MESSAGE_BYTES).bytes());

    assertThat(decoder.bufferedBytes()).isBetween(1000, 2000);
  }

  @Test
  void nearlyCompleteFrameIsHeldInAnArrayOfItsOwnLength() {
    byte[] frame = ClientFrame.text("x".repeat(1000)).bytes();

    decoder.decode(frame, 0, frame.length - 1, listener);

    assertThat(decoder.bufferedBytes()).isEqualTo(1000);
  }

  @Test
  void arrayIsReleasedWhenTheMessageIsReported() {
    byte[] frame = ClientFrame.text("x".repeat(1000)).bytes();
    decoder.decode(frame, 0, 500, listener);
    var heldDuringCallback = new ArrayList<Integer>();

    decoder.decode(
        frame,
        500,
        frame.length,
        new RecordingListener() {
          @Override
          public void onText(byte[] buffer, int offset, int length) {
            heldDuringCallback.add(decoder.bufferedBytes());
          }
        });

    assertThat(heldDuringCallback).containsExactly(0);
  }

  @Test
  void splitPingIsReleasedOnceItIsReported() {
    byte[] frame = ClientFrame.ping("x".repeat(125)).bytes();

    decoder.decode(frame, 0, 50, listener);
    assertThat(decoder.midMessage()).isTrue();
    decoder.decode(frame, 50, frame.length, listener);

    assertThat(listener.events).containsExactly("ping " + "78".repeat(125));
    assertThat(decoder.bufferedBytes()).isZero();
    assertThat(decoder.midMessage()).isFalse();
  }

  @Test
  void splitPingDoesNotDisturbTheFragmentsAroundIt() {
    ClientFrame ping = ClientFrame.ping("p".repeat(125));
    byte[] stream =
        ClientFrame.stream(
            ClientFrame.text("x".repeat(200)).notFinal(),
            ping,
            ClientFrame.continuation("y").notFinal(),
            ping,
            ClientFrame.continuation("z"));

    Outcome outcome = Outcome.of(stream, MAX_MESSAGE_BYTES, Slicing.SINGLE_BYTES);

    assertThat(outcome.events())
        .containsExactly(
            "ping " + "70".repeat(125),
            "ping " + "70".repeat(125),
            "text " + "x".repeat(200) + "yz");
  }

  @Test
  void splitPingsBetweenFragmentsDoNotMakeTheMessageBeCopiedEachTime() {
    byte[] ping = ClientFrame.ping("p".repeat(125)).bytes();
    byte[] fragment = ClientFrame.continuation("x".repeat(50)).notFinal().bytes();
    var capacities = new HashSet<Integer>();
    decode(ClientFrame.text("").notFinal().bytes());

    for (int count = 0; count < MAX_MESSAGE_BYTES / 50; count++) {
      decoder.decode(fragment.clone(), 0, fragment.length, listener);
      capacities.add(decoder.bufferedBytes());
      decoder.decode(ping.clone(), 0, 130, listener);
      capacities.add(decoder.bufferedBytes());
      decoder.decode(ping.clone(), 130, ping.length, listener);
    }

    assertThat(capacities).hasSizeLessThan(10);
  }

  @Test
  void emptyFragmentsHoldNothingButKeepTheDeadlineRunning() {
    decode(ClientFrame.text("").notFinal().bytes());

    for (int count = 0; count < 100_000; count++) {
      decode(ClientFrame.continuation("").notFinal().bytes());
    }

    assertThat(decoder.bufferedBytes()).isZero();
    assertThat(decoder.midMessage()).isTrue();
  }

  @Test
  void deadlineIsNotCarriedFromOneMessageToTheNext() {
    byte[] stream = ClientFrame.stream(ClientFrame.text("a"), ClientFrame.text("b"));
    var midMessage = new ArrayList<Boolean>();

    decoder.decode(stream, 0, stream.length - 1, midMessageDuringCallbacks(midMessage));

    assertThat(midMessage).containsExactly(false);
    assertThat(decoder.midMessage()).isTrue();
  }

  @Test
  void pingBetweenFragmentsSeesTheMessageUnfinished() {
    var midMessage = new ArrayList<Boolean>();
    byte[] stream =
        ClientFrame.stream(
            ClientFrame.ping(""), ClientFrame.text("a").notFinal(), ClientFrame.ping(""));

    decoder.decode(stream, 0, stream.length, midMessageDuringCallbacks(midMessage));

    assertThat(midMessage).containsExactly(false, true);
  }

  @Test
  void onlyTheGivenRangeIsRead() {
    byte[] frame = ClientFrame.text("abc").bytes();
    byte[] read = new byte[frame.length + 20];
    Arrays.fill(read, (byte) 0xff);
    System.arraycopy(frame, 0, read, 10, frame.length);

    decoder.decode(read, 10, 10 + frame.length, listener);

    assertThat(listener.events).containsExactly("text abc");
  }

  @Test
  void bytesAfterStopInACallbackAreIgnored() {
    byte[] stream =
        ClientFrame.stream(ClientFrame.text("a"), ClientFrame.text("b"), ClientFrame.ping("c"));

    decoder.decode(stream, 0, stream.length, stoppingAtFirstText());
    decode(ClientFrame.text("d").bytes());

    assertThat(listener.events).isEmpty();
    assertThat(decoder.midMessage()).isFalse();
  }

  @Test
  void stopDuringAPingDropsTheFragmentsHeld() {
    byte[] stream =
        ClientFrame.stream(
            ClientFrame.text("abc").notFinal(),
            ClientFrame.ping(""),
            ClientFrame.continuation("def"));

    decoder.decode(
        stream,
        0,
        stream.length,
        new RecordingListener() {
          @Override
          public void onPing(byte[] buffer, int offset, int length) {
            decoder.stop();
          }

          @Override
          public void onText(byte[] buffer, int offset, int length) {
            throw new AssertionError("reported after stop");
          }
        });

    assertThat(decoder.bufferedBytes()).isZero();
  }

  @Test
  void violationLeavesTheDecoderSpent() {
    decode(ClientFrame.text("held").notFinal().bytes());

    ProtocolViolation violation = violationOf(ClientFrame.text("b").bytes());
    decode(ClientFrame.continuation("c").bytes());

    assertThat(violation.closeCode()).isEqualTo(1002);
    assertThat(listener.events).isEmpty();
    assertThat(decoder.bufferedBytes()).isZero();
    assertThat(decoder.midMessage()).isFalse();
  }

  @Test
  void violationNamesTheRuleAndTakesNoStackTrace() {
    ProtocolViolation violation = violationOf(ClientFrame.text("secret").withoutMask().bytes());

    assertThat(violation).hasMessage("frame without mask");
    assertThat(violation.getStackTrace()).isEmpty();
  }

  @Test
  void negativeLengthIsNotTakenForAShortOne() {
    ProtocolViolation violation = violationOf(HexFormat.of().parseHex("82ff80000000000000007f"));

    assertThat(violation).hasMessage("negative length");
  }

  @Test
  void messagesBeforeAViolationInTheSameReadAreReported() {
    byte[] stream = ClientFrame.stream(ClientFrame.text("good"), ClientFrame.continuation("bad"));

    violationOf(stream);

    assertThat(listener.events).containsExactly("text good");
  }

  @Test
  void listenerThatThrowsLeavesTheDecoderSpent() {
    byte[] stream = ClientFrame.stream(ClientFrame.text("a"), ClientFrame.text("b"));
    var failing =
        new RecordingListener() {
          @Override
          public void onText(byte[] buffer, int offset, int length) {
            throw new IllegalStateException("listener failed");
          }
        };

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> decoder.decode(stream, 0, stream.length, failing));
    decode(ClientFrame.text("c").bytes());

    assertThat(listener.events).isEmpty();
  }

  @Test
  void limitOutOfRangeIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> FrameDecoder.forServer(0));
    assertThatIllegalArgumentException().isThrownBy(() -> FrameDecoder.forServer((1 << 30) + 1));
  }

  @Test
  void rangeOutsideOfTheBufferIsRefused() {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> decoder.decode(new byte[4], 0, 5, listener));
  }

  @Test
  void wholeFramesAreDecodedWithoutAllocating() {
    // A mask of ASCII turns ASCII into ASCII, so the same buffer can be decoded again and again.
    ClientFrame frame = ClientFrame.text("x".repeat(115)).withMask(new byte[] {1, 2, 3, 4});
    byte[] read = ClientFrame.stream(frame, frame, frame);
    var counting = new CountingListener();
    decodeOften(read, counting, 10_000);

    long before = allocatedBytes();
    decodeOften(read, counting, 10_000);
    long allocated = allocatedBytes() - before;

    assertThat(counting.texts).isEqualTo(60_000);
    assertThat(allocated).as("bytes for 30,000 frames").isLessThan(30_000);
  }

  private void decode(byte[] stream) {
    decoder.decode(stream, 0, stream.length, listener);
  }

  private ProtocolViolation violationOf(byte[] stream) {
    return catchThrowableOfType(ProtocolViolation.class, () -> decode(stream));
  }

  private void decodeOften(byte[] read, MessageListener counting, int times) {
    for (int count = 0; count < times; count++) {
      decoder.decode(read, 0, read.length, counting);
    }
  }

  private static long allocatedBytes() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  private RecordingListener midMessageDuringCallbacks(List<Boolean> seen) {
    return new RecordingListener() {
      @Override
      public void onText(byte[] buffer, int offset, int length) {
        seen.add(decoder.midMessage());
      }

      @Override
      public void onPing(byte[] buffer, int offset, int length) {
        seen.add(decoder.midMessage());
      }
    };
  }

  private RecordingListener stoppingAtFirstText() {
    return new RecordingListener() {
      private boolean stopped;

      @Override
      public void onText(byte[] buffer, int offset, int length) {
        if (stopped) {
          throw new AssertionError("reported after stop");
        }
        stopped = true;
        decoder.stop();
      }
    };
  }

  private static final class CountingListener extends RecordingListener {
    private int texts;

    @Override
    public void onText(byte[] buffer, int offset, int length) {
      texts++;
    }
  }
}
