// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.client.internal.loop.Loop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Connections that are made while they are given up. */
class DialRaceTest {
  private final SteppedLoop loop = new SteppedLoop();

  @Test
  void connectionThatIsMadeTooLateDoesNotKeepFromTheNextAddress() throws Exception {
    try (ServerSocket first = listening();
        ServerSocket second = listening()) {
      List<InetSocketAddress> addresses = List.of(address(first), address(second));
      TcpConnector connector =
          new TcpConnector(
              loop,
              new TcpOptions("dial-race", null, null, Map.of(), 1_000),
              server -> new Route(addresses, false, null));
      Connector.Opening opening =
          connector.open(
              new Connector.Target(URI.create("ws://server.example/"), Map.of(), List.of()),
              new Deaf());
      loop.next().run();
      try (java.net.Socket late = first.accept()) {
        Runnable connected = loop.next();
        loop.fireOldestTimer(); // no patience any more
        connected.run();
        loop.fireOldestTimer(); // the pause is over

        try (java.net.Socket next = second.accept()) {
          assertThat(next.getLocalPort()).isNotEqualTo(late.getLocalPort());
        }
      } finally {
        opening.cancel();
        connector.stop();
        connector.awaitEnd(Duration.ofSeconds(10));
      }
    }
  }

  @Test
  void cancelledOpeningGoesOnToNoOtherAddress() throws Exception {
    try (ServerSocket second = listening()) {
      List<InetSocketAddress> addresses = List.of(refusing(), address(second));
      TcpConnector connector =
          new TcpConnector(
              loop,
              new TcpOptions("dial-race", null, null, Map.of(), 1_000),
              server -> new Route(addresses, false, null));
      Connector.Opening opening =
          connector.open(
              new Connector.Target(URI.create("ws://server.example/"), Map.of(), List.of()),
              new Deaf());
      loop.next().run();
      loop.next().run(); // the first refuses, and the pause begins
      opening.cancel();
      loop.fireAllTimers();

      second.setSoTimeout(600);
      assertThatThrownBy(second::accept).isInstanceOf(SocketTimeoutException.class);
      connector.stop();
      connector.awaitEnd(Duration.ofSeconds(10));
    }
  }

  private static ServerSocket listening() throws Exception {
    ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    server.setSoTimeout(10_000);
    return server;
  }

  private static InetSocketAddress refusing() throws Exception {
    try (ServerSocket closed = listening()) {
      return address(closed);
    }
  }

  private static InetSocketAddress address(ServerSocket server) {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** Keeps what it is given for the test to run. */
  private static final class SteppedLoop implements Loop {
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final ArrayDeque<Runnable> timers = new ArrayDeque<>();

    Runnable next() throws InterruptedException {
      Runnable task = tasks.poll(10, TimeUnit.SECONDS);
      assertThat(task).isNotNull();
      return task == null ? () -> {} : task;
    }

    void fireAllTimers() {
      while (!timers.isEmpty()) {
        fireOldestTimer();
      }
    }

    void fireOldestTimer() {
      timers.remove().run();
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public boolean execute(Runnable task) {
      return tasks.add(task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      timers.add(task);
      return () -> {
        boolean unused = timers.remove(task);
      };
    }

    @Override
    public void stop() {}

    @Override
    public boolean awaitEnd(Duration timeout) {
      return true;
    }
  }

  private static final class Deaf implements SocketListener {
    @Override
    public void onOpen(Socket socket) {}

    @Override
    public void onRefused(int httpStatus, Throwable cause) {}

    @Override
    public void onText(byte[] utf8) {}

    @Override
    public void onUnacceptable(int code, String reason) {}

    @Override
    public void onClosed(int code, String reason, @Nullable Throwable cause) {}
  }
}
