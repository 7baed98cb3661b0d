// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What this process logs, from information upwards, and exceptions that nobody caught. */
final class Trouble implements AutoCloseable {
  private static final int LONGEST_LINE = 1_000;

  private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> grave = new ConcurrentLinkedQueue<>();
  private final @Nullable UncaughtExceptionHandler before;
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          note(event);
        }
      };

  private Trouble() {
    before = Thread.getDefaultUncaughtExceptionHandler();
  }

  static Trouble watch() {
    Trouble trouble = new Trouble();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> trouble.grave.add("uncaught: " + failure));
    trouble.appender.start();
    root().addAppender(trouble.appender);
    return trouble;
  }

  /** Nothing was caught too late or logged as an error, and there is no more than one line. */
  void assertAtMostOneLine() {
    assertNothingGrave();
    List<String> logged = drained(lines);
    assertThat(logged).as("log lines").hasSizeLessThanOrEqualTo(1);
    assertThat(logged)
        .allSatisfy(
            line -> {
              assertThat(line).hasSizeLessThan(LONGEST_LINE);
              assertThat(line).doesNotContainPattern("[\\p{Cntrl}\\u2028\\u2029\\u202a-\\u202e]");
            });
  }

  /** Nothing was caught too late or logged as an error since this was asked for last. */
  void assertNothingGrave() {
    assertThat(drained(grave)).isEmpty();
  }

  /** Forgets the lines so far. */
  void forget() {
    lines.clear();
  }

  private void note(ILoggingEvent event) {
    if (event.getLoggerName().startsWith("org.redisson")) {
      return; // a client that an earlier test cut off from its Redis and that ends now
    }
    if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
      lines.add(event.getFormattedMessage());
    }
    if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
      grave.add("logged: " + event + " " + event.getThrowableProxy());
    }
  }

  private static List<String> drained(ConcurrentLinkedQueue<String> queue) {
    List<String> all = new ArrayList<>();
    for (String one = queue.poll(); one != null; one = queue.poll()) {
      all.add(one);
    }
    return all;
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  @Override
  public void close() {
    root().detachAppender(appender);
    Thread.setDefaultUncaughtExceptionHandler(before);
  }
}
