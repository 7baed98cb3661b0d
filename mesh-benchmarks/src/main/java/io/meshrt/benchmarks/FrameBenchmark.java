// SPDX-License-Identifier: Apache-2.0
package io.meshrt.benchmarks;

import io.meshrt.core.internal.websocket.FrameDecoder;
import io.meshrt.core.internal.websocket.MessageListener;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one frame of a client costs, of those that one read brought: header, mask and UTF-8. The
 * bytes are copied first, because they are unmasked in place.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameBenchmark {
  private static final int FRAMES = 16;
  private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

  /** What the texts are made of; a frame has about 115 bytes either way. */
  @Param({"a", "é"})
  public String character = "a";

  private final FrameDecoder decoder = FrameDecoder.forServer(320 * 1024);
  private final Lengths lengths = new Lengths();
  private byte[] received = {};
  private byte[] buffer = {};

  /** Writes the frames. */
  @Setup
  public void write() {
    int bytes = character.getBytes(StandardCharsets.UTF_8).length;
    byte[] text = character.repeat(115 / bytes).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int frame = 0; frame < FRAMES; frame++) {
      out.write(0x81);
      out.write(0x80 | text.length);
      out.writeBytes(MASK);
      for (int i = 0; i < text.length; i++) {
        out.write(text[i] ^ MASK[i & 3]);
      }
    }
    received = out.toByteArray();
    buffer = new byte[received.length];
  }

  /** One frame of sixteen. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public int decode() {
    System.arraycopy(received, 0, buffer, 0, received.length);
    decoder.decode(buffer, 0, buffer.length, lengths);
    return lengths.sum;
  }

  /** Adds up what was reported. */
  private static final class Lengths implements MessageListener {
    private int sum;

    @Override
    public void onText(byte[] buffer, int offset, int length) {
      sum += length;
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
      sum += length;
    }

    @Override
    public void onPing(byte[] buffer, int offset, int length) {}

    @Override
    public void onPong(byte[] buffer, int offset, int length) {}

    @Override
    public void onClose(int code, String reason) {}
  }
}
