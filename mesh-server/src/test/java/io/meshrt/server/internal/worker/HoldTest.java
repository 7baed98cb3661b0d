// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A partition is one worker's, and what others write is not written. */
class HoldTest {
  private static final Topic PARTITION = new Topic("work", "shop#3");

  private final ManualScheduler time = new ManualScheduler();
  private final Cluster cluster =
      InMemoryCluster.guest(new InMemoryWorld(time, 7), "guest", time, Runnable::run);
  private boolean silent;

  private Hold hold(String claim) {
    return new Hold(cluster.store(), PARTITION, time, claim);
  }

  private static List<Write> progress(String value) {
    return List.of(Write.put("progress", Version.ANY, value.getBytes(UTF_8)));
  }

  @Test
  void onlyOneHoldsItUntilItsTimeIsOver() {
    start();
    Hold first = hold("w1");
    Hold second = hold("w2");

    boolean taken = first.take().join().isPresent();
    boolean takenTwice = second.take().join().isPresent();
    time.advance(Duration.ofMillis(7_999));
    boolean safe = first.isSafe();
    time.advance(Duration.ofMillis(1));
    boolean unsafe = !first.isSafe();
    time.advance(Duration.ofSeconds(3));

    assertThat(taken).isTrue();
    assertThat(takenTwice).isFalse();
    assertThat(safe).isTrue();
    assertThat(unsafe).isTrue();
    assertThat(second.take().join()).isPresent();
    assertThat(first.write(progress("1")).join()).isFalse();
    assertThat(second.write(progress("2")).join()).isTrue();
  }

  @Test
  void theNextSeesWhatWasWrittenLast() {
    start();
    Hold first = hold("w1");
    Optional<?> taken = first.take().join();

    boolean written = first.write(progress("1")).join();
    boolean released = first.release(progress("2")).join();

    assertThat(taken).isPresent();
    assertThat(written).isTrue();
    assertThat(released).isTrue();
    assertThat(hold("w2").take().join().orElseThrow().get("progress").value())
        .isEqualTo("2".getBytes(UTF_8));
    assertThat(first.write(progress("3")).join()).isFalse();
  }

  @Test
  void aWriteOfWhichNothingWasHeardIsFoundOut() {
    start();
    Hold hold = new Hold(forgetful(), PARTITION, time, "w1");
    Optional<?> taken = hold.take().join();

    silent = true;
    CompletableFuture<Boolean> unheard = hold.write(progress("1"));
    silent = false;

    assertThat(taken).isPresent();
    assertThat(unheard).isCompletedExceptionally();
    assertThat(hold.write(progress("2")).join()).isTrue();
  }

  private void start() {
    cluster.start().join();
  }

  /** While it is silent, it writes and does not say so. */
  private Store forgetful() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(cluster.store(), arguments);
                return silent && method.getName().equals("commit")
                    ? CompletableFuture.failedFuture(CommandException.unavailable("no answer"))
                    : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
