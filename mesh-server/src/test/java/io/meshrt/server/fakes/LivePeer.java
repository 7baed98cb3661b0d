// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.fakes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.session.ConnectionFacts;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.internal.transport.IoLoop;
import io.meshrt.server.internal.transport.Transport;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A client without a network, whose connection has an I/O thread. Its frames wait to be read. */
public final class LivePeer implements Transport {
  private static final int PATIENCE_SECONDS = 10;

  private final IoLoop loop;
  private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
  private volatile @Nullable Session session;
  private volatile int closeCode;

  private LivePeer(IoLoop loop) {
    this.loop = loop;
  }

  /** Connects, and speaks in a dialect. */
  public static LivePeer connect(Sessions sessions, Dialect dialect, IoLoop loop) {
    LivePeer peer = new LivePeer(loop);
    peer.onLoop(
        () -> {
          ConnectionFacts facts = new ConnectionFacts("/", "", "::1", null);
          peer.session = sessions.open(peer, dialect, facts, null);
          peer.flush();
          return true;
        });
    return peer;
  }

  /** The other side. */
  public Session session() {
    Session current = session;
    if (current == null) {
      throw new IllegalStateException("not connected");
    }
    return current;
  }

  /** Sends messages that arrive in one read. */
  public void send(String... messages) {
    onLoop(
        () -> {
          for (String message : messages) {
            byte[] bytes = message.getBytes(UTF_8);
            session().onText(bytes, 0, bytes.length);
          }
          session().onReadComplete();
          flush();
          return true;
        });
  }

  /** The next frame that fits, waited for; what comes before it is dropped. */
  public String next(Predicate<String> fits) {
    try {
      String frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      while (frame != null && !fits.test(frame)) {
        frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      if (frame == null) {
        throw new AssertionError("the frame did not come");
      }
      return frame;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether a frame that fits has come and was not read. */
  public boolean hasReceived(Predicate<String> fits) {
    return frames.stream().anyMatch(fits);
  }

  /** The connection breaks. */
  public void disconnect() {
    onLoop(
        () -> {
          session().onClosed(1006, "", true);
          return true;
        });
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
  public void requestFlush() {
    loop.execute(this::flush);
  }

  @Override
  public void flush() {
    if (session == null) {
      return;
    }
    ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
    session().outgoing().fill(buffer);
    buffer.flip();
    session().outgoing().advance(buffer.remaining());
    while (buffer.hasRemaining()) {
      frames.add(text(buffer));
    }
  }

  @Override
  public void close(int code, String reason, CloseWhen when) {
    closeCode = code;
  }

  @Override
  public void pauseReads() {}

  @Override
  public void resumeReads() {}

  private static String text(ByteBuffer buffer) {
    if (buffer.get() != (byte) 0x81) {
      throw new AssertionError("not the header of a text frame");
    }
    int length = buffer.get();
    if (length == 126) {
      length = Short.toUnsignedInt(buffer.getShort());
    } else if (length == 127) {
      length = Math.toIntExact(buffer.getLong());
    }
    byte[] text = new byte[length];
    buffer.get(text);
    return new String(text, UTF_8);
  }

  private <T> T onLoop(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, loop::execute)
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .join();
  }
}
