// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.server.connection.ConnectionLimits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboxTest {
  private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final byte[] CLOSE = {(byte) 0x88, 2, 3, (byte) 0xe8};

  private final List<String> events = new ArrayList<>();
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

  private final Outbox outbox = outbox(1_000, 100);

  @Test
  void framesLeaveInTheOrderTheyWereOffered() {
    outbox.offer(json("one"));
    outbox.offer(json("two"));

    write(1_000);

    assertThat(writtenHex()).isEqualTo(frame("one") + frame("two"));
    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void theSameBytesComeAgainUntilTheyAreAdvanced() {
    outbox.offer(json("one"));

    String first = hex(fill(1_000));
    String second = hex(fill(1_000));

    assertThat(second).isEqualTo(first).isEqualTo(frame("one"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 11, 64, 1_000})
  void everyByteLeavesOnceHoweverSmallTheWrites(int bytesPerWrite) {
    Outbox large = outbox(200_000, 100);
    StringBuilder expected = new StringBuilder();
    for (int length : new int[] {1, 125, 126, 127, 65_535, 65_536}) {
      String text = "x".repeat(length);
      large.offer(json(text));
      expected.append(frame(text));
    }

    writeAll(large, bytesPerWrite);

    assertThat(writtenHex()).isEqualTo(expected.toString());
    assertThat(large.isEmpty()).isTrue();
    assertThat(large.pendingBytes()).isZero();
  }

  @Test
  void aFrameMayStopInsideItsHeader() {
    outbox.offer(json("x".repeat(200)));

    write(3);
    write(1_000);

    assertThat(writtenHex()).isEqualTo(frame("x".repeat(200)));
  }

  @ParameterizedTest
  @ValueSource(ints = {997, 998})
  void bytesUpToTheBoundAreTaken(int pendingBytes) {
    // Header 4 bytes, from 126 bytes of text on.
    boolean taken = outbox(1_002, 100).offer(json("x".repeat(pendingBytes)));

    assertThat(taken).isTrue();
  }

  @Test
  void oneByteMoreThanTheBoundIsRefused() {
    boolean taken = outbox(1_002, 100).offer(json("x".repeat(999)));

    assertThat(taken).isFalse();
  }

  @Test
  void entriesUpToTheBoundAreTakenAndOneMoreIsRefused() {
    Outbox small = outbox(1_000, 3);

    List<Boolean> taken =
        List.of(
            small.offer(json("a")),
            small.offer(slot("k", "b")),
            small.offer(json("c")),
            small.offer(json("d")));

    assertThat(taken).containsExactly(true, true, true, false);
  }

  @Test
  void whatWasRefusedLeavesNoTrace() {
    outbox.offer(json("one"));
    outbox.offer(json("x".repeat(1_000)));

    write(10_000);

    assertThat(writtenHex()).isEqualTo(frame("one"));
  }

  @Test
  void writtenBytesMakeRoomByteByByte() {
    Outbox small = outbox(10, 100);
    small.offer(json("12345678"));
    boolean before = small.offer(json("a"));

    advance(small, 3);
    boolean after = small.offer(json("a"));

    assertThat(before).isFalse();
    assertThat(after).isTrue();
  }

  @Test
  void aNewerSlotTakesThePlaceOfTheOneThatWaits() {
    outbox.offer(slot("k", "old"));
    outbox.offer(json("between"));
    outbox.offer(slot("k", "new"));

    write(1_000);

    assertThat(writtenHex()).isEqualTo(frame("new") + frame("between"));
  }

  @Test
  void slotsOfDifferentKeysBothLeave() {
    outbox.offer(slot("a", "1"));
    outbox.offer(slot("b", "2"));

    write(1_000);

    assertThat(writtenHex()).isEqualTo(frame("1") + frame("2"));
  }

  @Test
  void aSlotIsRenderedWhenItIsFirstCopiedAndNeverAgain() {
    List<String> rendered = new ArrayList<>();
    outbox.offer(
        new TestSlot(
            "k",
            () -> {
              rendered.add("now");
              return json("value");
            }));
    List<String> beforeFill = List.copyOf(rendered);

    String first = hex(fill(4));
    String second = hex(fill(1_000));

    assertThat(beforeFill).isEmpty();
    assertThat(rendered).hasSize(1);
    assertThat(second).startsWith(first);
  }

  @Test
  void offerSlotAfterFillWaitsBehindTheFrozenOne() {
    outbox.offer(slot("k", "frozen"));
    fill(1_000);

    outbox.offer(slot("k", "newer"));
    write(1_000);

    assertThat(writtenHex()).isEqualTo(frame("frozen") + frame("newer"));
  }

  @Test
  void offerWhileASlotRendersIsKept() {
    outbox.offer(
        new TestSlot(
            "k",
            () -> {
              outbox.offer(slot("k", "from within"));
              return json("first");
            }));

    write(1_000);

    assertThat(writtenHex()).isEqualTo(frame("first") + frame("from within"));
  }

  @Test
  void aSlotWithNothingToSayLeavesNothing() {
    outbox.offer(json("one"));
    outbox.offer(new TestSlot("k", () -> null));
    outbox.offer(json("two"));
    outbox.offer(new TestSlot("l", () -> null));

    write(1_000);

    assertThat(writtenHex()).isEqualTo(frame("one") + frame("two"));
    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void aLoneSlotWithNothingToSayLeavesTheOutboxEmpty() {
    outbox.offer(new TestSlot("k", () -> null));

    fill(1_000);

    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void controlFramesGoAheadOfWholeFrames() {
    outbox.offer(json("one"));
    outbox.offerControl(CLOSE);

    write(1_000);

    assertThat(writtenHex()).isEqualTo(hex(CLOSE) + frame("one"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void controlFramesWaitForTheEndOfAHalfWrittenFrame(int bytesBefore) {
    outbox.offer(json("one"));
    outbox.offer(json("two"));
    write(bytesBefore);

    outbox.offerControl(CLOSE);
    writeAll(outbox, 1);

    assertThat(writtenHex()).isEqualTo(frame("one") + hex(CLOSE) + frame("two"));
  }

  @Test
  void aHalfWrittenControlFrameIsFinishedBeforeAnythingElse() {
    outbox.offerControl(CLOSE);
    write(1);

    outbox.offer(json("one"));
    outbox.offerControl(CLOSE);
    writeAll(outbox, 3);

    assertThat(writtenHex()).isEqualTo(hex(CLOSE) + hex(CLOSE) + frame("one"));
  }

  @Test
  void discardedDataIsGoneButForTheHalfWrittenFrame() {
    outbox.offer(json("one"));
    outbox.offer(json("two"));
    outbox.offer(slot("k", "three"));
    write(2);

    outbox.discardData();
    outbox.offerControl(CLOSE);
    write(1_000);

    assertThat(writtenHex()).isEqualTo(frame("one") + hex(CLOSE));
    assertThat(outbox.isEmpty()).isTrue();
    assertThat(outbox.pendingBytes()).isZero();
  }

  @Test
  void discardKeepsControlFrames() {
    outbox.offer(json("one"));
    outbox.offerControl(CLOSE);

    outbox.discardData();
    write(1_000);

    assertThat(writtenHex()).isEqualTo(hex(CLOSE));
  }

  @Test
  void aSealedOutboxRefusesDataAndKeepsWhatWaits() {
    outbox.offer(json("one"));

    outbox.seal();
    boolean taken = outbox.offer(json("two"));
    boolean slotTaken = outbox.offer(slot("k", "three"));
    write(1_000);

    assertThat(taken).isFalse();
    assertThat(slotTaken).isFalse();
    assertThat(writtenHex()).isEqualTo(frame("one"));
  }

  @Test
  void aClosedOutboxIsEmpty() {
    outbox.offer(json("one"));
    outbox.offerControl(CLOSE);

    outbox.close();

    assertThat(outbox.isEmpty()).isTrue();
    assertThat(outbox.pendingBytes()).isZero();
    assertThat(outbox.offer(json("two"))).isFalse();
  }

  @Test
  void marksAreCrossedOnceEachWay() {
    outbox.offer(json("x".repeat(496)));
    List<String> atHalf = List.copyOf(events);
    outbox.offer(json("a"));
    outbox.offer(json("b"));
    boolean above = outbox.isAboveHighMark();
    write(255);
    List<String> aboveQuarter = List.copyOf(events);
    write(1);

    assertThat(atHalf).isEmpty();
    assertThat(above).isTrue();
    assertThat(aboveQuarter).containsExactly("high");
    assertThat(events).containsExactly("high", "low");
    assertThat(outbox.isAboveHighMark()).isFalse();
  }

  @Test
  void manySmallEntriesCrossTheMarksToo() {
    Outbox small = outbox(1_000_000, 8);

    for (int i = 0; i < 5; i++) {
      small.offer(json("a"));
    }

    assertThat(events).containsExactly("high");
  }

  @Test
  void controlFramesCrossTheMarksToo() {
    for (int i = 0; i <= 125; i++) {
      outbox.offerControl(CLOSE);
    }

    assertThat(events).containsExactly("high");
  }

  @Test
  void advancingPastWhatWasFilledFailsLoudly() {
    outbox.offer(json("one"));
    fill(1_000);

    assertThatThrownBy(() -> outbox.advance(6)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void noProgressForTheWholeTimeIsAStall() {
    outbox.offer(json("one"));
    long start = 5;
    outbox.isStalled(start, STALL_NANOS);

    boolean justBefore = outbox.isStalled(start + STALL_NANOS - 1, STALL_NANOS);
    boolean then = outbox.isStalled(start + STALL_NANOS, STALL_NANOS);

    assertThat(justBefore).isFalse();
    assertThat(then).isTrue();
  }

  @Test
  void anyProgressEndsAStall() {
    outbox.offer(json("one"));
    outbox.isStalled(5, STALL_NANOS);
    write(1);

    boolean stalled = outbox.isStalled(5 + STALL_NANOS, STALL_NANOS);

    assertThat(stalled).isFalse();
  }

  @Test
  void theFirstLookNeverFindsAStall() {
    outbox.offer(json("one"));

    boolean stalled = outbox.isStalled(Long.MAX_VALUE, STALL_NANOS);

    assertThat(stalled).isFalse();
  }

  @Test
  void aSharedFrameIsCountedOnce() {
    byte[] shared = json("shared");
    Outbox other = outbox(1_000, 100);
    outbox.offer(shared);
    other.offer(shared);
    other.offer(json("own"));
    Set<byte[]> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    long bytes = outbox.addBufferedTo(seen) + other.addBufferedTo(seen);

    assertThat(bytes).isEqualTo("shared".length() + "own".length());
  }

  private Outbox outbox(int maxBytes, int maxEntries) {
    return new Outbox(
        ConnectionLimits.defaults().withMaxOutboxBytes(maxBytes).withMaxOutboxEntries(maxEntries),
        listener);
  }

  private byte[] fill(int capacity) {
    ByteBuffer buffer = ByteBuffer.allocate(capacity);
    outbox.fill(buffer);
    byte[] bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private void write(int bytes) {
    byte[] filled = fill(1_000_000);
    int length = Math.min(bytes, filled.length);
    written.write(filled, 0, length);
    outbox.advance(length);
  }

  private void writeAll(Outbox from, int bytesPerWrite) {
    while (!from.isEmpty()) {
      ByteBuffer buffer = ByteBuffer.allocate(bytesPerWrite);
      from.fill(buffer);
      written.write(buffer.array(), 0, buffer.position());
      from.advance(buffer.position());
    }
  }

  private static void advance(Outbox from, int bytes) {
    from.fill(ByteBuffer.allocate(1_000));
    from.advance(bytes);
  }

  private String writtenHex() {
    return hex(written.toByteArray());
  }

  private static String frame(String text) {
    int length = text.length();
    String header =
        length < 126
            ? String.format("81%02x", length)
            : length < 65_536
                ? String.format("817e%04x", length)
                : String.format("817f%016x", length);
    return header + hex(json(text));
  }

  private static String hex(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  private static byte[] json(String text) {
    return text.getBytes(UTF_8);
  }

  private static Slot slot(String key, String text) {
    return new TestSlot(key, () -> json(text));
  }
}
