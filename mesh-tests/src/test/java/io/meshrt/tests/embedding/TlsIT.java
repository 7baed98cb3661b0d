// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.ConnectionFailedException;
import io.meshrt.client.MeshClient;
import io.meshrt.client.MeshClientBuilder;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java client over TLS. */
class TlsIT {
  private static SSLContext tls;

  private final AtomicBoolean secure = new AtomicBoolean();

  @BeforeAll
  static void makeCertificate(@TempDir Path folder) throws Exception {
    tls = Certificates.selfSigned(folder);
  }

  @Test
  void commandsSmallAndLargeAreAnswered() throws Exception {
    String large = "ü".repeat(150_000);
    try (MeshServer server = started();
        MeshClient client = Local.connected(trusting(server))) {
      List<CompletableFuture<String>> replies = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        replies.add(client.command("echo", "small " + i, String.class));
        replies.add(client.command("echo", large, String.class));
      }

      for (int i = 0; i < 20; i++) {
        assertThat(Outcomes.result(replies.get(2 * i))).isEqualTo("small " + i);
        assertThat(Outcomes.result(replies.get(2 * i + 1))).isEqualTo(large);
      }
      assertThat(secure).isTrue();
    }
  }

  @Test
  void clientComesBack() throws Exception {
    try (MeshServer server = started();
        MeshClient client =
            Local.connected(
                trusting(server).reconnect(ReconnectPolicy.fixed(Duration.ofMillis(20))))) {
      String before = client.connectionId().orElseThrow();
      Local.connectionOf(client, server).close(1012, "come back");

      await()
          .until(
              () ->
                  client.status() == ClientStatus.CONNECTED
                      && !before.equals(client.connectionId().orElse(before)));
      assertThat(Outcomes.result(client.command("echo", "on", String.class))).isEqualTo("on");
    }
  }

  @Test
  void clientThatDoesNotTrustTheCertificateDoesNotConnect() throws Exception {
    try (MeshServer server = started();
        MeshClient client = MeshClient.builder("wss://localhost:" + server.port()).build()) {
      Throwable thrown = catchThrowable(() -> Outcomes.result(client.connect()));

      assertThat(thrown).hasCauseInstanceOf(ConnectionFailedException.class);
      assertThat(server.connections().count()).isZero();
    }
  }

  @Test
  void certificateForAnotherNameIsNotTaken(@TempDir Path folder) throws Exception {
    SSLContext elsewhere = Certificates.selfSigned(folder, "dns:elsewhere.example");
    try (MeshServer server = started(elsewhere);
        MeshClient client =
            MeshClient.builder("wss://localhost:" + server.port()).sslContext(elsewhere).build()) {
      Throwable thrown = catchThrowable(() -> Outcomes.result(client.connect()));

      assertThat(thrown).hasCauseInstanceOf(ConnectionFailedException.class);
      assertThat(thrown).hasRootCauseInstanceOf(CertificateException.class);
      assertThat(server.connections().count()).isZero();
    }
  }

  @Test
  void certificateForAnAddressIsTaken() throws Exception {
    try (MeshServer server = started();
        MeshClient client =
            Local.connected(
                MeshClient.builder("wss://127.0.0.1:" + server.port()).sslContext(tls))) {
      assertThat(Outcomes.result(client.command("echo", "on", String.class))).isEqualTo("on");
    }
  }

  @Test
  void serverThatEndsWithoutAnAnswerIsARefusal() throws Exception {
    try (ServerSocket listener =
            tls.getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
        MeshClient client =
            MeshClient.builder("wss://localhost:" + listener.getLocalPort())
                .sslContext(tls)
                .build()) {
      CompletableFuture<Void> connected = client.connect();
      try (Socket peer = listener.accept()) {
        assertThat(peer.getInputStream().read()).isEqualTo('G');
      }

      Throwable thrown = catchThrowable(() -> Outcomes.result(connected));

      assertThat(thrown).hasCauseInstanceOf(ConnectionFailedException.class);
    }
  }

  private MeshServer started() {
    return started(tls);
  }

  private MeshServer started(SSLContext context) {
    MeshServer server =
        Local.server()
            .ssl(context)
            .authentication(
                request -> {
                  secure.set(request.secure());
                  return Authentication.anonymous();
                })
            .build();
    server.registerCommand("echo", ctx -> ctx.rawPayload());
    server.start();
    return server;
  }

  private static MeshClientBuilder trusting(MeshServer server) {
    return MeshClient.builder("wss://localhost:" + server.port()).sslContext(tls);
  }
}
