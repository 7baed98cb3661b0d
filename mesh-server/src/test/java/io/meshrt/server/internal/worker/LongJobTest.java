// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.meshrt.server.internal.worker.WorkerRig.Worker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A handler that runs for a minute is warned of, once. */
class LongJobTest {
  private final WorkerRig rig = new WorkerRig();
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Runner.class);

  @BeforeEach
  void attach() {
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void detach() {
    logger.detachAppender(appender);
  }

  private List<String> warnings() {
    return appender.list.stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void aJobThatRunsForAMinuteIsWarnedOfOnce() {
    rig.start("w1");
    rig.send("a1", "c1");

    rig.advance(Duration.ofSeconds(59));
    List<String> early = warnings();
    rig.advance(Duration.ofSeconds(2));
    List<String> then = warnings();
    rig.advance(Duration.ofMinutes(2));

    assertThat(early).isEmpty();
    assertThat(then)
        .containsExactly(
            "COMMAND do a1 of connection c1 runs for a minute: the next of its client waits");
    assertThat(warnings()).isEqualTo(then);
  }

  @Test
  void jobsThatEndBeforeAreNot() {
    Worker worker = rig.start("w1");
    rig.send("a1", "c1");
    rig.advance(Duration.ofSeconds(59));
    worker.end(0);
    rig.send("a2", "c1");

    rig.advance(Duration.ofSeconds(59));
    worker.end(1);
    rig.advance(Duration.ofMinutes(2));

    assertThat(worker.ids()).containsExactly("a1", "a2");
    assertThat(warnings()).isEmpty();
  }
}
