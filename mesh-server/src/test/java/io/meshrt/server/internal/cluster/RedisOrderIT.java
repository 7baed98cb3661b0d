// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Publications that nobody waits for: their order, and what becomes of them when Redis stalls. */
class RedisOrderIT extends RedisFaults {
  private static final int THREADS = 4;
  private static final int EACH = 1_000;

  /** 10,000 wait, 128 may be under way together, and one more. */
  private static final int MORE_THAN_WAIT = 10_129;

  @Test
  void eachThreadsPublicationsKeepItsOrder() {
    List<CompletableFuture<List<Long>>> threads = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      threads.add(
          CompletableFuture.supplyAsync(
              () -> offsets(burst(EACH)), task -> new Thread(task).start()));
    }

    threads.forEach(offsets -> assertThat(offsets.join()).hasSize(EACH).isSorted());
  }

  @Test
  void orderIsKeptWhileScriptsAreForgotten() {
    List<CompletableFuture<Position>> published = new ArrayList<>();
    for (int flush = 0; flush < 10; flush++) {
      published.addAll(burst(300));
      redis().command("SCRIPT", "FLUSH");
    }

    assertThat(offsets(published)).hasSize(3_000).isSorted();
  }

  @Test
  void largePublicationsArePublishedWhileScriptsAreForgottenAllTheTime() {
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Void> flusher = CompletableFuture.runAsync(() -> flushUntil(done));
    List<CompletableFuture<Position>> published = new ArrayList<>();
    for (int round = 0; round < 20; round++) { // few at a time: each has to be done within 2.4 s
      for (int i = 0; i < 10; i++) {
        Outgoing message = Outgoing.of(new byte[40_000], Retention.keep(10));
        published.add(first().topics().publish(NEWS, message));
      }
      get(published.get(published.size() - 1));
    }
    done.set(true);
    get(flusher);

    assertThat(offsets(published)).hasSize(200).isSorted();
  }

  /**
   * Many at a time, so that some come between the parts of whatever Redis does not read at once.
   */
  private void flushUntil(AtomicBoolean done) {
    byte[] flushes = "SCRIPT FLUSH\r\n".repeat(100).getBytes(UTF_8);
    int answerBytes = "+OK\r\n".length() * 100;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis().port())) {
      while (!done.get()) {
        socket.getOutputStream().write(flushes);
        assertThat(socket.getInputStream().readNBytes(answerBytes)).hasSize(answerBytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatWaitsForAnotherFailsInTimeToo() {
    get(publish(first(), NEWS, "before"));
    stall();

    long since = System.nanoTime();
    List<CompletableFuture<Position>> published = burst(10);

    assertThat(published).allSatisfy(call -> assertThat(fails(call)).isTrue());
    assertThat(System.nanoTime() - since).isLessThan(ANSWER.toNanos());
    redis().resume();
  }

  @Test
  void moreThanMayWaitIsRefusedAtOnce() {
    get(publish(first(), NEWS, "before"));
    redis().command("CLIENT", "PAUSE", "60000", "WRITE");

    List<CompletableFuture<Position>> published = burst(MORE_THAN_WAIT);

    assertThat(published.get(MORE_THAN_WAIT - 1)).isCompletedExceptionally();
    redis().command("CLIENT", "UNPAUSE");
    assertThat(recovered(() -> publish(first(), NEWS, "after")).offset()).isGreaterThan(1);
  }

  @Test
  void answerThatCannotBeReadFailsOnlyItsPublication() {
    get(publish(first(), NEWS, "before"));
    redis().command("HSET", key(NEWS, ":t"), "head", "-5", "size", "0");

    Outgoing message = Outgoing.of("unreadable".getBytes(UTF_8), Retention.NONE);
    CompletableFuture<Position> unreadable = first().topics().publish(NEWS, message);
    assertThat(fails(unreadable)).isTrue();

    redis().command("HSET", key(NEWS, ":t"), "head", "1");
    assertThat(get(publish(first(), NEWS, "after")).offset()).isEqualTo(2);
  }

  private List<CompletableFuture<Position>> burst(int count) {
    List<CompletableFuture<Position>> published = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Outgoing message = Outgoing.of(("m" + i).getBytes(UTF_8), Retention.keep(10));
      published.add(first().topics().publish(NEWS, message));
    }
    return published;
  }

  private static List<Long> offsets(List<CompletableFuture<Position>> published) {
    return published.stream().map(call -> get(call).offset()).toList();
  }

  private static boolean fails(CompletableFuture<?> call) {
    return call.handle((value, failure) -> failure != null).orTimeout(30, TimeUnit.SECONDS).join();
  }
}
