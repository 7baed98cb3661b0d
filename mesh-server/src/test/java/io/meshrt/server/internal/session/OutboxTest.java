// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves an outbox, and in which order. */
class OutboxTest extends OutboxCases {
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
}
