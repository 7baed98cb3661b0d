// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is listened to before the cluster is up is heard as soon as it is. */
class FirstListenTest {
  private final ManualScheduler time = new ManualScheduler();
  private final InMemoryCluster cluster =
      new InMemoryCluster(
          new InMemoryWorld(time, 1), "n1", LeaseOptions.defaults(), time, Runnable::run);
  private final Deque<CompletableFuture<Void>> attempts = new ArrayDeque<>();

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listenToLog() {
    logged.start();
    log().addAppender(logged);
  }

  @AfterEach
  void leaveLog() {
    log().detachAppender(logged);
  }

  private static Logger log() {
    return (Logger) LoggerFactory.getLogger(FirstListen.class);
  }

  private List<String> warnings() {
    return logged.list.stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private CompletableFuture<?> listen() {
    return FirstListen.until(cluster, time, "the news", this::attempt);
  }

  private CompletableFuture<Void> attempt() {
    CompletableFuture<Void> attempt = new CompletableFuture<>();
    attempts.add(attempt);
    return attempt;
  }

  private void failLast() {
    attempts.getLast().completeExceptionally(new IllegalStateException("not now"));
  }

  @Test
  void itIsTriedAgainAtTheMomentTheClusterComesUp() {
    CompletableFuture<?> heard = listen();
    failLast();
    int before = attempts.size();

    cluster.start().join();
    int after = attempts.size();
    attempts.getLast().complete(null);

    assertThat(before).isEqualTo(1);
    assertThat(after).isEqualTo(2);
    assertThat(heard).isCompleted();
  }

  @Test
  void anAttemptThatFailsAfterTheClusterCameUpIsRepeatedAtOnce() {
    CompletableFuture<?> heard = listen();
    cluster.start().join();
    int during = attempts.size();

    failLast();

    assertThat(during).isEqualTo(1);
    assertThat(attempts).hasSize(2);
    assertThat(heard).isNotDone();
  }

  @Test
  void itIsTriedEverySecondAsLongAsItFails() {
    CompletableFuture<?> heard = listen();
    for (int i = 0; i < 5; i++) {
      failLast();
      time.advance(Duration.ofSeconds(1));
    }

    attempts.getLast().complete(null);
    time.advance(Duration.ofSeconds(5));

    assertThat(attempts).hasSize(6);
    assertThat(heard).isCompleted();
    assertThat(time.pending()).isZero();
  }

  @Test
  void ofAClosedClusterNothingIsAskedAnyMore() {
    CompletableFuture<?> heard = listen();
    failLast();

    cluster.close().join();
    time.advance(Duration.ofSeconds(5));

    assertThat(attempts).hasSize(1);
    assertThat(time.pending()).isZero();
    assertThatThrownBy(heard::join).hasMessageContaining("closed");
  }

  @Test
  void whatFailsAlthoughTheClusterIsUpIsWarnedOfOnce() {
    cluster.start().join();
    CompletableFuture<?> unused = listen();
    for (int i = 0; i < 3; i++) {
      failLast();
      time.advance(Duration.ofSeconds(1));
    }

    assertThat(attempts).hasSize(4);
    assertThat(warnings()).hasSize(1);
    assertThat(warnings().get(0)).contains("the news", "not now");
  }

  @Test
  void ofWhatFailsBeforeTheClusterIsUpNothingIsSaid() {
    CompletableFuture<?> unused = listen();
    failLast();
    time.advance(Duration.ofSeconds(1));
    cluster.start().join();
    failLast(); // was begun before

    assertThat(attempts).hasSize(3);
    assertThat(warnings()).isEmpty();
  }
}
