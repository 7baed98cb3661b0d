// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an outbox says of how much waits, and what it still takes. */
class OutboxFlowTest extends OutboxCases {
  private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(10);

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
}
