// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.ConnectionListener;
import io.meshrt.testkit.RawWebSocket;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Readers that stop: the server gives up on them, and nobody else notices. */
class SlowReaderIT {
  private static final String PIECE = "x".repeat(32 * 1024);
  private static final int READERS = Boolean.getBoolean("mesh.full") ? 200 : 25;

  /** Codes with which connections ended, by connection id, and the open connections. */
  private static final class Watch implements ConnectionListener {
    final Map<String, Integer> closed = new ConcurrentHashMap<>();
    final Map<String, Connection> open = new ConcurrentHashMap<>();

    @Override
    public void onConnect(Connection connection) {
      open.put(connection.id(), connection);
    }

    @Override
    public void onDisconnect(Connection connection, int code, String reason) {
      closed.put(connection.id(), code);
    }
  }

  @Test
  void fullOutboxClosesConnectionAtOnceAndLeavesTheNeighbourAlone() throws Exception {
    Watch watch = new Watch();
    try (MeshServer server = server(ConnectionLimits.defaults(), watch);
        Neighbour neighbour = new Neighbour(server.port());
        RawWebSocket reader = stalled(server.port())) {
      Connection connection = stalledOf(watch, neighbour);

      boolean accepted = true;
      for (int i = 0; i < 4096 && accepted; i++) {
        accepted = connection.send("flood", PIECE);
      }

      assertThat(accepted).as("the outbox said no before 128 MiB").isFalse();
      await().until(() -> watch.closed.containsKey(connection.id()));
      assertThat(watch.closed).containsEntry(connection.id(), 4008);
      assertThat(connection.isOpen()).isFalse();
      await().until(() -> socketIsGone(reader));
      neighbour.assertAnswered();
    }
  }

  @Test
  void stalledReaderIsClosedAndLeavesTheNeighbourAlone() throws Exception {
    Watch watch = new Watch();
    ConnectionLimits limits =
        ConnectionLimits.defaults()
            .withMaxOutboxBytes(64 * 1024 * 1024)
            .withMaxOutboxEntries(10_000)
            .withStallTimeout(Duration.ofSeconds(6)); // all is sent before it is over
    try (MeshServer server = server(limits, watch);
        Neighbour neighbour = new Neighbour(server.port());
        RawWebSocket reader = stalled(server.port())) {
      Connection connection = stalledOf(watch, neighbour);

      for (int i = 0; i < 768; i++) {
        assertThat(connection.send("flood", PIECE)).isTrue();
      }

      await().until(() -> watch.closed.containsKey(connection.id()));
      assertThat(watch.closed).containsEntry(connection.id(), 4008);
      await().until(() -> socketIsGone(reader));
      neighbour.assertAnswered();
    }
  }

  @Test
  void manyStoppedReadersCostNoMoreThanTheirOutboxes() throws Exception {
    Watch watch = new Watch();
    List<RawWebSocket> readers = new ArrayList<>();
    try (MeshServer server = server(ConnectionLimits.defaults(), watch);
        Neighbour neighbour = new Neighbour(server.port())) {
      for (int i = 0; i < READERS; i++) {
        readers.add(stalled(server.port()));
      }
      await().until(() -> watch.open.size() == READERS + 1);
      List<Connection> victims =
          watch.open.values().stream().filter(c -> !c.id().equals(neighbour.id())).toList();
      long before = usedHeapBytes();
      long most = 0;

      List<Connection> left = new ArrayList<>(victims);
      while (!left.isEmpty()) {
        left.removeIf(connection -> !connection.send("flood", PIECE));
        most = Math.max(most, left.size() % 10 == 0 ? usedHeapBytes() : 0);
      }

      await().until(() -> watch.closed.size() == READERS);
      assertThat(watch.closed.values()).containsOnly(4008);
      assertThat(most - before).isLessThan(READERS * 1_250_000L);
      neighbour.assertAnswered();
    } finally {
      for (RawWebSocket reader : readers) {
        reader.close();
      }
    }
  }

  /** What the last collection left: others make garbage as soon as it is over. */
  private static long usedHeapBytes() {
    System.gc();
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getCollectionUsage)
        .filter(Objects::nonNull)
        .mapToLong(MemoryUsage::getUsed)
        .sum();
  }

  private static MeshServer server(ConnectionLimits limits, Watch watch) {
    MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).limits(limits).build();
    server.registerCommand("echo", ctx -> ctx.rawPayload());
    server.addConnectionListener(watch);
    server.start();
    return server;
  }

  private static RawWebSocket stalled(int port) throws IOException {
    return RawWebSocket.to(port).subprotocol("mesh.v1").receiveBufferBytes(4096).open();
  }

  private static Connection stalledOf(Watch watch, Neighbour neighbour) {
    await().until(() -> watch.open.size() == 2);
    return watch.open.values().stream()
        .filter(connection -> !connection.id().equals(neighbour.id()))
        .findFirst()
        .orElseThrow();
  }

  /** Whether the server's end is gone: what the kernel still holds runs out and the stream ends. */
  private static boolean socketIsGone(RawWebSocket reader) {
    try {
      return reader.socket().getInputStream().readNBytes(1 << 20).length < 1 << 20;
    } catch (IOException e) {
      return true;
    }
  }

  /** A healthy client that has one command answered after the other. */
  private static final class Neighbour implements AutoCloseable {
    private final MeshClient client;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong answered = new AtomicLong();
    private volatile Throwable failure;

    Neighbour(int port) {
      client = MeshClient.builder("ws://127.0.0.1:" + port).build();
      client.connect().join();
      new Thread(this::run, "neighbour").start();
    }

    String id() {
      return client.connectionId().orElseThrow();
    }

    private void run() {
      try {
        while (!stop.get()) {
          client.command("echo", answered.get(), Long.class).get(30, TimeUnit.SECONDS);
          answered.incrementAndGet();
        }
      } catch (Exception e) {
        failure = stop.get() ? failure : e;
      }
    }

    void assertAnswered() {
      long now = answered.get();
      await().until(() -> answered.get() > now || failure != null);
      assertThat(failure).isNull();
    }

    @Override
    public void close() {
      stop.set(true);
      client.close();
    }
  }
}
