// SPDX-License-Identifier: Apache-2.0
package io.meshrt.benchmarks;

import io.meshrt.core.codec.Envelope;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.EnvelopeWriter;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.RequestId;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What reading a request and writing its reply cost, without sockets. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EnvelopeBenchmark {
  private final EnvelopeReader reader = new EnvelopeReader(JsonLimits.forMessages(320 * 1024));
  private static final RequestId ID = RequestId.of(12345);

  private final byte[] request =
      ("{\"id\":12345,\"command\":\"echo\",\"payload\":{\"seq\":12345,\"_ts\":123456789012345,"
              + "\"text\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}}")
          .getBytes(StandardCharsets.UTF_8);

  /** One strict pass over a request of about 115 bytes. */
  @Benchmark
  public Envelope read() {
    return reader.read(request, 0, request.length);
  }

  /** The same, and a reply that carries the payload back. */
  @Benchmark
  public byte[] readAndReply() {
    Envelope envelope = reader.read(request, 0, request.length);
    RawJson payload = envelope.payload();
    return EnvelopeWriter.reply(ID, envelope.command(), payload);
  }
}
