// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.testkit.history.ChannelLog;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Messages and commands at a steady rate, whether or not those before have been answered. */
final class SteadyLoad implements AutoCloseable {
  private static final int TICKS_PER_SECOND = 50;

  /** Part of the load while JVMs are new. */
  private static final double GENTLE = 0.25;

  private final List<MeshClient> clients;
  private final List<String> channels;
  private final ChannelLog log;
  private final int messagesPerTick;
  private final int commandsPerTick;
  private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong messagesAnswered = new AtomicLong();
  private final AtomicLong commandsAnswered = new AtomicLong();
  private final AtomicLong open = new AtomicLong();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile double share = 1;
  private int messages; // of the pace's thread
  private int commands; // of the pace's thread

  SteadyLoad(
      List<MeshClient> clients,
      List<String> channels,
      ChannelLog log,
      int messagesPerSecond,
      int commandsPerSecond) {
    this.clients = clients;
    this.channels = channels;
    this.log = log;
    this.messagesPerTick = messagesPerSecond / TICKS_PER_SECOND;
    this.commandsPerTick = commandsPerSecond / TICKS_PER_SECOND;
    long period = TimeUnit.SECONDS.toMicros(1) / TICKS_PER_SECOND;
    var unused = pace.scheduleAtFixedRate(this::tick, 0, period, TimeUnit.MICROSECONDS);
  }

  long messagesAnswered() {
    return messagesAnswered.get();
  }

  long commandsAnswered() {
    return commandsAnswered.get();
  }

  /** Goes easy until JVMs have compiled what they need, then waits until nothing is put off. */
  void warmUp() {
    share = GENTLE;
    awaitMore(3);
    share = 1;
    int halfASecond = TICKS_PER_SECOND * (messagesPerTick + commandsPerTick) / 2;
    await().atMost(ChaosWorld.PATIENCE).until(() -> open.get() < halfASecond);
    awaitMore(1);
  }

  /** What failed, and how. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Waits until as many more messages and commands have been answered as so many seconds bring. */
  void awaitMore(double seconds) {
    double ticks = seconds * TICKS_PER_SECOND;
    long enoughMessages = messagesAnswered() + (long) (ticks * messagesPerTick);
    long enoughCommands = commandsAnswered() + (long) (ticks * commandsPerTick);
    await()
        .atMost(ChaosWorld.PATIENCE)
        .until(() -> messagesAnswered() >= enoughMessages && commandsAnswered() >= enoughCommands);
  }

  /** Begins nothing more, and waits for what is under way. */
  void finish() {
    pace.shutdown();
    await().atMost(ChaosWorld.PATIENCE).until(() -> pace.isTerminated() && open.get() == 0);
  }

  @Override
  public void close() {
    pace.shutdownNow();
  }

  @Override
  public String toString() {
    return "%d of %d messages and %d of %d commands answered"
        .formatted(messagesAnswered(), messages, commandsAnswered(), commands);
  }

  private void tick() {
    for (int i = 0; i < messagesPerTick * share; i++) {
      publish(messages++);
    }
    for (int i = 0; i < commandsPerTick * share; i++) {
      call(commands++);
    }
  }

  private void publish(int number) {
    int caller = number % clients.size();
    String channel = channels.get(number / clients.size() % channels.size());
    String message = "s" + number;
    open.incrementAndGet();
    var unused =
        log.publishing("s" + caller, channel, message)
            .ofClient(clients.get(caller).publish(channel, message, message))
            .whenComplete((position, failure) -> ended(message, failure, messagesAnswered));
  }

  private void call(int number) {
    open.incrementAndGet();
    var unused =
        clients
            .get(number % clients.size())
            .command("work", number, Integer.class)
            .whenComplete(
                (answer, failure) -> {
                  if (failure == null && (answer == null || answer != number)) {
                    failures.add("command " + number + " was answered " + answer);
                  }
                  ended("command " + number, failure, commandsAnswered);
                });
  }

  private void ended(String what, @Nullable Throwable failure, AtomicLong answered) {
    if (failure == null) {
      answered.incrementAndGet();
    } else {
      failures.add(what + ": " + failure);
    }
    open.decrementAndGet();
  }
}
