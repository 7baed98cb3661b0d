// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.meshrt.core.internal.websocket.MutatedStream;
import io.meshrt.core.internal.websocket.Outcome;
import io.meshrt.core.internal.websocket.Slicing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Damaged streams over sockets, many open at a time. Each is answered as the decoder understands
 * it; what then waits for the rest of a message is closed at the message deadline.
 */
class MutatedStreamsOverSocketsIT {
  private static final int STREAMS = Boolean.getBoolean("mesh.full") ? 2_000 : 200;
  private static final int BATCH = 50;
  private static final int FIRST_SEED = 1_000_000;
  private static final int LATE = 1008;
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final byte[] PROBE = RawClient.frame(0x89, new byte[] {'?'});

  private final Queue<String> troubles = new ConcurrentLinkedQueue<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          // Not what clients of Redis that other tests of this JVM left behind may still say.
          if (event.getLevel().isGreaterOrEqual(Level.ERROR)
              && !event.getLoggerName().startsWith("org.redisson")) {
            troubles.add("logged: " + event);
          }
        }
      };
  private Thread.UncaughtExceptionHandler handlerBefore;
  private TestServer server;

  @BeforeEach
  void start() {
    handlerBefore = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> troubles.add("uncaught: " + failure));
    appender.start();
    root().addAppender(appender);
    server =
        TestServer.start(
            options -> options.withMessageLimits(MutatedStream.MAX_MESSAGE_BYTES, DEADLINE));
  }

  @AfterEach
  void stop() {
    server.close();
    root().detachAppender(appender);
    Thread.setDefaultUncaughtExceptionHandler(handlerBefore);
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  @Test
  void damagedStreamsAreAnsweredOrClosedAndHarmNobody() throws Exception {
    try (RawClient neighbour = server.open()) {
      for (int first = 0; first < STREAMS; first += BATCH) {
        checkBatch(FIRST_SEED + first);

        assertThat(troubles).as("seeds from %d", FIRST_SEED + first).isEmpty();
        assertEchoes(neighbour);
        try (RawClient newcomer = server.open()) {
          assertEchoes(newcomer);
        }
      }
    }
    assertThat(server.acceptor.connections)
        .flatMap(connection -> connection.events)
        .noneMatch(event -> event.startsWith("called"));
  }

  private static void assertEchoes(RawClient client) throws Exception {
    client.sendText("fine");
    assertThat(client.readFrame()).isEqualTo("text:fine");
  }

  private void checkBatch(int firstSeed) throws Exception {
    List<Stream> streams = new ArrayList<>();
    try {
      for (int seed = firstSeed; seed < firstSeed + BATCH; seed++) {
        Stream stream = new Stream(seed);
        streams.add(stream);
        stream.step(stream::open);
      }
      for (Stream stream : streams) {
        stream.step(stream::awaitAnswers);
      }
      List<Stream> waiting = streams.stream().filter(Stream::isWaiting).toList();
      server.scheduler.awaitWaiting(waiting.size());
      server.scheduler.advance(DEADLINE);
      for (Stream stream : waiting) {
        stream.step(() -> stream.talk.awaitClose(LATE));
      }
    } finally {
      for (Stream stream : streams) {
        stream.close();
      }
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  /** One damaged stream with a ping behind it, which may have become part of what is damaged. */
  private final class Stream {
    private final int seed;
    private final Random random;
    private final byte[] bytes;
    private final Outcome expected;
    private RawClient client;
    private EchoTalk talk;

    Stream(int seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.bytes = RawClient.join(MutatedStream.random(random), PROBE);
      this.expected = Outcome.of(bytes, MutatedStream.MAX_MESSAGE_BYTES, Slicing.WHOLE);
    }

    void step(Step step) {
      try {
        step.run();
      } catch (Exception | AssertionError e) {
        String hex = HexFormat.of().formatHex(bytes);
        throw new AssertionError("seed " + seed + ", " + expected.end() + ": " + hex, e);
      }
    }

    /** Some frames come with the upgrade request, the rest at once or in slices. */
    void open() throws Exception {
      int early = random.nextInt(3) == 0 ? random.nextInt(bytes.length) : 0;
      byte[] request = RawClient.request("/").getBytes(StandardCharsets.US_ASCII);
      client = RawClient.connect(server.port());
      talk = new EchoTalk(client, expected);
      client.send(RawClient.join(request, Arrays.copyOf(bytes, early)));
      assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
      Slicing slicing = random.nextBoolean() ? Slicing.WHOLE : Slicing.random(random);
      for (int from = early; from < bytes.length; ) {
        int to = from + slicing.next(bytes.length - from);
        client.send(Arrays.copyOfRange(bytes, from, to));
        from = to;
      }
    }

    boolean isWaiting() {
      return expected.closeCode() == 0 && expected.midMessage();
    }

    void awaitAnswers() throws Exception {
      talk.awaitAnswers();
      if (!isWaiting()) {
        if (expected.closeCode() == 0) {
          talk.goOn();
        }
        close();
      }
    }

    void close() throws Exception {
      if (client != null) {
        client.close();
      }
    }
  }
}
