// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.core.protocol.CommandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Clients that call a command again and again: each call is answered, with its own answer. */
final class EchoLoad implements Load {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** So much later than its time-out an answer may come, on a machine that has a lot to do. */
  private static final Duration LATENESS = Duration.ofSeconds(10);

  /** How a call may fail while something is wrong. */
  private static final Set<String> EXPECTED = Set.of("ETIMEOUT", "CONNECTION_LOST", "EUNAVAILABLE");

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  private final List<Caller> callers = new ArrayList<>();
  private final Flaws flaws = new Flaws();
  private volatile boolean stopped;

  EchoLoad(ChaosWorld world) {
    for (MeshClient client : world.members()) {
      callers.add(new Caller("e" + callers.size(), client));
    }
  }

  @Override
  public void start() {
    callers.forEach(Caller::call);
  }

  @Override
  public void settle() {
    List<Integer> before = callers.stream().map(caller -> caller.answered.get()).toList();
    await("every client gets answers")
        .atMost(ChaosWorld.PATIENCE)
        .until(
            () -> {
              for (int i = 0; i < before.size(); i++) {
                if (callers.get(i).answered.get() < before.get(i) + 2) {
                  return false;
                }
              }
              return true;
            });
  }

  @Override
  public List<String> flaws() {
    return flaws.seen();
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public String toString() {
    return "commands: %d answered, %d failed"
        .formatted(
            callers.stream().mapToInt(caller -> caller.answered.get()).sum(),
            callers.stream().mapToInt(caller -> caller.failed.get()).sum());
  }

  /** Has one call under way. */
  private final class Caller {
    private final String name;
    private final MeshClient client;
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    Caller(String name, MeshClient client) {
      this.name = name;
      this.client = client;
    }

    void call() {
      if (stopped) {
        return;
      }
      String text = name + "-" + number.incrementAndGet();
      long begun = System.nanoTime();
      CompletableFuture<?> unused =
          client
              .command("echo", text, String.class, TIMEOUT)
              .whenComplete(
                  (echo, failure) -> {
                    onEnd(text, Duration.ofNanos(System.nanoTime() - begun), echo, failure);
                    LATER.execute(this::call);
                  });
    }

    private void onEnd(
        String text, Duration took, @Nullable String echo, @Nullable Throwable failure) {
      if (took.compareTo(TIMEOUT.plus(LATENESS)) > 0) {
        flaws.add(text + " ended after " + took);
      }
      if (failure != null) {
        failed.incrementAndGet();
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!(cause instanceof CommandException refusal && EXPECTED.contains(refusal.code()))) {
          flaws.add(text + ": " + cause);
        }
      } else if (text.equals(echo)) {
        answered.incrementAndGet();
      } else {
        flaws.add(text + " was answered with " + echo);
      }
    }
  }
}
