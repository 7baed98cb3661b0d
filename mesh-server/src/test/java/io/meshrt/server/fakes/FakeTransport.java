// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.fakes;

import io.meshrt.server.internal.transport.IoLoop;
import io.meshrt.server.internal.transport.OutgoingBytes;
import io.meshrt.server.internal.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A socket whose I/O thread is the test's, and whose peer reads when the test asks for it. */
public final class FakeTransport implements Transport {
  private static final int BUFFER_BYTES = 4 * 1024 * 1024;

  private final IoLoop loop = new TestLoop();
  private @Nullable OutgoingBytes outgoing;
  private int closeCode;

  /** What the session sends. */
  public void connect(OutgoingBytes outgoing) {
    this.outgoing = outgoing;
  }

  /** The texts that arrived at the peer since the last call. */
  public List<String> received() {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    OutgoingBytes source = Objects.requireNonNull(outgoing);
    source.fill(buffer);
    buffer.flip();
    source.advance(buffer.remaining());
    List<String> texts = new ArrayList<>();
    while (buffer.hasRemaining()) {
      texts.add(nextText(buffer));
    }
    return texts;
  }

  /** The code it was closed with; 0 while it is open. */
  public int closeCode() {
    return closeCode;
  }

  @Override
  public IoLoop loop() {
    return loop;
  }

  @Override
  public void requestFlush() {}

  @Override
  public void flush() {}

  @Override
  public void close(int code, String reason, CloseWhen when) {
    if (closeCode == 0) {
      closeCode = code;
    }
  }

  @Override
  public void pauseReads() {}

  @Override
  public void resumeReads() {}

  private static String nextText(ByteBuffer frames) {
    int opcode = frames.get() & 0xff;
    if (opcode != 0x81) {
      throw new IllegalStateException("not a whole text frame: " + opcode);
    }
    int length = frames.get() & 0xff;
    if (length == 126) {
      length = frames.getShort() & 0xffff;
    } else if (length == 127) {
      length = (int) frames.getLong();
    }
    byte[] text = new byte[length];
    frames.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private static final class TestLoop implements IoLoop {
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
