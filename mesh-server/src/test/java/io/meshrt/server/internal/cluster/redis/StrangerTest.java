// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.meshrt.server.fakes.ManualExecutor;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.ForeignListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What others publish faster than it is taken. */
class StrangerTest {
  private final ManualScheduler scheduler = new ManualScheduler();
  private final ManualExecutor executor = new ManualExecutor();
  private final Ear ear = new Ear();
  private final Stranger stranger =
      new Stranger(new RedisLink(scheduler), "theirs", ear, executor, scheduler);
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
    return (Logger) LoggerFactory.getLogger(Stranger.class);
  }

  @Test
  void whatFitsIsToldInOrder() {
    publish(0, Stranger.MAX_WAITING);

    executor.runAll();

    assertThat(ear.heard).hasSize(Stranger.MAX_WAITING).startsWith("0", "1", "2");
    assertThat(ear.dropped).isZero();
    assertThat(warnings()).isEmpty();
  }

  @Test
  void whatIsTooMuchIsCountedAndWarnedOfOnce() {
    publish(0, Stranger.MAX_WAITING + 3);
    executor.runAll();
    publish(9_000, 1);
    executor.runAll();

    assertThat(ear.heard).hasSize(Stranger.MAX_WAITING + 2).endsWith("4095", "lost", "9000");
    assertThat(ear.dropped).isEqualTo(3);
    assertThat(warnings()).hasSize(1).first().asString().contains("theirs");
  }

  @Test
  void aLaterBurstIsWarnedOfAgain() {
    publish(0, Stranger.MAX_WAITING + 1);
    executor.runAll();
    publish(0, Stranger.MAX_WAITING + 1);
    executor.runAll();
    assertThat(warnings()).hasSize(1);

    scheduler.advance(Stranger.BETWEEN_WARNINGS);
    publish(0, Stranger.MAX_WAITING + 2);

    assertThat(ear.dropped).isEqualTo(4);
    assertThat(warnings()).hasSize(2);
  }

  @Test
  void whateverAListenerThrowsTheNextIsHeard() {
    List<Throwable> failures =
        List.of(
            new IllegalStateException("as the test wants it"),
            new NoClassDefFoundError("as the test wants it"),
            new StackOverflowError("as the test wants it"),
            new OutOfMemoryError("as the test wants it"));
    ear.failures.addAll(failures);

    publish(0, failures.size() + 1);
    executor.runAll();
    publish(9_000, Stranger.MAX_WAITING); // none of the others waits still
    executor.runAll();

    assertThat(ear.heard).hasSize(1 + Stranger.MAX_WAITING).startsWith("4", "9000");
    assertThat(ear.dropped).isZero();
  }

  @Test
  void eachLossIsToldInItsPlaceAlsoWhenNothingFollows() {
    publish(0, Stranger.MAX_WAITING + 1);
    executor.runOne();
    publish(9_000, 3);
    executor.runAll();

    assertThat(ear.heard)
        .hasSize(Stranger.MAX_WAITING + 3)
        .endsWith("4095", "lost", "9000", "lost");
    assertThat(ear.dropped).isEqualTo(3);
  }

  private void publish(int first, int count) {
    for (int message = first; message < first + count; message++) {
      stranger.onMessage(Integer.toString(message).getBytes(UTF_8));
    }
  }

  private List<String> warnings() {
    return logged.list.stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private static final class Ear implements ForeignListener {
    final List<String> heard = new ArrayList<>();
    final Queue<Throwable> failures = new ArrayDeque<>();
    int dropped;

    @Override
    public void onMessage(byte[] message) {
      Throwable failure = failures.poll();
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof RuntimeException exception) {
        throw exception;
      }
      heard.add(new String(message, UTF_8));
    }

    @Override
    public void onDropped() {
      dropped++;
    }

    @Override
    public void onLost() {
      heard.add("lost");
    }
  }
}
