// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.server.command.CommandContext;
import io.meshrt.server.record.RecordPolicy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records and transactions of the published JavaScript client, unmodified, against our server. */
@Tag("full")
@Tag("interop")
class PublishedClientRecordsIT {
  private final CompletableFuture<Void> missed = new CompletableFuture<>();
  private volatile boolean dropped;

  /** What the program asks for. */
  private record Writes(String id, List<JsonNode> values) {}

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void publishedClientFollowsAndChangesRecords() throws Exception {
    NodePrograms.install();
    Map<String, JsonNode> facts;
    try (MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build()) {
      expose(server);
      server.start();
      facts = NodePrograms.facts("realtime-records.mjs", "ws://127.0.0.1:" + server.port());
    }

    assertFact(facts, "subscribed", "{'success':true,'record':null,'version':0}");
    for (String id : List.of("doc:full", "doc:patched")) {
      assertFact(facts, id + " consecutive", "true");
      assertFact(facts, id + " equal", "true");
    }
    assertThat(facts.get("patches").asInt()).isGreaterThan(250);
    assertFact(facts, "odd", "true");
    assertFact(facts, "refused", "{'success':false,'record':null,'version':0}");
    assertFact(facts, "unwritable", "false");
    assertFact(facts, "written", "[true,true,true]");
    assertFact(
        facts,
        "transaction",
        "[{'op':'write','recordId':'till/a','success':true,'version':1},"
            + "{'op':'write','recordId':'till/b','success':true,'version':1},"
            + "{'op':'delete','recordId':'till/none','success':true,'version':0}]");
    assertFact(facts, "transferred", "[{'money':10},{'money':-10}]");
    assertFact(facts, "refusedTransaction", "['ETXN','TransactionError']");
    assertFact(facts, "twice", "['ETXN','TransactionError']");
    assertFact(facts, "untouched", "[{'money':10},{'money':-10}]");
    assertFact(facts, "deleted", "true");
    assertFact(facts, "unsubscribed", "[true,false]");
    assertFact(facts, "afterReconnect", "[[309,310],{'n':3}]");
    assertFact(
        facts,
        "pushes",
        "['mesh/assign-id','rt/assign-id','rt/record-deleted','rt/record-update']");
    assertThat(facts).containsKey("done");
  }

  private void expose(MeshServer server) {
    server.exposeRecord(Pattern.compile("doc:.+|till/.+"), (connection, id) -> mayComeBack());
    server.exposeWritableRecord(Pattern.compile("till/.+"));
    server
        .records()
        .policy(Pattern.compile("till/.+"), RecordPolicy.defaults().withGroup(id -> "till"));
    server.registerCommand("write", ctx -> write(server, ctx.payload(Writes.class)));
    server.registerCommand("drop-me", ctx -> drop(server, ctx));
  }

  /** Nobody is let in again before what is to be missed was written. */
  private boolean mayComeBack() {
    if (dropped) {
      missed.orTimeout(4, TimeUnit.SECONDS).join();
    }
    return true;
  }

  private static boolean write(MeshServer server, Writes wanted) {
    for (JsonNode value : wanted.values()) {
      server.publishRecordUpdate(wanted.id(), value).join();
    }
    return true;
  }

  private boolean drop(MeshServer server, CommandContext ctx) {
    String connection = ctx.connection().id();
    dropped = true;
    ctx.connection().close(1012, "come back");
    Awaitility.await().until(() -> server.connections().find(connection).isEmpty());
    boolean done = write(server, ctx.payload(Writes.class));
    missed.complete(null);
    return done;
  }

  private static void assertFact(Map<String, JsonNode> facts, String fact, String expected)
      throws JsonProcessingException {
    JsonNode json = NodePrograms.JSON.readTree(expected.replace('\'', '"'));
    assertThat(facts.get(fact)).as(fact).isEqualTo(json);
  }
}
