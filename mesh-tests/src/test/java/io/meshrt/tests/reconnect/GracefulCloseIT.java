// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.StatusChange;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import io.meshrt.tests.harness.VirtualThreads;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Closing: what runs may finish, and then nothing is left. */
class GracefulCloseIT {
  /** The thread of the JDK's HTTP client, which on Java 17 ends with a garbage collection. */
  private static final String JDK_HTTP_CLIENT = "SelectorManager";

  @Test
  void runningCommandIsAnsweredBeforeTheServerCloses() throws Exception {
    List<StatusChange> changes = new CopyOnWriteArrayList<>();
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    MeshServer server = Local.server().build();
    server.registerCommand(
        "work",
        ctx -> {
          running.countDown();
          release.await(60, TimeUnit.SECONDS);
          return "done";
        });
    server.registerCommand("echo", ctx -> ctx.rawPayload());
    server.start();
    try (MeshClient client =
        Local.connected(Local.client(server).reconnect(ReconnectPolicy.off()))) {
      client.onStatus(changes::add);
      CompletableFuture<String> work = client.command("work", null, String.class);
      assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();

      CompletableFuture<Void> closed =
          CompletableFuture.runAsync(
              () -> server.close(Duration.ofSeconds(60)), task -> new Thread(task).start());
      await().until(() -> isRefused(client));
      assertThat(work).isNotDone();
      assertThat(closed).isNotDone();
      release.countDown();

      assertThat(Outcomes.result(work)).isEqualTo("done");
      Outcomes.result(closed);
      await().until(() -> !changes.isEmpty());
      assertThat(changes.get(0).closeCode()).hasValue(4001);
    } finally {
      release.countDown();
      server.close();
    }
  }

  @Test
  void commandThatDoesNotEndIsCutOff() throws Exception {
    MeshServer server = Local.server().build();
    server.registerCommand("never", ctx -> new CompletableFuture<>());
    server.start();
    try (V1Socket socket = V1Socket.open(server.port())) {
      socket.send(1, "never", null);

      server.close(Duration.ofMillis(200));

      assertThat(socket.closeCode()).isEqualTo(4001);
    }
  }

  @Test
  void listenersAreToldOfEveryConnectionBeforeCloseReturns() throws Exception {
    AtomicInteger told = new AtomicInteger();
    MeshServer server = Local.server().build();
    server.onDisconnect((connection, code, reason) -> told.addAndGet(code));
    server.start();
    try (V1Socket one = V1Socket.open(server.port());
        V1Socket two = V1Socket.open(server.port())) {
      await().until(() -> server.connections().count() == 2);
      CompletableFuture<Integer> code =
          CompletableFuture.supplyAsync(() -> closeCode(one), later());
      CompletableFuture<Integer> other =
          CompletableFuture.supplyAsync(() -> closeCode(two), later());

      server.close();

      assertThat(told).hasValue(2 * 4001);
      assertThat(Outcomes.result(code)).isEqualTo(4001);
      assertThat(Outcomes.result(other)).isEqualTo(4001);
    }
  }

  @Test
  void noThreadIsLeft() throws Exception {
    cycle(); // threads of the JDK itself come now
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());

    for (int i = 0; i < 3; i++) {
      cycle();
    }

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(threadsBesides(before)).isEmpty());
  }

  /** A server and a client with everything that has threads, begun, used and closed. */
  private static void cycle() throws Exception {
    MeshServerBuilder builder =
        Local.server()
            .authentication(
                AuthenticationOptions.defaults().withUpgrade(ask -> Authentication.anonymous()));
    try (MeshServer server = builder.build()) {
      server.registerCommand("echo", ctx -> ctx.rawPayload());
      server.onConnect(connection -> connection.send("hello", "you"));
      server.start();
      try (MeshClient client = Local.connected(server)) {
        client.registerCommand("echo", ctx -> ctx.rawPayload());
        client.onAnyMessage((name, payload) -> {});
        assertThat(Outcomes.result(client.command("echo", 1, Integer.class))).isEqualTo(1);
        assertThat(
                Outcomes.result(
                    Local.connectionOf(client, server).command("echo", 2, Integer.class)))
            .isEqualTo(2);
      }
    }
  }

  private static Set<String> threadsBesides(Set<Thread> before) {
    System.gc();
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread) && !VirtualThreads.areServedBy(thread))
        .map(Thread::getName)
        .filter(name -> !name.contains(JDK_HTTP_CLIENT) && !name.startsWith("awaitility"))
        .collect(Collectors.toSet());
  }

  private static boolean isRefused(MeshClient client) throws Exception {
    try {
      Outcomes.result(client.command("echo", 1, Integer.class));
      return false;
    } catch (ExecutionException e) {
      return e.getCause().getMessage().contains("shutting down");
    }
  }

  private static Executor later() {
    return task -> new Thread(task).start();
  }

  private static int closeCode(V1Socket socket) {
    try {
      return socket.closeCode();
    } catch (IOException e) {
      return -1;
    }
  }
}
