// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * Stands between thousands of clients and a server on this machine, on one thread, and resets all
 * their connections at once.
 */
final class Crossing {
  private static final int BACKLOG = 4_096;
  private static final int BUFFER_BYTES = 64 * 1024;

  private final InetSocketAddress target;
  private final Selector selector;
  private final ServerSocketChannel listener;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES); // of the thread
  private volatile boolean refusing;
  private volatile boolean cutting;

  /** A crossing to a port, for as long as the process lives. */
  static Crossing to(int port) {
    Crossing crossing = new Crossing(port);
    Thread thread = new Thread(crossing::run, "crossing");
    thread.setDaemon(true);
    thread.start();
    return crossing;
  }

  private Crossing(int port) {
    target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try {
      selector = Selector.open();
      listener = ServerSocketChannel.open();
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where clients connect. */
  int port() {
    return listener.socket().getLocalPort();
  }

  /** Resets all connections there are; new ones are accepted. */
  void cut() {
    cutting = true;
    selector.wakeup();
  }

  /** Resets all connections, and every new one, until {@link #admit}. */
  void refuse() {
    refusing = true;
    cut();
  }

  /** Lets new connections through again. */
  void admit() {
    refusing = false;
  }

  private void run() {
    while (true) {
      try {
        selector.select(this::pass);
        if (cutting) {
          cutting = false;
          List.copyOf(selector.keys()).forEach(Crossing::reset);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void pass(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        accept();
      } else if (key.isConnectable()) {
        connected(key);
      } else {
        if (key.isWritable()) {
          flush(key);
        }
        if (key.isValid() && key.isReadable()) {
          read(key);
        }
      }
    } catch (IOException e) {
      reset(key);
    }
  }

  private void accept() throws IOException {
    for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
      SelectionKey near = register(client, 0);
      try {
        lead(near);
      } catch (IOException e) {
        reset(near);
      }
    }
  }

  private void lead(SelectionKey near) throws IOException {
    if (refusing) {
      reset(near);
      return;
    }
    SocketChannel server = SocketChannel.open();
    SelectionKey far = register(server, SelectionKey.OP_CONNECT);
    near.attach(new Side(far));
    far.attach(new Side(near));
    if (server.connect(target)) {
      connected(far);
    }
  }

  private SelectionKey register(SocketChannel channel, int operations) throws IOException {
    channel.configureBlocking(false);
    channel.socket().setTcpNoDelay(true);
    return channel.register(selector, operations);
  }

  private static void connected(SelectionKey far) throws IOException {
    if (channel(far).finishConnect()) {
      far.interestOps(SelectionKey.OP_READ);
      side(far).other.interestOps(SelectionKey.OP_READ);
    }
  }

  private void read(SelectionKey from) throws IOException {
    SelectionKey to = side(from).other;
    if (channel(from).read(buffer.clear()) < 0) {
      channel(from).close();
      channel(to).close();
      return;
    }
    channel(to).write(buffer.flip());
    if (buffer.hasRemaining()) {
      side(to).waiting = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
      to.interestOpsOr(SelectionKey.OP_WRITE);
      from.interestOpsAnd(~SelectionKey.OP_READ); // until there is room
    }
  }

  private static void flush(SelectionKey to) throws IOException {
    channel(to).write(side(to).waiting);
    if (!side(to).waiting.hasRemaining()) {
      to.interestOpsAnd(~SelectionKey.OP_WRITE);
      side(to).other.interestOpsOr(SelectionKey.OP_READ);
    }
  }

  private static void reset(SelectionKey key) {
    if (key.channel() instanceof SocketChannel channel && channel.isOpen()) {
      try {
        channel.socket().setSoLinger(true, 0);
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (key.attachment() instanceof Side side) {
        reset(side.other);
      }
    }
  }

  private static SocketChannel channel(SelectionKey key) {
    return (SocketChannel) key.channel();
  }

  private static Side side(SelectionKey key) {
    return (Side) key.attachment();
  }

  /** What belongs to one end of a connection: the other, and bytes for which it had no room. */
  private static final class Side {
    private final SelectionKey other;
    private ByteBuffer waiting = ByteBuffer.allocate(0);

    Side(SelectionKey other) {
      this.other = other;
    }
  }
}
