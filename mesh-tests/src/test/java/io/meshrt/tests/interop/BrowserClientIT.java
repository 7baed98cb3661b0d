// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.command.CommandContext;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The modules of the browser client, in Node. */
@Tag("full")
@Tag("interop")
class BrowserClientIT {
  private static final Path CLIENT =
      Path.of("..", "mesh-client", "src").toAbsolutePath().normalize();
  private static final Path ENTRY =
      CLIENT.resolve("main/resources/META-INF/resources/mesh/mesh.js");
  private static final Path TESTS = CLIENT.resolve("test/js");
  private static final Object DOOR = new Object();

  /** What a client wants to be asked. */
  private record Question(String command, JsonNode payload) {}

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void theirOwnTestsPass() throws Exception {
    NodePrograms.install();

    assertThat(NodePrograms.run("node", "--test", TESTS.toString())).contains("# fail 0");
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void theirTypesAreStrict() throws Exception {
    NodePrograms.install();

    NodePrograms.run(
        "node_modules/.bin/tsc",
        "--noEmit",
        "--strict",
        "--lib",
        "es2022,dom",
        "--module",
        "nodenext",
        TESTS.resolve("sample.ts").toString());
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void theyMakeAPackage() throws Exception {
    NodePrograms.install();
    String home = "node_modules/@meshrt/client";

    String archive =
        NodePrograms.run("npm", "pack", "--silent", ENTRY.getParent().toString()).strip();
    NodePrograms.run("mkdir", "-p", home);
    NodePrograms.run("tar", "xzf", archive, "-C", home, "--strip-components=1");

    assertThat(
            NodePrograms.run(
                    "node",
                    "--input-type=module",
                    "--eval",
                    "console.log(Object.keys(await import('@meshrt/client')).sort().join())")
                .strip())
        .isEqualTo("MeshClient,MeshError,applyPatch,connect");
    assertThat(
            NodePrograms.run(
                    "node",
                    "--input-type=module",
                    "--eval",
                    "console.log(Object.keys(await import('@meshrt/client/inbox')).join())")
                .strip())
        .isEqualTo("openInbox");
    assertThat(NodePrograms.run("ls", home))
        .contains("mesh.d.ts", "collections.d.ts", "inbox.d.ts");
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void theyDoEverythingAgainstAServerAndSurviveCuts() throws Exception {
    NodePrograms.install();
    Map<String, JsonNode> facts;
    try (MeshServer server = server()) {
      expose(server);
      server.start();
      server.rooms().metadata("lobby").set(Map.of("topic", "weather")).join();
      facts =
          NodePrograms.facts(
              "browser-client.mjs", "ws://127.0.0.1:" + server.port(), ENTRY.toString());
    }

    assertFact(facts, "identities", "['ann','bob']");
    assertFact(facts, "expired", "[[['RECONNECTING',4501],['CONNECTED',0]],'carl']");
    assertFact(facts, "echo", "{'a':[1,{'b':null}],'text':'ü€😀'}");
    assertFact(facts, "unknown", "['ENOTFOUND','Command \\\"nope\\\" not found']");
    assertFact(facts, "many", "true");
    assertFact(facts, "timeout", "['ETIMEOUT','Command timed out after 50ms.']");
    assertFact(facts, "asked", "5");
    assertFact(facts, "denied", "['EACCESS','not you']");
    assertFact(facts, "notFound", "['ENOTFOUND','Command \\\"none\\\" not found']");
    assertFact(facts, "members", "[{'name':'Ann','busy':true},null]");
    assertFact(facts, "pushed", "'hello, lobby'");
    assertFact(facts, "topic", "{'topic':'weather'}");
    assertFact(facts, "history", "['two','one']");
    assertFact(facts, "counter", "{'n':100,'list':[],'last':true}");
    assertFact(facts, "patched", "true");
    assertFact(facts, "conflict", "'ECONFLICT'");
    assertFact(facts, "transaction", "true");
    assertFact(facts, "readOnly", "'EACCESS'");
    assertFact(facts, "tasks", "true");
    assertFact(facts, "reasons", "['INITIAL','UPDATE']");
    assertFact(facts, "collection", "[1499,true,1]");
    assertFact(facts, "lost", "'CONNECTION_LOST'");
    assertFact(facts, "sameConnection", "false");
    assertFact(
        facts,
        "news",
        "[['message','one',1],['message','two',2],['message',{'three':3},3],"
            + "['message','missed',4],['recovered',1],['message','after',5]]");
    assertFact(facts, "again", "['ann',{'name':'Ann','busy':true},['lobby']]");
    assertFact(facts, "restored", "1");
    assertFact(facts, "nothingLost", "true");
    assertFact(facts, "gaps", "0");
    assertFact(facts, "cuts", "50");
    assertFact(facts, "errors", "[]");
    assertFact(facts, "closed", "['CLOSED','The client is closed.']");
    assertThat(facts.get("refused").get(0).asText()).isEqualTo("EUNAVAILABLE");
    assertThat(facts.get("secretRoom").get(0).asText()).isEqualTo("EACCESS");
    assertThat(facts.get("secretCollection").get(0).asText()).isEqualTo("EACCESS");
    assertThat(facts).containsKey("done");
  }

  private static MeshServer server() {
    return MeshServer.builder()
        .host("127.0.0.1")
        .port(0)
        .authentication(
            AuthenticationOptions.defaults()
                .withMessage((credentials, connection) -> check(credentials.path("token").asText()))
                .withRequired(true))
        .build();
  }

  private static Authentication check(String token) {
    if (token.equals("nobody")) {
      return Authentication.reject();
    }
    synchronized (DOOR) { // shut while somebody is to miss something
      long millis = token.equals("brief") ? 500 : 3_600_000;
      return Authentication.accept(Identity.of(token).withExpiry(Instant.now().plusMillis(millis)));
    }
  }

  private static void expose(MeshServer server) {
    server.registerCommand("echo", CommandContext::rawPayload);
    server.registerCommand("never", BrowserClientIT::never);
    server.registerCommand("ask-me", BrowserClientIT::ask);
    server.registerCommand("say-hello", ctx -> sayHello(server, ctx.payload(String.class)));
    server.registerCommand("drop-me", ctx -> drop(server, ctx));
    server.exposeRoom("lobby");
    server.trackPresence("lobby");
    server.exposeRoomMetadata(Pattern.compile(".+"), (connection, room) -> true);
    server.exposeOwnMetadataWrites((connection, id) -> true);
    server.exposeChannel("news");
    server.exposePublish("news", (connection, channel) -> true);
    server.channels().policy(Pattern.compile("news"), ChannelPolicy.history(100));
    server.exposeRecord("counter");
    server.exposeWritableRecord("counter");
    server.exposeRecord("fixed");
    server.exposeWritableRecord(Pattern.compile("task:.+"));
    server.exposeCollection("tasks", CollectionQuery.of("task:"));
  }

  private static CompletionStage<Boolean> never(CommandContext ctx) {
    return new CompletableFuture<>();
  }

  /** Asks the client back; what it refuses is a result here. */
  private static CompletionStage<Object> ask(CommandContext ctx) {
    Question question = ctx.payload(Question.class);
    return ctx.connection()
        .command(question.command(), question.payload(), JsonNode.class)
        .handle((answer, failure) -> failure == null ? answer : describe(failure));
  }

  private static Object describe(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof CommandException refused
        ? new String[] {refused.code(), refused.getMessage()}
        : cause.toString();
  }

  private static CompletionStage<Boolean> sayHello(MeshServer server, String room) {
    return server.rooms().broadcast(room, "hello", "hello, " + room).thenApply(done -> true);
  }

  /** Publishes what the client is to miss, if it said something. */
  private static boolean drop(MeshServer server, CommandContext ctx) {
    synchronized (DOOR) {
      ctx.connection().close(1012, "come back");
      if (!ctx.rawPayload().isNull()) {
        server.publishToChannel("news", ctx.rawPayload()).join();
      }
    }
    return true;
  }

  private static void assertFact(Map<String, JsonNode> facts, String fact, String expected)
      throws JsonProcessingException {
    JsonNode json = NodePrograms.JSON.readTree(expected.replace('\'', '"'));
    assertThat(facts.get(fact)).as(fact).isEqualTo(json);
  }
}
