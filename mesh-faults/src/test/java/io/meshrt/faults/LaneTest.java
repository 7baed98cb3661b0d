// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LaneTest {
  private static final byte[] TEXT = "abcdefghij".getBytes(US_ASCII);

  private final Lane lane = new Lane();
  private final Pieces pieces = new Pieces();

  @Test
  void bytesPassAsTheyCome() throws Exception {
    assertThat(lane.pass(TEXT, TEXT.length, pieces)).isTrue();

    assertThat(pieces.written).containsExactly("abcdefghij");
    assertThat(lane.passed()).isEqualTo(10);
  }

  @Test
  void slicesAreWrittenOneByOne() throws Exception {
    lane.slice(4);

    assertThat(lane.pass(TEXT, TEXT.length, pieces)).isTrue();

    assertThat(pieces.written).containsExactly("abcd", "efgh", "ij");
  }

  @Test
  void slicesOfOneByteCarryTheSameBytes() throws Exception {
    lane.slice(1);

    assertThat(lane.pass(TEXT, TEXT.length, pieces)).isTrue();

    assertThat(pieces.written).hasSize(10).allMatch(piece -> piece.length() == 1);
    assertThat(String.join("", pieces.written)).isEqualTo("abcdefghij");
  }

  @Test
  void endedLaneHasPassedExactlyWhatItWasTo() throws Exception {
    lane.endAfter(13);

    assertThat(lane.pass(TEXT, TEXT.length, pieces)).isTrue();
    assertThat(lane.pass(TEXT, TEXT.length, pieces)).isFalse();

    assertThat(pieces.written).containsExactly("abcdefghij", "abc");
    assertThat(lane.passed()).isEqualTo(13);
  }

  @Test
  void laneEndsWithTheLastByteThatPassesNotWithTheNext() throws Exception {
    lane.endAfter(TEXT.length);

    assertThat(lane.pass(TEXT, TEXT.length, pieces)).isFalse();

    assertThat(pieces.written).containsExactly("abcdefghij");
  }

  @Test
  void laneEndsOnce() throws Exception {
    lane.endAfter(3);

    assertThat(lane.pass(TEXT, TEXT.length, pieces)).isFalse();

    assertThat(lane.pass(TEXT, TEXT.length, pieces)).isTrue();
  }

  @Test
  void throttledBytesTakeTheirTime() throws Exception {
    lane.throttle(100);
    long begun = System.nanoTime();

    assertThat(lane.pass(TEXT, TEXT.length, pieces)).isTrue();

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(99));
    assertThat(pieces.written).containsExactly("abcde", "fghij");
  }

  @Test
  void delayedBytesComeLate() throws Exception {
    lane.delay(Duration.ofMillis(50).toNanos());
    long begun = System.nanoTime();

    assertThat(lane.pass(TEXT, TEXT.length, pieces)).isTrue();

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(49));
  }

  @Test
  void frozenBytesWaitInTheMiddleOfSlices() throws Exception {
    lane.slice(2);
    pieces.whenWriting = () -> lane.freeze(true);

    CompletableFuture<Boolean> passing = passing();
    await().until(() -> pieces.written.size() == 1);
    pieces.whenWriting = () -> {};
    lane.freeze(false);

    assertThat(passing.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pieces.written).containsExactly("ab", "cd", "ef", "gh", "ij");
  }

  @Test
  void strandedBytesAreNeverWritten() throws Exception {
    pieces.stranded = true;

    CompletableFuture<Boolean> passing = passing();
    await().until(() -> pieces.asked.get() > 1);
    pieces.closed = true;

    assertThat(passing.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pieces.written).isEmpty();
  }

  @Test
  void healedLanePassesEverythingAtOnce() throws Exception {
    lane.freeze(true);
    lane.delay(Duration.ofHours(1).toNanos());
    lane.throttle(1);
    lane.slice(1);
    lane.endAfter(1);

    lane.heal();

    assertThat(lane.pass(TEXT, TEXT.length, pieces)).isTrue();
    assertThat(pieces.written).containsExactly("abcdefghij");
  }

  @Test
  void bytesThatWaitPassWhenTheLaneIsHealed() throws Exception {
    lane.delay(Duration.ofHours(1).toNanos());
    CompletableFuture<Boolean> passing = passing();
    await().until(() -> pieces.closedAsked.get() > 1);
    assertThat(pieces.written).isEmpty();

    lane.heal();

    assertThat(passing.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void bytesOfAClosedConnectionDoNotWait() throws Exception {
    lane.throttle(1);
    CompletableFuture<Boolean> passing = passing();
    await().until(() -> !pieces.written.isEmpty());

    pieces.closed = true;

    assertThat(passing.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pieces.written).hasSizeLessThan(10);
  }

  @Test
  void nothingIsNoSizeOfAnything() {
    assertThatThrownBy(() -> lane.slice(0)).hasMessage("bytes: 0");
    assertThatThrownBy(() -> lane.throttle(0)).hasMessage("bytesPerSecond: 0");
    assertThatThrownBy(() -> lane.endAfter(0)).hasMessage("bytes: 0");
  }

  private CompletableFuture<Boolean> passing() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return lane.pass(TEXT, TEXT.length, pieces);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** What was written, by each call. */
  private static final class Pieces implements Lane.Way {
    private final List<String> written = new CopyOnWriteArrayList<>();
    private volatile Runnable whenWriting = () -> {};
    private volatile boolean stranded;
    private volatile boolean closed;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger closedAsked = new AtomicInteger();

    @Override
    public boolean isStranded() {
      asked.incrementAndGet();
      return stranded;
    }

    @Override
    public boolean isClosed() {
      closedAsked.incrementAndGet();
      return closed;
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      whenWriting.run();
      written.add(new String(bytes, from, length, US_ASCII));
    }
  }
}
