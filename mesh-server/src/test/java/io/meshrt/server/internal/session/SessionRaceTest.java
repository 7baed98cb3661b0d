// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.execution.HandlerThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Interleavings that only real threads have. */
class SessionRaceTest {
  private static final int ROUNDS = 300;

  private final TestNode node = new TestNode();

  @Test
  void closeWhileOfferingLeavesNothingBehind() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      TestNode.Client client = node.v1();
      CountDownLatch offering = new CountDownLatch(1);
      Thread other =
          new Thread(
              () -> {
                offering.countDown();
                while (client.session().send("hello", 1)) {
                  // Until it is told that the connection is gone, or full.
                }
              });
      other.start();
      offering.await();

      client.transport().end();
      other.join();

      assertThat(client.session().outgoing().isEmpty()).isTrue();
    }
    assertThat(node.sessions().count()).isZero();
  }

  @Test
  void closeWhileCallingCompletesEveryCall() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      TestNode.Client client = node.v1();
      List<CompletableFuture<String>> calls = new ArrayList<>();
      CountDownLatch calling = new CountDownLatch(1);
      Thread other =
          new Thread(
              () -> {
                for (int i = 0; i < 20; i++) {
                  calls.add(client.session().command("where", null, String.class));
                  calling.countDown();
                }
              });
      other.start();
      calling.await();

      client.transport().end();
      other.join();
      node.threads.runAll();

      assertThat(calls).allMatch(CompletableFuture::isCompletedExceptionally);
    }
    assertThat(node.scheduler.pending()).isZero();
  }

  @Test
  void joinWhileStartingStartsEachCommandOnceAndNeverTooMany() throws Exception {
    int commands = 20_000;
    int maxRunning = 3;
    HandlerThreads threads = HandlerThreads.start();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger[] starts = new AtomicInteger[commands];
    CountDownLatch done = new CountDownLatch(commands);
    node.commandLimits =
        CommandLimits.defaults().withMaxRunning(maxRunning).withMaxWaiting(commands);
    StartQueue queue =
        new StartQueue(services(threads), new Outbox(node.connectionLimits, new SilentListener()));

    for (int i = 0; i < commands; i++) {
      AtomicInteger started = new AtomicInteger();
      starts[i] = started;
      queue.join(
          new WaitingCommand() {
            @Override
            public void start() {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              started.incrementAndGet();
              running.decrementAndGet();
              queue.onFinished();
              done.countDown();
            }

            @Override
            public void refuse(Failure failure) {
              done.countDown();
            }

            @Override
            public int bytes() {
              return 1;
            }
          });
      queue.startNext();
    }
    boolean allDone = done.await(60, TimeUnit.SECONDS);
    threads.shutdown(Duration.ofSeconds(60));

    assertThat(allDone).isTrue();
    assertThat(starts).allMatch(started -> started.get() == 1);
    assertThat(most.get()).isBetween(1, maxRunning);
    assertThat(queue.isIdle()).isTrue();
  }

  private SessionServices services(HandlerThreads threads) {
    SessionServices services = node.sessions().services();
    return new SessionServices(
        services.nodeId(),
        services.connectionLimits(),
        services.commandLimits(),
        services.heartbeat(),
        services.reader(),
        services.json(),
        services.scheduler(),
        threads,
        services.metrics(),
        services.requests(),
        services.listeners());
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
