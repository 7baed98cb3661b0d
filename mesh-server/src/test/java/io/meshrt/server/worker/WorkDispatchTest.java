// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.dispatch.MeshDispatcher;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.internal.metrics.NoMetrics;
import io.meshrt.server.internal.outpost.Outpost;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One dispatcher, which does not need the threads of handlers that wait for it. */
@Timeout(60)
class WorkDispatchTest {
  private final Outpost outpost =
      new Outpost(new InMemoryNetwork(), new JsonValues(), NoMetrics.INSTANCE);
  private final WorkDispatch dispatch = new WorkDispatch(outpost, InboxOptions.defaults());

  @BeforeEach
  void start() {
    outpost.start(Duration.ofSeconds(10));
  }

  @AfterEach
  void close() {
    dispatch.close(Duration.ofSeconds(1));
    outpost.close(Duration.ofSeconds(10));
    dispatch.shutdown(Duration.ofSeconds(10));
  }

  @Test
  void answersWhileAllHandlersWait() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    for (int i = 0; i < 200; i++) {
      assertThat(outpost.threads().execute(() -> awaitQuietly(answered))).isTrue();
    }

    try {
      dispatch.dispatcher().broadcast("news", 1).get(30, TimeUnit.SECONDS);
    } finally {
      answered.countDown();
    }
  }

  @Test
  void isOneUntilTheEnd() {
    MeshDispatcher first = dispatch.dispatcher();

    assertThat(dispatch.dispatcher()).isSameAs(first);
  }

  @Test
  void isNotMadeAfterTheEnd() {
    dispatch.close(Duration.ZERO);

    assertThatThrownBy(dispatch::dispatcher)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.code()).isEqualTo("EUNAVAILABLE"));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
