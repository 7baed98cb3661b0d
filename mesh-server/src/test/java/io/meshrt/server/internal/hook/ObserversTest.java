// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.hook.Hooks;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.MicrometerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Observers are told in order, as much as fits, and harm nobody. */
class ObserversTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final HandlerThreads threads = HandlerThreads.start();
  private final Observers observers =
      new Observers(threads, new JsonValues(), new MicrometerMetrics(registry));
  private final List<String> told = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    threads.shutdown(Duration.ofSeconds(5));
  }

  @Test
  void whatIsOverriddenIsWhatIsObserved() {
    assertThat(Event.of(new Hooks() {})).isEmpty();
    assertThat(Event.of(Hooks.logging())).containsExactlyInAnyOrder(Event.values());
    assertThat(observers.isListening()).isFalse();
    Runnable removal = observers.add(Hooks.logging());
    assertThat(observers.isListening()).isTrue();
    removal.run();
    assertThat(observers.isListening()).isFalse();
  }

  @Test
  void workersAreToldInOrderToEachObserver() {
    observers.add(new Workers("a"));
    observers.add(new Workers("b"));

    observers.onWorkerJoin("w");
    observers.onWorkerLeave("w");

    await().until(() -> told.size() == 4);
    assertThat(told).containsExactly("a joined w", "b joined w", "a left w", "b left w");
  }

  @Test
  void whatThrowsIsReportedOnceToAllAndTheOthersAreTold() {
    observers.add(
        new Hooks() {
          @Override
          public void onWorkerJoin(String id) {
            throw new IllegalStateException("meant to be reported");
          }

          @Override
          public void onError(Throwable error, @Nullable Connection connection) {
            throw new IllegalStateException("meant to be logged");
          }
        });
    observers.add(new Workers("b"));

    observers.onWorkerJoin("w");
    observers.onWorkerLeave("w");

    await().until(() -> told.size() == 3);
    assertThat(told).containsExactly("b meant to be reported", "b joined w", "b left w");
    await()
        .untilAsserted(
            () -> assertThat(registry.get("mesh.hooks.failed").counter().count()).isEqualTo(2));
  }

  @Test
  void whatDoesNotFitIsDroppedAndCounted() {
    CountDownLatch held = new CountDownLatch(1);
    observers.add(
        new Hooks() {
          @Override
          public void onWorkerJoin(String id) {
            told.add(id);
            try {
              held.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        });
    observers.onWorkerJoin("first");
    await().until(() -> told.size() == 1);

    for (int i = 0; i < 4_100; i++) {
      observers.onWorkerJoin("w" + i);
    }
    held.countDown();

    await().until(() -> told.size() == 4_097);
    assertThat(told).endsWith("w4095");
    assertThat(registry.get("mesh.hooks.dropped").counter().count()).isEqualTo(4);
  }

  private final class Workers implements Hooks {
    private final String name;

    Workers(String name) {
      this.name = name;
    }

    @Override
    public void onWorkerJoin(String id) {
      told.add(name + " joined " + id);
    }

    @Override
    public void onWorkerLeave(String id) {
      told.add(name + " left " + id);
    }

    @Override
    public void onError(Throwable error, @Nullable Connection connection) {
      told.add(name + " " + error.getMessage());
    }
  }
}
