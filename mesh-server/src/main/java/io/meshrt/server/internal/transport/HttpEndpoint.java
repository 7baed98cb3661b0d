// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.server.connection.HttpLimits;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * The server's door to the network: one listening socket and the threads that serve it. Assembles
 * this room. Thread-safe; started once, stopped once, not started again.
 *
 * <p>Undertow speaks HTTP/1.1 only here. A request has 10 s to begin, 5 s to be read once it began,
 * 16 KiB and 64 lines for its headers.
 */
public final class HttpEndpoint {
  private static final Logger log = LoggerFactory.getLogger(HttpEndpoint.class);

  private static final String WORKER_NAME = "mesh-io";
  private static final int BACKLOG = 4096;
  private static final int HTTP_BUFFER_BYTES = 16 * 1024 - 20;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final TransportOptions options;
  private final HttpHandler handler;

  // Guarded by this.
  private @Nullable Running running;

  /**
   * An endpoint that is not listening yet.
   *
   * @param modules served under {@code /mesh/}; null for none
   */
  public HttpEndpoint(
      TransportOptions options,
      ConnectionAcceptor acceptor,
      Scheduler scheduler,
      ServerMetrics metrics,
      @Nullable BrowserModules modules) {
    this.options = options;
    this.handler = new UpgradeHandler(options, acceptor, scheduler, metrics, modules).orElse(null);
  }

  /**
   * Listens.
   *
   * @throws UncheckedIOException naming host and port when that is not possible
   */
  public synchronized void start() {
    if (running != null) {
      throw new IllegalStateException("already started");
    }
    ThreadGroup group = new ThreadGroup(WORKER_NAME);
    Xnio xnio = Xnio.getInstance(HttpEndpoint.class.getClassLoader());
    XnioWorker worker =
        xnio.createWorkerBuilder()
            .setWorkerName(WORKER_NAME)
            .setThreadGroup(group)
            .setWorkerIoThreads(options.ioThreads())
            .setCoreWorkerPoolSize(options.ioThreads())
            .setMaxWorkerPoolSize(options.ioThreads())
            .build();
    ByteBufferPool buffers = new DefaultByteBufferPool(true, HTTP_BUFFER_BYTES, -1, 4);
    try {
      AcceptingChannel<? extends StreamConnection> listener = listen(xnio, worker, buffers);
      running = new Running(group, worker, buffers, listener);
    } catch (IOException | RuntimeException e) {
      stop(group, worker, buffers);
      String where = options.host() + ":" + options.port();
      IOException cause = e instanceof IOException io ? io : new IOException(e);
      throw new UncheckedIOException("cannot listen on " + where + ": " + e.getMessage(), cause);
    }
  }

  /**
   * The port connections are accepted on, also when it was left to the system to choose.
   *
   * @throws IllegalStateException if not started
   */
  public synchronized int boundPort() {
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running.listener.getLocalAddress(InetSocketAddress.class).getPort();
  }

  /** Frees the port; sockets that are open stay open. */
  public synchronized void stopAccepting() {
    if (running != null) {
      IoUtils.safeClose(running.listener);
    }
  }

  /**
   * Closes every socket at once and waits for the threads to end, unless it is called by one of
   * them.
   */
  public void stop() {
    Running stopped;
    synchronized (this) {
      stopped = running;
      running = null;
    }
    if (stopped != null) {
      IoUtils.safeClose(stopped.listener);
      stop(stopped.group, stopped.worker, stopped.buffers);
    }
  }

  private AcceptingChannel<? extends StreamConnection> listen(
      Xnio xnio, XnioWorker worker, ByteBufferPool buffers) throws IOException {
    HttpOpenListener http = new HttpOpenListener(buffers, httpOptions(options.httpLimits()));
    http.setRootHandler(handler);
    InetSocketAddress address = new InetSocketAddress(options.host(), options.port());
    ChannelListener<AcceptingChannel<StreamConnection>> onAccept =
        ChannelListeners.openListenerAdapter(
            options.sslContext() == null
                ? socket -> http.handleEvent(new HttpStage(socket))
                : http);
    OptionMap socketOptions =
        OptionMap.builder()
            .set(Options.TCP_NODELAY, true)
            .set(Options.REUSE_ADDRESSES, true)
            .set(Options.BACKLOG, BACKLOG)
            .getMap();
    AcceptingChannel<? extends StreamConnection> listener =
        options.sslContext() == null
            ? worker.createStreamConnectionServer(address, onAccept, socketOptions)
            : listenTls(xnio, worker, address, onAccept, socketOptions, options.sslContext());
    listener.resumeAccepts();
    return listener;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the listener takes any kind of StreamConnection
  private static AcceptingChannel<? extends StreamConnection> listenTls(
      Xnio xnio,
      XnioWorker worker,
      InetSocketAddress address,
      ChannelListener<AcceptingChannel<StreamConnection>> onAccept,
      OptionMap socketOptions,
      SSLContext sslContext)
      throws IOException {
    OptionMap direct = OptionMap.create(Options.USE_DIRECT_BUFFERS, true);
    return new UndertowXnioSsl(xnio, direct, sslContext)
        .createSslConnectionServer(worker, address, (ChannelListener) onAccept, socketOptions);
  }

  private static OptionMap httpOptions(HttpLimits limits) {
    return OptionMap.builder()
        .set(UndertowOptions.MAX_HEADER_SIZE, limits.maxHeaderBytes())
        .set(UndertowOptions.MAX_HEADERS, limits.maxHeaders())
        .set(
            UndertowOptions.REQUEST_PARSE_TIMEOUT,
            Math.toIntExact(limits.parseTimeout().toMillis()))
        .set(UndertowOptions.NO_REQUEST_TIMEOUT, Math.toIntExact(limits.idleTimeout().toMillis()))
        .set(UndertowOptions.ENABLE_HTTP2, false)
        .getMap();
  }

  private static void stop(ThreadGroup group, XnioWorker worker, ByteBufferPool buffers) {
    worker.shutdownNow();
    if (isIoThread(Thread.currentThread(), group)) {
      return;
    }
    try {
      if (!worker.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("I/O threads did not stop within {}", STOP_TIMEOUT);
        return;
      }
      // Termination is announced by the threads themselves, just before they end.
      Thread[] ending = new Thread[group.activeCount() + 8];
      int count = group.enumerate(ending);
      for (int index = 0; index < count; index++) {
        if (isIoThread(ending[index], group)) {
          ending[index].join(STOP_TIMEOUT.toMillis());
        }
      }
      buffers.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Threads that an I/O thread started, for whatever executor, are in its group too. */
  private static boolean isIoThread(Thread thread, ThreadGroup group) {
    return thread.getThreadGroup() == group && thread.getName().startsWith(WORKER_NAME);
  }

  private record Running(
      ThreadGroup group,
      XnioWorker worker,
      ByteBufferPool buffers,
      AcceptingChannel<? extends StreamConnection> listener) {}
}
