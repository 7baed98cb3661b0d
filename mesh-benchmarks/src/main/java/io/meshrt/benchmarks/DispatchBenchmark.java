// SPDX-License-Identifier: Apache-2.0
package io.meshrt.benchmarks;

import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.NoMetrics;
import io.meshrt.server.internal.schedule.TimerWheel;
import io.meshrt.server.internal.session.ConnectionFacts;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.internal.transport.IoLoop;
import io.meshrt.server.internal.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a command costs from the unmasked message to the reply's bytes in the output buffer:
 * session, dialect, registry, handler and outbox, without frames and sockets.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DispatchBenchmark {
  private final HandlerThreads threads = HandlerThreads.start();
  private final ByteBuffer output = ByteBuffer.allocateDirect(64 * 1024);
  private final byte[] request =
      "{\"id\":0,\"command\":\"echo\",\"payload\":{\"seq\":1,\"text\":\"aaaaaaaaaaaaaaaaaaaaaaaa\"}}"
          .getBytes(StandardCharsets.UTF_8);
  private final Session session = open();

  /** A non-blocking echo, as an older client asks for it. */
  @Benchmark
  public int echo() {
    session.onText(request, 0, request.length);
    session.onReadComplete();
    output.clear();
    session.outgoing().fill(output);
    int written = output.position();
    session.outgoing().advance(written);
    return written;
  }

  /** Ends the handler threads. */
  @TearDown
  public void close() {
    threads.shutdown(Duration.ofSeconds(1));
  }

  private Session open() {
    TimerWheel timers = new TimerWheel();
    JsonValues json = new JsonValues();
    ConnectionLimits limits = ConnectionLimits.defaults();
    CommandLimits commandLimits = CommandLimits.defaults();
    Commands commands =
        new Commands(
            new Commands.Settings(
                commandLimits.timeout(), limits.maxOutboxBytes(), false, false, false),
            json,
            timers,
            threads,
            NoMetrics.INSTANCE,
            (connection, error) -> {});
    commands.register("echo", ctx -> ctx.rawPayload(), CommandOptions.runNonBlocking());
    Sessions sessions =
        new Sessions(
            new SessionServices(
                "bench",
                limits,
                commandLimits,
                HeartbeatOptions.defaults(),
                new EnvelopeReader(JsonLimits.forMessages(limits.maxMessageBytes())),
                json,
                timers,
                threads,
                NoMetrics.INSTANCE,
                commands.requestHandler(),
                List.of()),
            new Random(1));
    return sessions.open(
        new NoTransport(),
        Dialect.legacy(Set.of()),
        new ConnectionFacts("/", "", "127.0.0.1", null),
        null);
  }

  /** A socket that nobody reads. */
  private static final class NoTransport implements Transport, IoLoop {
    @Override
    public IoLoop loop() {
      return this;
    }

    @Override
    public void requestFlush() {}

    @Override
    public void flush() {}

    @Override
    public void close(int code, String reason, CloseWhen when) {}

    @Override
    public void pauseReads() {}

    @Override
    public void resumeReads() {}

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public boolean isCurrent() {
      return true;
    }

    @Override
    public int index() {
      return 0;
    }
  }
}
