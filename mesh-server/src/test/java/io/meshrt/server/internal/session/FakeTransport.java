// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.transport.IoLoop;
import io.meshrt.server.internal.transport.OutgoingBytes;
import io.meshrt.server.internal.transport.Transport;
import io.meshrt.server.internal.transport.TransportListener;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A socket without a network. The thread that makes it is its I/O thread; {@link #turn} is what
 * that thread does when it comes round. Fails when something is called on the wrong thread.
 */
public final class FakeTransport implements Transport {
  private final Loop loop = new Loop();
  private final ByteArrayOutputStream socket = new ByteArrayOutputStream();
  private TransportListener listener;
  private OutgoingBytes outgoing;
  private int writableBytes = Integer.MAX_VALUE;
  private volatile boolean flushRequested;
  private boolean readsPaused;
  private int parsed;
  private volatile Closing closing;

  /** What {@link Transport#close} was first called with. */
  public record Closing(int code, String reason, CloseWhen when) {}

  /** Connects both ends, as the transport does with what the acceptor hands it. */
  public void attach(TransportListener listener, OutgoingBytes outgoing) {
    this.listener = listener;
    this.outgoing = outgoing;
  }

  /** One read in which these text messages arrive, then the I/O thread's turn. */
  public void receive(String... messages) {
    for (String message : messages) {
      // Somewhere inside a larger buffer, as in life.
      byte[] buffer = ("....." + message + "...").getBytes(UTF_8);
      listener.onText(buffer, 5, buffer.length - 8);
    }
    listener.onReadComplete();
    flush();
    turn();
  }

  /** One read in which a binary message arrives. */
  public void receiveBinary(byte[] message) {
    listener.onBinary(message, 0, message.length);
    listener.onReadComplete();
    flush();
    turn();
  }

  /** The I/O thread runs its tasks and writes what it was asked to write. */
  public void turn() {
    loop.runTasks();
    if (flushRequested) {
      flushRequested = false;
      flush();
    }
    loop.runTasks();
  }

  /** How many more bytes the socket takes; any number by default. */
  public void setWritableBytes(int bytes) {
    writableBytes = bytes;
  }

  /** The connection is over, for the code it was closed with or 1006. */
  public void end() {
    if (closing == null) {
      end(1006, "", true);
    } else {
      end(closing.code(), closing.reason(), false);
    }
  }

  /** The connection is over. */
  public void end(int code, String reason, boolean byPeer) {
    listener.onClosed(code, reason, byPeer);
  }

  /** The texts that arrived at the other side since the last call. */
  public List<String> sent() {
    List<String> texts = new ArrayList<>();
    byte[] bytes = socket.toByteArray();
    ByteBuffer buffer = ByteBuffer.wrap(bytes, parsed, bytes.length - parsed);
    String text = nextText(buffer);
    while (text != null) {
      texts.add(text);
      parsed = buffer.position();
      text = nextText(buffer);
    }
    return texts;
  }

  /** What closed it from this side, null when nothing did. */
  public Closing closing() {
    return closing;
  }

  /** The code it was closed with from this side, 0 when it was not. */
  public int closeCode() {
    return closing == null ? 0 : closing.code();
  }

  public boolean readsPaused() {
    return readsPaused;
  }

  public boolean flushRequested() {
    return flushRequested;
  }

  @Override
  public IoLoop loop() {
    return loop;
  }

  @Override
  public void requestFlush() {
    flushRequested = true;
  }

  @Override
  public void flush() {
    loop.require();
    ByteBuffer buffer = ByteBuffer.allocate(1024);
    boolean more = true;
    while (more && writableBytes > 0) {
      outgoing.fill(buffer.clear());
      int bytes = Math.min(buffer.flip().remaining(), writableBytes);
      socket.write(buffer.array(), 0, bytes);
      more = bytes > 0;
      if (more) {
        writableBytes -= writableBytes == Integer.MAX_VALUE ? 0 : bytes;
        outgoing.advance(bytes);
        listener.onWritten();
      }
    }
  }

  @Override
  public synchronized void close(int code, String reason, CloseWhen when) {
    if (closing != null) {
      return;
    }
    closing = new Closing(code, reason, when);
    if (when == CloseWhen.NOW) {
      loop.execute(outgoing::discardData);
    } else {
      requestFlush();
    }
  }

  @Override
  public void pauseReads() {
    loop.require();
    readsPaused = true;
  }

  @Override
  public void resumeReads() {
    loop.require();
    readsPaused = false;
  }

  private static String nextText(ByteBuffer buffer) {
    if (buffer.remaining() < 2) {
      return null;
    }
    buffer.mark();
    if (buffer.get() != (byte) 0x81) {
      throw new AssertionError("not the header of a text frame at " + (buffer.position() - 1));
    }
    int length = buffer.get();
    if (length == 126) {
      length = Short.toUnsignedInt(buffer.getShort());
    } else if (length == 127) {
      length = Math.toIntExact(buffer.getLong());
    }
    if (buffer.remaining() < length) {
      buffer.reset();
      return null;
    }
    byte[] text = new byte[length];
    buffer.get(text);
    return new String(text, UTF_8);
  }

  private static final class Loop implements IoLoop {
    private final Thread thread = Thread.currentThread();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    void require() {
      if (!isCurrent()) {
        throw new AssertionError("not the I/O thread: " + Thread.currentThread());
      }
    }

    void runTasks() {
      require();
      Runnable task = next();
      while (task != null) {
        task.run();
        task = next();
      }
    }

    private synchronized Runnable next() {
      return tasks.poll();
    }

    @Override
    public synchronized void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public boolean isCurrent() {
      return Thread.currentThread() == thread;
    }

    @Override
    public int index() {
      return 3;
    }
  }
}
