// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection, made by the client, that may become encrypted. Belongs to the I/O thread.
 * Ends once: by itself, told to its listener, or by {@link #close}.
 */
public final class Link {
  private static final Logger log = LoggerFactory.getLogger(Link.class);
  // So that a peer that never stops does not keep the thread from its tasks.
  private static final int READS_PER_TURN = 8;

  private final IoThread io;
  private final Outbound outbound = new Outbound();
  private Listener listener;
  private @Nullable SocketChannel socket;
  private @Nullable SelectionKey key;
  private @Nullable ByteLayer layer; // from the connection on
  private @Nullable TlsLayer handshaking;
  private boolean paused;
  private boolean turnDue; // or under way
  private boolean closed;
  private @Nullable IOException writeFailure; // what came before it is still to be read

  /** Hears of one link, on the I/O thread. What it throws ends the link. */
  public interface Listener {
    /** There is no connection; nothing follows. */
    void onUnreachable(Throwable cause);

    /** Bytes can be written. */
    void onConnected();

    /** The connection is encrypted, and the peer has proved to be who it should be. */
    void onSecure();

    /** Bytes came, which are valid during the call only and may be changed. */
    void onBytes(byte[] buffer, int from, int to);

    /** The connection has ended; nothing follows. No cause: the peer ended it. */
    void onEnd(@Nullable Throwable cause);
  }

  /** A link that has not been opened. */
  public Link(IoThread io, Listener listener) {
    this.io = io;
    this.listener = listener;
  }

  /** Runs {@code task} on the I/O thread; what it throws ends the link. False: not any more. */
  public boolean execute(Runnable task) {
    return io.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException | Error e) {
            fail(e);
          }
        });
  }

  /** Begins to connect. */
  public void open(InetSocketAddress address) {
    if (closed) {
      return;
    }
    try {
      SocketChannel opened = SocketChannel.open();
      socket = opened;
      opened.configureBlocking(false);
      opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
      key = io.register(opened, this);
      if (opened.connect(address)) {
        guarded(this::onConnected);
      } else {
        key.interestOps(SelectionKey.OP_CONNECT);
      }
    } catch (IOException | RuntimeException e) { // an address of a kind that is not there
      unreachable(e);
    }
  }

  /** Who is told from now on. */
  public void tell(Listener next) {
    listener = next;
  }

  /** Encrypts from now on; {@code aside} does what the engine has to compute. */
  public void secure(SSLEngine engine, Aside aside) throws IOException {
    TlsLayer tls = new TlsLayer(connected(), engine, task -> computeAside(aside, task));
    layer = tls;
    handshaking = tls;
    turnLater();
  }

  /** Writes in turn; {@code taken} completes when the frame does not wait here any more. */
  public void write(byte[] bytes, @Nullable CompletableFuture<@Nullable Void> taken) {
    outbound.add(bytes, taken);
    turnLater();
  }

  /** Writes ahead of what waits, in place of what was to be written so before. */
  public void writeUrgently(byte[] bytes) {
    outbound.addUrgent(bytes);
    turnLater();
  }

  /** Writes in turn, and nothing behind it. */
  public void writeLast(byte[] bytes, @Nullable CompletableFuture<@Nullable Void> taken) {
    outbound.addLast(bytes, taken);
    turnLater();
  }

  /** Writes in place of all that waits, unless the last frame is there already. */
  public void writeLastAtOnce(byte[] bytes) {
    outbound.dropAndAddLast(bytes);
    turnLater();
  }

  /** Reads no more, from the next read on. */
  public void pause() {
    paused = true;
  }

  /** Goes on after {@link #pause}. */
  public void resume() {
    if (paused) {
      paused = false;
      turnLater();
    }
  }

  /** Ends the connection without a word to the listener. */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (layer != null) {
        layer.sayGoodBye();
      }
    } catch (IOException | RuntimeException e) {
      log.trace("no good-bye", e);
    }
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      log.debug("a socket did not close", e);
    }
    outbound.end();
  }

  /** Ends the connection, and says why. */
  void fail(Throwable cause) {
    if (layer == null) {
      unreachable(cause);
    } else {
      end(cause);
    }
  }

  void onReady() {
    guarded(
        () -> {
          if (layer == null && connected().finishConnect()) {
            onConnected();
          }
          turn();
        });
  }

  private interface Step {
    void run() throws IOException;
  }

  private void guarded(Step step) {
    if (closed) {
      return;
    }
    try {
      step.run();
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  private void onConnected() {
    layer = new PlainLayer(connected());
    listener.onConnected();
    turnLater();
  }

  private SocketChannel connected() {
    SocketChannel channel = socket;
    if (channel == null) {
      throw new IllegalStateException("not open");
    }
    return channel;
  }

  private void turnLater() {
    if (!turnDue && !closed) {
      turnDue = true;
      io.atEndOfTurn(() -> guarded(this::turn));
    }
  }

  /** Does all that can be done, and waits for what cannot. */
  private void turn() throws IOException {
    turnDue = true; // what is written meanwhile is flushed here
    ByteLayer current = layer;
    boolean again = false;
    if (current != null) {
      flush(current);
      IOException failedBefore = writeFailure;
      boolean mayRead = read(current);
      flush(current);
      if (failedBefore != null && !mayRead) {
        end(failedBefore);
      }
      again = failedBefore == null && writeFailure != null;
      await(current);
    }
    turnDue = false;
    if (again || current != layer) {
      turnLater();
    }
  }

  private void await(ByteLayer current) {
    if (!closed && current == layer && key != null) {
      boolean reads = !isPaused() && !current.isBusy() && !current.readsAfterWriting();
      boolean writes = writeFailure == null && current.awaitsSocket();
      key.interestOps((reads ? SelectionKey.OP_READ : 0) | (writes ? SelectionKey.OP_WRITE : 0));
    }
  }

  private void flush(ByteLayer current) throws IOException {
    if (closed || writeFailure != null || current != layer) {
      return;
    }
    try {
      boolean more = current.flush();
      while (more && !outbound.isEmpty()) {
        more = current.write(outbound.next()) > 0;
      }
    } catch (SSLException e) {
      throw e;
    } catch (IOException e) {
      writeFailure = e;
    }
  }

  /** A link that cannot write is read to its end: nothing new comes, and nobody waits. */
  private boolean isPaused() {
    return paused && writeFailure == null;
  }

  /** Whether there may be more to read, without the socket having something new. */
  private boolean read(ByteLayer current) throws IOException {
    for (int reads = 0; reads < READS_PER_TURN; reads++) {
      if (closed || isPaused() || current != layer || current.isBusy()) {
        return current.isBusy();
      }
      ByteBuffer input = io.input();
      int count = current.read(input);
      announceSecure();
      boolean more = count > 0 && current.hasMore(input);
      if (count > 0) {
        listener.onBytes(input.array(), input.arrayOffset(), input.position());
      } else if (count < 0) {
        end(null);
      }
      if (!more) {
        return false;
      }
    }
    boolean unused = io.execute(() -> guarded(this::turn));
    return true;
  }

  private void announceSecure() {
    if (handshaking != null && handshaking.isEstablished()) {
      handshaking = null;
      listener.onSecure();
    }
  }

  private void computeAside(Aside aside, Runnable task) {
    boolean taken =
        aside.execute(
            () -> {
              try {
                task.run();
                boolean unused = io.execute(this::onComputed);
              } catch (RuntimeException | Error e) {
                boolean unused = io.execute(() -> fail(e));
              }
            });
    if (!taken) {
      throw new IllegalStateException("too much to compute");
    }
  }

  private void onComputed() {
    if (layer instanceof TlsLayer tls) {
      tls.onComputed();
      guarded(this::turn);
    }
  }

  private void unreachable(Throwable cause) {
    if (!closed) {
      close();
      listener.onUnreachable(cause);
    }
  }

  private void end(@Nullable Throwable cause) {
    if (!closed) {
      close();
      listener.onEnd(cause);
    }
  }
}
