// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.soak;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients of one process, and when each of them tried to connect. */
final class Herd {
  /** How many come at once. */
  static final int GROWTH = 100;

  private static final int THREADS = 8;
  private static final int MAX_NOTED = 64;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final List<Member> members = new CopyOnWriteArrayList<>();
  private final String uri;
  private volatile long cutNanos;

  Herd(int port) {
    uri = "ws://127.0.0.1:" + port;
  }

  /** Connects {@link #GROWTH} more. */
  void grow() throws Exception {
    List<Member> born = new ArrayList<>();
    for (int i = 0; i < GROWTH; i++) {
      born.add(new Member());
    }
    members.addAll(born);
    for (CompletableFuture<Void> connected :
        born.stream().map(member -> member.client.connect()).toList()) {
      Outcomes.result(connected);
    }
  }

  /** Attempts are counted from here. */
  void onCut() {
    cutNanos = System.nanoTime();
    members.forEach(member -> member.count.set(0));
  }

  /** All attempts so far. */
  int attempts() {
    return members.stream().mapToInt(member -> member.count.get()).sum();
  }

  /** When each client tried, in nanoseconds since the cut. */
  List<long[]> times() {
    return members.stream().map(Member::times).toList();
  }

  /** How many have tried since the cut, and are connected. */
  long back() {
    return members.stream().filter(Member::isBack).count();
  }

  private final class Member {
    private final long[] attempts = new long[MAX_NOTED];
    private final AtomicInteger count = new AtomicInteger();
    private final MeshClient client =
        MeshClient.builder(uri)
            .executor(threads)
            .objectMapper(V1Socket.JSON)
            .tokenSupplier(this::onAttempt)
            .build();

    /** The server asks for no token; clients ask for one before each attempt. */
    private CompletionStage<String> onAttempt() {
      int number = count.get();
      if (number < MAX_NOTED) {
        attempts[number] = System.nanoTime() - cutNanos;
      }
      count.incrementAndGet();
      return CompletableFuture.completedFuture("none");
    }

    private long[] times() {
      return Arrays.copyOf(attempts, Math.min(MAX_NOTED, count.get()));
    }

    private boolean isBack() {
      return count.get() > 0 && client.status() == ClientStatus.CONNECTED;
    }
  }
}
