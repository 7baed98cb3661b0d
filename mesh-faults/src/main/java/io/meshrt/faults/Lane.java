// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One way through a proxy, and what happens to bytes on it. Thread-safe. */
final class Lane {
  /** One connection on it. */
  interface Way {
    /** Whether nothing passes there any more. */
    boolean isStranded();

    boolean isClosed();

    void write(byte[] bytes, int from, int length) throws IOException;
  }

  /** What throttled bytes are cut into: as many pieces in a second. */
  private static final int PIECES_PER_SECOND = 20;

  private static final long WITHOUT_END = -1;
  private static final long POLL_NANOS = 1_000_000;

  private final AtomicLong passed = new AtomicLong();
  private final AtomicLong left = new AtomicLong(WITHOUT_END);
  private volatile boolean frozen;
  private volatile long delayNanos;
  private volatile int bytesPerSecond = Integer.MAX_VALUE;
  private volatile int slice = Integer.MAX_VALUE;

  void freeze(boolean frozen) {
    this.frozen = frozen;
  }

  void delay(long nanos) {
    delayNanos = nanos;
  }

  void throttle(int bytesPerSecond) {
    requirePositive("bytesPerSecond", bytesPerSecond);
    this.bytesPerSecond = bytesPerSecond;
  }

  void slice(int bytes) {
    requirePositive("bytes", bytes);
    slice = bytes;
  }

  void endAfter(long bytes) {
    requirePositive("bytes", bytes);
    left.set(bytes);
  }

  void heal() {
    frozen = false;
    delayNanos = 0;
    bytesPerSecond = Integer.MAX_VALUE;
    slice = Integer.MAX_VALUE;
    left.set(WITHOUT_END);
  }

  long passed() {
    return passed.get();
  }

  void forget() {
    passed.set(0);
  }

  /** Waits as long as nothing may go on. */
  void hold(Way way) {
    waitWhile(() -> frozen || way.isStranded(), way);
  }

  private static void waitWhile(BooleanSupplier condition, Way way) {
    while (condition.getAsBoolean() && !way.isClosed()) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /**
   * Writes bytes when, in the pieces and at the speed it has to be, nothing any more once the
   * connection is closed; false when the lane ended.
   */
  boolean pass(byte[] bytes, int length, Way way) throws IOException {
    long begun = System.nanoTime();
    waitWhile(() -> System.nanoTime() - begun < delayNanos, way);
    int done = 0;
    while (done < length) {
      hold(way);
      if (way.isClosed()) {
        return true;
      }
      int speed = bytesPerSecond;
      int wanted = Math.min(length - done, Math.min(slice, Math.max(1, speed / PIECES_PER_SECOND)));
      long before = left.getAndUpdate(rest -> rest < 0 ? rest : Math.max(0, rest - wanted));
      boolean ends = before >= 0 && before <= wanted;
      int piece = ends ? (int) before : wanted;
      passed.addAndGet(piece);
      way.write(bytes, done, piece);
      if (ends) {
        left.compareAndSet(0, WITHOUT_END);
        return false;
      }
      done += piece;
      if (speed < Integer.MAX_VALUE) {
        long written = System.nanoTime();
        long pause = 1_000_000_000L * piece / speed;
        waitWhile(
            () -> bytesPerSecond < Integer.MAX_VALUE && System.nanoTime() - written < pause, way);
      }
    }
    return true;
  }

  private static void requirePositive(String name, long number) {
    if (number < 1) {
      throw new IllegalArgumentException(name + ": " + number);
    }
  }
}
