// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.MeshServer;
import io.meshrt.server.command.CommandResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published JavaScript client, unmodified: its connection and its commands. */
@Tag("full")
@Tag("interop")
class PublishedClientIT extends PublishedClientSuite {
  @ParameterizedTest
  @CsvSource({ONE_NODE, ONE_NODE_AGAIN, TWO_NODES, TWO_NODES_AGAIN})
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void publishedClientRunsCommandsAndSurvivesReconnect(int nodes, int time) throws Exception {
    run(nodes, "realtime-client.mjs");

    assertThat(fact("connectionId").asText()).isNotEmpty();
    assertFact("echo", "'Hello!'");
    assertFact("object", "{'a':[1,2,{'b':null}],'text':'ü€😀'}");
    assertFact("void", "true");
    assertFact("nothing", "null");
    assertFact("large", "true");
    assertFact(
        "unknown",
        "{'error':'Command \\'nope\\' not found','code':'ENOTFOUND','name':'CommandError'}");
    assertFact("refused", "{'error':'not you','code':'EACCESS','name':'PermissionError'}");
    assertFact("failed", "['ESERVER','Error',false]");
    assertFact("timeout", "['ETIMEOUT','TimeoutError','Command timed out after 100ms.']");
    assertFact("checked", "{'error':'checked','code':'EUNAUTHORIZED','name':'PermissionError'}");
    assertFact("many", "true");
    assertFact("outOfOrder", "['fast','slow']");
    assertThat(fact("reconnected")).isEqualTo(fact("status"));
    assertFact("events", "['disconnect','close','connect','reconnect']");
    assertFact("echoAgain", "'again'");
    assertFact("whileAway", "'waited'");
    assertFact("refusedUpgrade", "['ECONNECTION','ConnectionError',0]");
    assertFact("closed", "[0,true]");
    assertFact("stayedAway", "[0,0]");
    assertFact("gaveUp", "true");
    assertFact("openedAgain", "'once more'");
    assertFact("done", "true");
  }

  @Override
  void expose(MeshServer server) {
    server.registerCommand("echo", ctx -> ctx.rawPayload());
    server.registerCommand("void", ctx -> CommandResult.none());
    server.registerCommand("nothing", ctx -> null);
    server.registerCommand("never", ctx -> never());
    server.registerCommand(
        "refuse",
        ctx -> {
          throw CommandException.accessDenied("not you");
        });
    server.registerCommand(
        "fail",
        ctx -> {
          throw new IllegalStateException("a secret of the server");
        });
    server.addMiddleware(
        ctx -> {
          if (ctx.command().equals("checked")) {
            throw CommandException.unauthorized("checked");
          }
        });
    server.registerCommand("checked", ctx -> true);
    server.registerCommand("slow", ctx -> later());
    server.registerCommand(
        "drop-me",
        ctx -> {
          moveOn(ctx.connection());
          return true;
        });
  }

  private static CompletionStage<Boolean> never() {
    return new CompletableFuture<>();
  }

  private static CompletionStage<String> later() {
    return CompletableFuture.supplyAsync(
        () -> "slow", CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
  }
}
