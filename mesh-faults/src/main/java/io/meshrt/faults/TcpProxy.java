// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and a server on this machine, passes bytes on, and does what networks do:
 * delays, throttles, slices, freezes without a word, resets, refuses, in one direction or both.
 * Faults concern the connections there are and those to come, until {@link #heal}. Counts bytes,
 * and the requests of Redis clients, on their way. Thread-safe; each connection has two threads.
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
  private final Map<String, AtomicLong> requests = new ConcurrentHashMap<>();
  private final List<Duration> attempts = new CopyOnWriteArrayList<>();
  private final long startedNanos = System.nanoTime();
  private final Map<Direction, Lane> lanes = new EnumMap<>(Direction.class);
  private volatile int targetPort;
  private volatile int receiveBufferBytes;
  private volatile boolean refusing;

  private TcpProxy(int targetPort, boolean counting) {
    this.targetPort = targetPort;
    this.counting = counting;
    for (Direction direction : Direction.values()) {
      lanes.put(direction, new Lane());
    }
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

  /** Passes nothing on in one direction, and closes nothing, not even what the other side did. */
  public void freeze(Direction direction) {
    lane(direction).freeze(true);
  }

  /** As {@link #freeze(Direction)}, in both. */
  public void freeze() {
    both(lane -> lane.freeze(true));
  }

  /** Passes bytes on again, those that waited first. */
  public void thaw() {
    both(lane -> lane.freeze(false));
  }

  /** Passes nothing on any more over the connections there are, and closes none; new ones work. */
  public void strand() {
    stranded.addAll(sockets);
  }

  /** Holds every piece of data back for a while, one after the other. */
  public void delay(Duration delay) {
    both(lane -> lane.delay(delay.toNanos()));
  }

  /** As {@link #delay(Duration)}, in one direction. */
  public void delay(Direction direction, Duration delay) {
    lane(direction).delay(delay.toNanos());
  }

  /** Passes no more than so many bytes on in a second, for each connection and direction. */
  public void throttle(int bytesPerSecond) {
    both(lane -> lane.throttle(bytesPerSecond));
  }

  /** As {@link #throttle(int)}, in one direction. */
  public void throttle(Direction direction, int bytesPerSecond) {
    lane(direction).throttle(bytesPerSecond);
  }

  /** Passes everything on in pieces of no more than so many bytes, each sent at once. */
  public void slice(int bytes) {
    both(lane -> lane.slice(bytes));
  }

  /** As {@link #slice(int)}, in one direction. */
  public void slice(Direction direction, int bytes) {
    lane(direction).slice(bytes);
  }

  /**
   * Takes about so many bytes ahead of what it passes on, over connections that come from now on,
   * where systems else take megabytes: what is more waits where it comes from.
   */
  public void takeAhead(int bytes) {
    receiveBufferBytes = bytes;
  }

  /**
   * Passes so many more bytes on in one direction, over all connections together, then does {@link
   * #cut} once.
   */
  public void cutAfter(Direction direction, long bytes) {
    lane(direction).endAfter(bytes);
  }

  /** Ends all faults; connections that were stranded are reset. */
  public void heal() {
    both(Lane::heal);
    reset(stranded);
    admit();
  }

  /** Resets all connections; new ones are accepted. */
  public void cut() {
    reset(sockets);
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
    return lane(direction).passed();
  }

  private Lane lane(Direction direction) {
    return Objects.requireNonNull(lanes.get(direction));
  }

  private void both(Consumer<Lane> change) {
    lanes.values().forEach(change);
  }

  /** Begins to count anew. */
  public void forget() {
    requests.clear();
    both(Lane::forget);
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
      reset(Set.of(client));
      return;
    }
    Socket server = new Socket();
    if (receiveBufferBytes > 0) {
      server.setReceiveBufferSize(receiveBufferBytes); // counts only before it is connected
      client.setReceiveBufferSize(receiveBufferBytes);
    }
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort), 5_000);
    } catch (IOException e) {
      reset(Set.of(client));
      throw e;
    }
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    sockets.add(client);
    sockets.add(server);
    if (refusing) { // only since it was asked above
      reset(Set.of(client, server));
    }
    RequestCounter counter = counting ? new RequestCounter(this::count) : null;
    Pipe up = new Pipe(client, server, counter);
    Pipe down = new Pipe(server, client, null);
    start("proxy-up", () -> pump(up, lane(Direction.TO_SERVER)));
    start("proxy-down", () -> pump(down, lane(Direction.TO_CLIENT)));
  }

  private void count(String name) {
    requests.computeIfAbsent(name, added -> new AtomicLong()).incrementAndGet();
  }

  private void pump(Pipe pipe, Lane lane) {
    byte[] buffer = new byte[64 * 1024];
    try (pipe) {
      int read = pipe.read(buffer);
      while (read >= 0) {
        if (!lane.pass(buffer, read, pipe)) {
          cut();
          return;
        }
        read = pipe.read(buffer);
      }
      lane.hold(pipe);
    } catch (IOException | NumberFormatException e) {
      // One side is gone.
    }
  }

  /** One direction of a connection. */
  private final class Pipe implements Lane.Way, AutoCloseable {
    private final Socket from;
    private final Socket to;
    private final @Nullable RequestCounter counter;

    Pipe(Socket from, Socket to, @Nullable RequestCounter counter) {
      this.from = from;
      this.to = to;
      this.counter = counter;
    }

    int read(byte[] buffer) throws IOException {
      return from.getInputStream().read(buffer);
    }

    @Override
    public boolean isStranded() {
      return stranded.contains(from);
    }

    @Override
    public boolean isClosed() {
      return from.isClosed();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (counter != null) {
        counter.read(bytes, offset, length);
      }
      to.getOutputStream().write(bytes, offset, length);
    }

    @Override
    public void close() {
      for (Socket socket : List.of(from, to)) {
        sockets.remove(socket);
        stranded.remove(socket);
        TcpProxy.close(socket);
      }
    }
  }

  private static void reset(Set<Socket> all) {
    // In two rounds: when one is closed, the thread that reads from it closes its other side.
    all.forEach(TcpProxy::resetWhenClosed);
    all.forEach(TcpProxy::close);
  }

  private static void resetWhenClosed(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // Closed already.
    }
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
