// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.thinws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.client.MeshClient;
import io.meshrt.faults.TcpProxy;
import io.meshrt.tests.cluster.Deployment;
import io.meshrt.tests.harness.Outcomes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A program that does what the stock client does goes on in its rooms on another node. */
@Tag("full")
@Tag("interop")
class StockClientIT extends ThinWsWorld {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PROGRAM =
      Path.of("src/test/resources/interop/thinws-client.mjs").toAbsolutePath();

  @Override
  Deployment deployment() {
    return Deployment.inMemory(2);
  }

  @Test
  void itReceivesRoomTrafficAfterAReconnectWithoutANewSubscribe() throws Exception {
    MeshClient bob = named(0, "bob");
    Outcomes.result(bob.rooms().join("room1"));
    try (TcpProxy proxy = TcpProxy.plain(node(0).port());
        BufferedReader said = start("ws://127.0.0.1:" + proxy.port() + PATH)) {
      JsonNode subscribe = next(said, frame -> is(frame, "sent", "subscribe"));
      next(said, frame -> acknowledges(frame, subscribe));
      Outcomes.result(bob.rooms().send("room1", "one"));
      next(said, frame -> frame.at("/frame/message").asText().equals("one"));

      proxy.redirect(node(1).port());
      Outcomes.result(node(0).connections().disconnect(thin(bob), 1012, "elsewhere"));
      List<JsonNode> until = new ArrayList<>();
      JsonNode connect = next(said, frame -> until.add(frame) && is(frame, "sent", "connect"));
      next(said, frame -> until.add(frame) && acknowledges(frame, connect));
      Outcomes.result(bob.rooms().send("room1", "two"));
      next(said, frame -> frame.at("/frame/message").asText().equals("two"));

      assertThat(until).noneMatch(frame -> is(frame, "sent", "subscribe"));
    }
  }

  private String thin(MeshClient bob) throws Exception {
    return members("room1").stream()
        .filter(id -> !id.equals(bob.connectionId().orElseThrow()))
        .findFirst()
        .orElseThrow();
  }

  private static BufferedReader start(String url) throws IOException {
    Process process =
        new ProcessBuilder(
                "node", "--experimental-websocket", PROGRAM.toString(), url, "someone", "room1")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    // A program that says nothing more cannot be waited for: reading it is not interrupted.
    CompletableFuture.delayedExecutor(2, TimeUnit.MINUTES).execute(process::destroyForcibly);
    return new BufferedReader(process.inputReader(StandardCharsets.UTF_8)) {
      @Override
      public void close() throws IOException {
        process.destroyForcibly();
        super.close();
      }
    };
  }

  private static JsonNode next(BufferedReader said, Predicate<JsonNode> wanted) throws IOException {
    String line = said.readLine();
    while (line != null) {
      JsonNode frame = JSON.readTree(line);
      if (wanted.test(frame)) {
        return frame;
      }
      line = said.readLine();
    }
    throw new IOException("the program ended");
  }

  private static boolean is(JsonNode said, String way, String type) {
    return said.path("way").asText().equals(way) && said.at("/frame/type").asText().equals(type);
  }

  private static boolean acknowledges(JsonNode said, JsonNode sent) {
    return is(said, "got", "ack")
        && said.at("/frame/messageID").equals(sent.at("/frame/messageID"));
  }
}
