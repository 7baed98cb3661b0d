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
import java.util.ArrayList;
import java.util.List;
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

    assertThat(ear.heard).hasSize(Stranger.MAX_WAITING + 1).endsWith("4095", "9000");
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
    int dropped;

    @Override
    public void onMessage(byte[] message) {
      heard.add(new String(message, UTF_8));
    }

    @Override
    public void onDropped() {
      dropped++;
    }
  }
}
