// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.Option;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.conduits.ReadReadyHandler;
import org.xnio.conduits.WriteReadyHandler;

/**
 * A socket as long as HTTP is spoken on it. Undertow keeps all it needs to read requests until the
 * connection it was given is closed; this one is closed at the upgrade, and the socket goes on
 * without it. Belongs to the socket's I/O thread, but any thread may close it.
 */
final class HttpStage extends StreamConnection {
  private final StreamConnection socket;
  private final SocketEnd socketEnd = new SocketEnd(this);
  private volatile boolean left;

  HttpStage(StreamConnection socket) {
    super(socket.getIoThread());
    this.socket = socket;
    setSourceConduit(socket.getSourceChannel().getConduit());
    setSinkConduit(socket.getSinkChannel().getConduit());
    socket.setCloseListener(socketEnd);
  }

  /** Ends the stage for whoever listens to it; returns the socket, which stays open. */
  StreamConnection leave() {
    left = true;
    socketEnd.stage = null;
    IoUtils.safeClose(this);
    ConduitStreamSourceChannel source = socket.getSourceChannel();
    source.getConduit().setReadReadyHandler(new ReadReadyHandler.ChannelListenerHandler<>(source));
    ConduitStreamSinkChannel sink = socket.getSinkChannel();
    sink.getConduit().setWriteReadyHandler(new WriteReadyHandler.ChannelListenerHandler<>(sink));
    return socket;
  }

  @Override
  public SocketAddress getPeerAddress() {
    return socket.getPeerAddress();
  }

  @Override
  public SocketAddress getLocalAddress() {
    return socket.getLocalAddress();
  }

  @Override
  public boolean supportsOption(Option<?> option) {
    return socket.supportsOption(option);
  }

  @Override
  public <T> @Nullable T getOption(Option<T> option) throws IOException {
    return socket.getOption(option);
  }

  @Override
  public <T> @Nullable T setOption(Option<T> option, T value) throws IOException {
    return socket.setOption(option, value);
  }

  @Override
  public boolean isOpen() {
    return !left && socket.isOpen();
  }

  @Override
  public boolean isReadShutdown() {
    return left || socket.isReadShutdown();
  }

  @Override
  public boolean isWriteShutdown() {
    return left || socket.isWriteShutdown();
  }

  /** The socket tells it of itself. */
  @Override
  protected void notifyReadClosed() {}

  /** The socket tells it of itself. */
  @Override
  protected void notifyWriteClosed() {}

  @Override
  protected void closeAction() throws IOException {
    if (!left) {
      socket.close();
    }
  }

  /** Outlives the stage, because a socket keeps its close listeners. */
  private static final class SocketEnd implements ChannelListener<StreamConnection> {
    private volatile @Nullable HttpStage stage;

    SocketEnd(HttpStage stage) {
      this.stage = stage;
    }

    @Override
    public void handleEvent(StreamConnection socket) {
      IoUtils.safeClose(stage);
    }
  }
}
