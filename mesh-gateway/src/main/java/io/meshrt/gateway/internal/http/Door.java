// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.http;

import io.meshrt.gateway.internal.config.Settings.Listening;
import io.meshrt.server.connection.HttpLimits;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.net.InetSocketAddress;
import org.xnio.Options;

/**
 * What listens: for clients, once they may come, and for whoever asks how the gateway is.
 * Thread-safe; opened once, closed once.
 */
public final class Door implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 * 1024 - 20;
  private static final int PAGE_THREADS = 4;
  private static final int BACKLOG = 4096;

  private final Undertow undertow;
  private final boolean twoPorts;

  private volatile HttpHandler clients =
      exchange -> {
        exchange.setStatusCode(StatusCodes.SERVICE_UNAVAILABLE);
        exchange.getResponseHeaders().put(Headers.RETRY_AFTER, 1);
      };

  private Door(Listening listening, Pages pages) {
    this.twoPorts = listening.healthPort() != null;
    HttpHandler toClients = exchange -> clients.handleRequest(exchange);
    HttpLimits limits = HttpLimits.defaults();
    Undertow.Builder builder =
        Undertow.builder()
            .setIoThreads(Math.max(2, Runtime.getRuntime().availableProcessors()))
            .setWorkerThreads(PAGE_THREADS)
            .setBufferSize(BUFFER_BYTES)
            .setSocketOption(Options.BACKLOG, BACKLOG)
            .setSocketOption(Options.TCP_NODELAY, true)
            .setSocketOption(Options.REUSE_ADDRESSES, true)
            .setServerOption(UndertowOptions.MAX_HEADER_SIZE, limits.maxHeaderBytes())
            .setServerOption(UndertowOptions.MAX_HEADERS, limits.maxHeaders())
            .setServerOption(
                UndertowOptions.REQUEST_PARSE_TIMEOUT,
                Math.toIntExact(limits.parseTimeout().toMillis()))
            .setServerOption(
                UndertowOptions.NO_REQUEST_TIMEOUT,
                Math.toIntExact(limits.idleTimeout().toMillis()))
            .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
            .addHttpListener(
                listening.port(), listening.host(), twoPorts ? toClients : pages.orElse(toClients));
    Integer healthPort = listening.healthPort();
    if (healthPort != null) {
      builder.addHttpListener(
          healthPort,
          listening.host(),
          pages.orElse(exchange -> exchange.setStatusCode(StatusCodes.NOT_FOUND)));
    }
    undertow = builder.build();
  }

  /**
   * Listens; clients are refused with 503 until {@link #admit}.
   *
   * @throws RuntimeException when the address cannot be bound
   */
  public static Door open(Listening listening, Pages pages) {
    Door door = new Door(listening, pages);
    door.undertow.start();
    return door;
  }

  /** Gives all requests that ask for no page to {@code handler} from now on. */
  public void admit(HttpHandler handler) {
    clients = handler;
  }

  /** Where clients connect. */
  public int port() {
    return port(0);
  }

  /** Where the pages are. */
  public int healthPort() {
    return port(twoPorts ? 1 : 0);
  }

  private int port(int listener) {
    return ((InetSocketAddress) undertow.getListenerInfo().get(listener).getAddress()).getPort();
  }

  @Override
  public void close() {
    undertow.stop();
  }
}
