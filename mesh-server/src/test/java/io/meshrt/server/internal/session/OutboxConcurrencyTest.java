// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.connection.ConnectionLimits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class OutboxConcurrencyTest {
  private static final int THREADS = 4;
  private static final int FRAMES_PER_THREAD = 10_000;

  @Test
  void offersOfManyThreadsAllLeaveOnceInTheOrderOfEachThread() throws Exception {
    Outbox outbox =
        new Outbox(
            ConnectionLimits.defaults().withMaxOutboxBytes(20_000).withMaxOutboxEntries(400),
            new SilentListener());
    CountDownLatch offering = new CountDownLatch(THREADS);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> offers = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int number = thread;
      offers.add(threads.submit(() -> offerAll(outbox, number, offering)));
    }

    byte[] written = drain(outbox, offering);
    for (Future<?> offer : offers) {
      offer.get();
    }
    threads.shutdown();

    assertThat(perThread(written)).allSatisfy(numbers -> assertThat(numbers).isEqualTo(inOrder()));
  }

  private static void offerAll(Outbox outbox, int thread, CountDownLatch offering) {
    SplittableRandom random = new SplittableRandom(thread);
    for (int number = 0; number < FRAMES_PER_THREAD; number++) {
      byte[] json = (thread + ":" + number + ":" + "x".repeat(random.nextInt(200))).getBytes(UTF_8);
      // Every tenth is a slot; keys differ, so none replaces another.
      Slot slot = number % 10 == 0 ? new TestSlot(thread + ":" + number, () -> json) : null;
      while (!(slot == null ? outbox.offer(json) : outbox.offer(slot))) {
        LockSupport.parkNanos(1_000);
      }
    }
    offering.countDown();
  }

  private static byte[] drain(Outbox outbox, CountDownLatch offering) {
    SplittableRandom random = new SplittableRandom(99);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    boolean done = false;
    while (!done) {
      // Asked before the last look, so nothing that was offered until then can be missed.
      boolean allOffered = offering.getCount() == 0;
      ByteBuffer buffer = ByteBuffer.allocate(1 + random.nextInt(3_000));
      outbox.fill(buffer);
      int bytes = buffer.position() == 0 ? 0 : 1 + random.nextInt(buffer.position());
      written.write(buffer.array(), 0, bytes);
      outbox.advance(bytes);
      done = allOffered && outbox.isEmpty();
    }
    return written.toByteArray();
  }

  private static List<List<Integer>> perThread(byte[] written) {
    List<List<Integer>> numbers = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      numbers.add(new ArrayList<>());
    }
    ByteBuffer frames = ByteBuffer.wrap(written);
    while (frames.hasRemaining()) {
      String[] parts = nextText(frames).split(":", -1);
      numbers.get(Integer.parseInt(parts[0])).add(Integer.parseInt(parts[1]));
    }
    return numbers;
  }

  private static String nextText(ByteBuffer frames) {
    assertThat(frames.get()).isEqualTo((byte) 0x81);
    int length = frames.get();
    byte[] text = new byte[length == 126 ? frames.getShort() : length];
    frames.get(text);
    return new String(text, UTF_8);
  }

  private static List<Integer> inOrder() {
    List<Integer> numbers = new ArrayList<>();
    for (int number = 0; number < FRAMES_PER_THREAD; number++) {
      numbers.add(number);
    }
    return numbers;
  }

  private static final class SilentListener implements Outbox.Listener {
    @Override
    public void onHighWater() {}

    @Override
    public void onLowWater() {}

    @Override
    public void onAdvanced(int bytes) {}
  }
}
