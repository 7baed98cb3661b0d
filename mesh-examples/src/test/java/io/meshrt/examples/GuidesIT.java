// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.Connection;
import io.undertow.Undertow;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The snippets of the pages do what the pages say. */
class GuidesIT {
  @Test
  void commandsOfTheServerGuideAnswer() throws Exception {
    try (MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build()) {
      ServerGuide.registerCommands(server);
      server.start();
      try (MeshClient client = connected(server.port())) {
        assertThat(ask(client, "greet", "Ann")).isEqualTo("Hello, Ann");
        assertThat(client.command("sum", Map.of("numbers", List.of(1, 2, 3)), Integer.class).get())
            .isEqualTo(6);
        assertThat(ask(client, "slow", null)).isEqualTo("done");
        assertThat(ask(client, "echo", "x")).isEqualTo("x");
        assertThat(ask(client, "other", null)).isEqualTo("nobody registered other");
        assertThatThrownBy(() -> ask(client, "refuse", null)).hasMessageContaining("members only");
      }
    }
  }

  @Test
  void middlewareOfTheServerGuideRefusesStrangers() throws Exception {
    try (MeshServer server =
        MeshServer.builder()
            .host("127.0.0.1")
            .port(0)
            .authentication(
                request ->
                    request
                        .bearerToken()
                        .map(token -> Authentication.accept(Identity.of(token)))
                        .orElse(Authentication.anonymous()))
            .build()) {
      ServerGuide.addMiddleware(server);
      server.start();
      try (MeshClient stranger = connected(server.port());
          MeshClient ann =
              MeshClient.builder("ws://127.0.0.1:" + server.port())
                  .header("Authorization", "Bearer ann")
                  .build()) {
        ann.connect().get(30, TimeUnit.SECONDS);

        assertThatThrownBy(() -> ask(stranger, "rename", "x")).hasMessageContaining("log in first");
        assertThat(ann.command("rename", "x", Boolean.class).get()).isTrue();
      }
    }
  }

  @Test
  void serverOfTheGuideAsksItsClient() throws Exception {
    try (MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build()) {
      server.registerCommand("me", ctx -> ctx.connection().id());
      server.start();
      try (MeshClient client = MeshClient.builder("ws://127.0.0.1:" + server.port()).build()) {
        client.registerCommand("which-colour", ctx -> "blue");
        client.connect().get(30, TimeUnit.SECONDS);
        Connection connection = server.connections().find(ask(client, "me", null)).orElseThrow();

        assertThat(ServerGuide.talkTo(connection).get(30, TimeUnit.SECONDS)).isEqualTo("blue");
      }
    }
  }

  @Test
  void embeddedServerOfTheGuideStandsBesideAPage() throws Exception {
    try (MeshServer server = MeshServer.builder().build()) {
      server.registerCommand("echo", ctx -> ctx.rawPayload());
      Undertow undertow =
          ServerGuide.besidePages(server, exchange -> exchange.getResponseSender().send("a page"));
      int port = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
      try (MeshClient client = connected(port)) {
        HttpRequest page = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port)).build();

        assertThat(HttpClient.newHttpClient().send(page, BodyHandlers.ofString()).body())
            .isEqualTo("a page");
        assertThat(ask(client, "echo", "x")).isEqualTo("x");
      } finally {
        undertow.stop();
      }
    }
  }

  @Test
  void balancersAreToldOfADrainByTheServerGuide() throws Exception {
    try (MeshServer server = MeshServer.builder().build()) {
      Undertow undertow =
          ServerGuide.besidePages(server, ServerGuide.withReadiness(server, exchange -> {}));
      try {
        int before = statusOf(undertow, "/ready");
        server.drain(Duration.ofSeconds(30));

        assertThat(before).isEqualTo(200);
        assertThat(statusOf(undertow, "/ready")).isEqualTo(503);
        assertThat(statusOf(undertow, "/else")).isEqualTo(200);
      } finally {
        undertow.stop();
      }
    }
  }

  private static int statusOf(Undertow undertow, String path) throws Exception {
    int port = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }

  @Test
  void authenticationGuideLetsUsersIn() throws Exception {
    try (MeshServer server = AuthenticationGuide.byUpgrade().host("127.0.0.1").port(0).build()) {
      server.registerCommand("who", ctx -> ctx.connection().identity().orElseThrow().id());
      server.start();
      try (MeshClient ann =
              MeshClient.builder("ws://127.0.0.1:" + server.port())
                  .header("Authorization", "Bearer t-ann")
                  .build();
          MeshClient stranger = MeshClient.builder("ws://127.0.0.1:" + server.port()).build()) {
        ann.connect().get(30, TimeUnit.SECONDS);

        assertThat(ask(ann, "who", null)).isEqualTo("ann");
        assertThatThrownBy(() -> stranger.connect().get(30, TimeUnit.SECONDS))
            .hasMessageContaining("401");
      }
    }
  }

  @Test
  void authenticationGuideTakesCredentialsByMessageAndByCommand() throws Exception {
    try (MeshServer server = AuthenticationGuide.byMessage().host("127.0.0.1").port(0).build()) {
      server.registerCommand("who", ctx -> ctx.connection().identity().orElseThrow().id());
      server.start();
      try (MeshClient ann = connected(server.port())) {
        assertThatThrownBy(() -> ask(ann, "who", null)).hasMessageContaining("EUNAUTHORIZED");
        ann.authenticate(Map.of("token", "t-ann")).get(30, TimeUnit.SECONDS);
        assertThat(ask(ann, "who", null)).isEqualTo("ann");
      }
    }
    try (MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build()) {
      AuthenticationGuide.byCommand(server);
      server.start();
      try (MeshClient ben = connected(server.port())) {
        assertThat(ask(ben, "login", "t-ben")).isEqualTo("ben");
      }
    }
  }

  private static MeshClient connected(int port) throws Exception {
    MeshClient client = MeshClient.builder("ws://127.0.0.1:" + port).build();
    client.connect().get(30, TimeUnit.SECONDS);
    return client;
  }

  private static String ask(MeshClient client, String command, Object payload) throws Exception {
    return client.command(command, payload, String.class).get(30, TimeUnit.SECONDS);
  }
}
