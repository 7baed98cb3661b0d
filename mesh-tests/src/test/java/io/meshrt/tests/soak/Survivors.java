// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that are not cut off, and have one command answered after the other, with pauses. */
final class Survivors implements AutoCloseable {
  private static final int SIZE = 10;
  private static final Executor PAUSE =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  private final List<MeshClient> clients = new ArrayList<>();
  private final List<AtomicInteger> answered = new ArrayList<>();
  private final ConcurrentLinkedQueue<Object> surprises = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  Survivors(int port) {
    for (int i = 0; i < SIZE; i++) {
      MeshClient client = MeshClient.builder("ws://127.0.0.1:" + port).build();
      clients.add(client);
      answered.add(new AtomicInteger());
      client.connect().join();
      ask(i);
    }
  }

  private void ask(int survivor) {
    int number = answered.get(survivor).get();
    var unused =
        clients
            .get(survivor)
            .command("echo", number, Integer.class)
            .whenCompleteAsync(
                (answer, failure) -> onAnswer(survivor, number, answer, failure), PAUSE);
  }

  private void onAnswer(int survivor, int number, Integer answer, Throwable failure) {
    if (stopped) {
      return;
    }
    if (failure != null || answer != number) {
      surprises.add(failure == null ? answer : failure);
    }
    answered.get(survivor).incrementAndGet();
    ask(survivor);
  }

  /** How many answers each has had. */
  List<Integer> answered() {
    return answered.stream().map(AtomicInteger::get).toList();
  }

  /** Each has been answered since, always rightly, and has kept its connection. */
  void assertAnsweredSince(List<Integer> before) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              for (int i = 0; i < SIZE; i++) {
                assertThat(answered.get(i).get()).isGreaterThan(before.get(i));
              }
            });
    assertThat(surprises).isEmpty();
    assertThat(clients).allMatch(client -> client.status() == ClientStatus.CONNECTED);
  }

  MeshClient any() {
    return clients.get(0);
  }

  @Override
  public void close() {
    stopped = true;
    clients.forEach(MeshClient::close);
  }
}
