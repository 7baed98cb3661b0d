// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a server on this machine, passes bytes on, and does what networks do:
 * delays, freezes without a word, cuts, refuses. Counts bytes, and the requests of Redis clients,
 * on their way. Thread-safe; each connection has two threads.
 */
public final class TcpProxy implements AutoCloseable {
  /** Which way bytes go. */
  public enum Direction {
    /** From the client to the server. */
    TO_SERVER,
    /** From the server to the client. */
    TO_CLIENT
  }

  private final ServerSocket listener;
  private final boolean counting;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<Socket> stranded = ConcurrentHashMap.newKeySet();
  private final Set<Direction> frozen = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicLong> requests = new ConcurrentHashMap<>();
  private final List<Duration> attempts = new CopyOnWriteArrayList<>();
  private final long startedNanos = System.nanoTime();
  private final Map<Direction, AtomicLong> bytes =
      Map.of(Direction.TO_SERVER, new AtomicLong(), Direction.TO_CLIENT, new AtomicLong());
  private volatile int targetPort;
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean refusing;

  private TcpProxy(int targetPort, boolean counting) {
    this.targetPort = targetPort;
    this.counting = counting;
    try {
      listener = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A proxy in front of a Redis on a port of this machine. */
  public static TcpProxy to(int port) {
    return started(new TcpProxy(port, true));
  }

  /** A proxy in front of anything on a port of this machine; counts nothing. */
  public static TcpProxy plain(int port) {
    return started(new TcpProxy(port, false));
  }

  private static TcpProxy started(TcpProxy proxy) {
    proxy.start("proxy-accept", proxy::accept);
    return proxy;
  }

  /** Where clients connect. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Passes nothing on in one direction, and closes nothing. */
  public void freeze(Direction direction) {
    frozen.add(direction);
  }

  /** As {@link #freeze(Direction)}, in both. */
  public void freeze() {
    frozen.addAll(Set.of(Direction.values()));
  }

  /** Passes bytes on again, those that waited first. */
  public void thaw() {
    frozen.clear();
  }

  /** Passes nothing on any more over the connections there are, and closes none; new ones work. */
  public void strand() {
    stranded.addAll(sockets);
  }

  /** Holds every piece of data back for a while. */
  public void delay(Duration delay) {
    this.delay = delay;
  }

  /** Resets all connections; new ones are accepted. */
  public void cut() {
    sockets.forEach(TcpProxy::reset);
  }

  /** Resets all connections, and every new one, until {@link #admit}. */
  public void refuse() {
    refusing = true;
    cut();
  }

  /** Passes connections that come from now on to another port of this machine. */
  public void redirect(int port) {
    targetPort = port;
  }

  /** Lets new connections through again. */
  public void admit() {
    refusing = false;
  }

  /** Redis requests that were passed on, by command, since the last {@link #forget}. */
  public Map<String, Long> requests() {
    Map<String, Long> counted = new HashMap<>();
    requests.forEach((name, count) -> counted.put(name, count.get()));
    return counted;
  }

  /** When somebody connected, whatever became of it: in order, since the proxy was started. */
  public List<Duration> attempts() {
    return List.copyOf(attempts);
  }

  /** Bytes that were passed on in one direction since the last {@link #forget}. */
  public long bytes(Direction direction) {
    return counter(direction).get();
  }

  private AtomicLong counter(Direction direction) {
    return Objects.requireNonNull(bytes.get(direction));
  }

  /** Begins to count anew. */
  public void forget() {
    requests.clear();
    bytes.values().forEach(count -> count.set(0));
  }

  @Override
  public void close() {
    refuse();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException e) {
        // Closed, or the server is not there: the client has been told.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    attempts.add(Duration.ofNanos(System.nanoTime() - startedNanos));
    if (refusing) {
      reset(client);
      return;
    }
    Socket server = new Socket();
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort), 5_000);
    } catch (IOException e) {
      reset(client);
      throw e;
    }
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    sockets.add(client);
    sockets.add(server);
    RequestCounter counter = counting ? new RequestCounter(this::count) : null;
    start("proxy-up", () -> pump(client, server, Direction.TO_SERVER, counter));
    start("proxy-down", () -> pump(server, client, Direction.TO_CLIENT, null));
  }

  private void count(String name) {
    requests.computeIfAbsent(name, added -> new AtomicLong()).incrementAndGet();
  }

  private void pump(Socket from, Socket to, Direction direction, @Nullable RequestCounter counter) {
    byte[] buffer = new byte[64 * 1024];
    try {
      int read = from.getInputStream().read(buffer);
      while (read >= 0) {
        hold(direction, from);
        if (counter != null) {
          counter.read(buffer, read);
        }
        counter(direction).addAndGet(read);
        to.getOutputStream().write(buffer, 0, read);
        read = from.getInputStream().read(buffer);
      }
      hold(direction, from);
    } catch (IOException | NumberFormatException e) {
      // One side is gone.
    } finally {
      sockets.remove(from);
      sockets.remove(to);
      stranded.remove(from);
      stranded.remove(to);
      close(from);
      close(to);
    }
  }

  private void hold(Direction direction, Socket from) {
    LockSupport.parkNanos(delay.toNanos());
    while ((frozen.contains(direction) || stranded.contains(from)) && !from.isClosed()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // Closed already.
    }
    close(socket);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
