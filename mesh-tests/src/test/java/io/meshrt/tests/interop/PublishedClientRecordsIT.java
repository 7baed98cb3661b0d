// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.server.command.CommandContext;
import io.meshrt.server.record.RecordPolicy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records and transactions of the published JavaScript client, unmodified, against our server. */
@Tag("full")
@Tag("interop")
class PublishedClientRecordsIT extends PublishedClientSuite {
  /** What the program asks for. */
  private record Writes(String id, List<JsonNode> values) {}

  @ParameterizedTest
  @CsvSource({ONE_NODE, ONE_NODE_AGAIN, TWO_NODES, TWO_NODES_AGAIN})
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void publishedClientFollowsAndChangesRecords(int nodes, int time) throws Exception {
    run(nodes, "realtime-records.mjs");

    assertFact("subscribed", "{'success':true,'record':null,'version':0}");
    for (String id : List.of("doc:full", "doc:patched")) {
      assertFact(id + " in order", "true");
      assertFact(id + " equal", "true");
    }
    assertThat(fact("patches").asInt()).isGreaterThan(250);
    assertFact("odd", "true");
    assertFact("refused", "{'success':false,'record':null,'version':0}");
    assertFact("unwritable", "false");
    assertFact("written", "[true,true,true]");
    assertFact(
        "transaction",
        "[{'op':'write','recordId':'till/a','success':true,'version':1},"
            + "{'op':'write','recordId':'till/b','success':true,'version':1},"
            + "{'op':'delete','recordId':'till/none','success':true,'version':0}]");
    assertFact("transferred", "[{'money':10},{'money':-10}]");
    assertFact("refusedTransaction", "['ETXN','TransactionError']");
    assertFact("twice", "['ETXN','TransactionError']");
    assertFact("untouched", "[{'money':10},{'money':-10}]");
    assertFact("deleted", "true");
    assertFact("unsubscribed", "[true,false]");
    assertFact("afterReconnect", "[[309,310],{'n':3}]");
    assertFact(
        "pushes", "['mesh/assign-id','rt/assign-id','rt/record-deleted','rt/record-update']");
    assertFact("done", "true");
  }

  @Override
  void expose(MeshServer server) {
    server.exposeRecord(Pattern.compile("doc:.+|till/.+"));
    server.exposeWritableRecord(Pattern.compile("till/.+"));
    server
        .records()
        .policy(Pattern.compile("till/.+"), RecordPolicy.defaults().withGroup(id -> "till"));
    server.registerCommand("write", ctx -> write(server, ctx.payload(Writes.class)));
    server.registerCommand("drop-me", ctx -> drop(server, ctx));
  }

  private static boolean write(MeshServer server, Writes wanted) {
    for (JsonNode value : wanted.values()) {
      server.publishRecordUpdate(wanted.id(), value).join();
    }
    return true;
  }

  private boolean drop(MeshServer server, CommandContext ctx) {
    String connection = ctx.connection().id();
    breakUntil(
        () -> {
          Awaitility.await().until(() -> server.connections().find(connection).isEmpty());
          write(server, ctx.payload(Writes.class));
        });
    return true;
  }
}
