// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.core.internal.websocket.Handshake;
import io.meshrt.server.auth.UpgradeRequest;
import io.meshrt.server.internal.transport.ConnectionAcceptor.Admission;
import io.undertow.server.AbstractServerConnection;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.HttpUpgradeListener;
import io.undertow.server.ServerConnection;
import io.undertow.util.HttpString;
import org.jspecify.annotations.Nullable;
import org.xnio.StreamConnection;

/**
 * One accepted request on its way to a connection, and the listener by which Undertow tells that
 * the client was gone before. Undertow may hold it as long as the socket lives, so what only the
 * request needed is let go. Belongs to the I/O thread.
 */
final class Upgrade implements HttpUpgradeListener, ServerConnection.CloseListener {
  private static final HttpString ACCEPT = new HttpString("Sec-WebSocket-Accept");
  private static final HttpString PROTOCOL = new HttpString("Sec-WebSocket-Protocol");

  private @Nullable Waiting waiting;

  private Upgrade(Waiting waiting) {
    this.waiting = waiting;
  }

  /** Makes the answer to the exchange a 101; the connection begins when the exchange ends. */
  static void prepare(
      HttpServerExchange exchange,
      UpgradeRequest request,
      Admission admission,
      ConnectionAcceptor acceptor,
      SocketSettings settings,
      IoThreads threads) {
    ServerConnection connection = exchange.getConnection();
    if (!connection.isOpen()) {
      acceptor.onAbandoned(admission);
      return;
    }
    Upgrade upgrade = new Upgrade(new Waiting(request, admission, acceptor, settings, threads));
    connection.addCloseListener(upgrade);
    exchange.getResponseHeaders().put(ACCEPT, Handshake.accept(UpgradeGate.key(exchange)));
    if (admission.subprotocol() != null) {
      exchange.getResponseHeaders().put(PROTOCOL, admission.subprotocol());
    }
    exchange.upgradeChannel("websocket", upgrade);
  }

  @Override
  public void handleUpgrade(StreamConnection channel, HttpServerExchange exchange) {
    Waiting ready = waiting;
    if (ready != null) {
      waiting = null;
      boolean secure = ready.request.secure();
      IoThread thread = ready.threads.of(channel.getIoThread());
      StreamConnection socket = socketOf(channel, exchange);
      new WebSocketTransport(thread, socket, secure, ready.settings)
          .open(ready.acceptor, ready.request, ready.admission);
    }
  }

  /** Takes the socket from Undertow, unless it still holds bytes of it. */
  private static StreamConnection socketOf(StreamConnection channel, HttpServerExchange exchange) {
    boolean holdsBytes =
        exchange.getConnection() instanceof AbstractServerConnection connection
            && connection.getExtraBytes() != null;
    return channel instanceof HttpStage stage && !holdsBytes ? stage.leave() : channel;
  }

  @Override
  public void closed(ServerConnection connection) {
    Waiting abandoned = waiting;
    if (abandoned != null) {
      waiting = null;
      abandoned.acceptor.onAbandoned(abandoned.admission);
    }
  }

  private record Waiting(
      UpgradeRequest request,
      Admission admission,
      ConnectionAcceptor acceptor,
      SocketSettings settings,
      IoThreads threads) {}
}
