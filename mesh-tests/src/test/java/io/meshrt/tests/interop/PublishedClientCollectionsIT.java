// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.MeshServer;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.command.CommandContext;
import io.meshrt.server.record.ListOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Collections of the published JavaScript client, unmodified, against our server. */
@Tag("full")
@Tag("interop")
class PublishedClientCollectionsIT {
  private volatile TcpProxy door;

  /** What the program asks for. */
  private record Writes(String id, List<JsonNode> values) {}

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void publishedClientFollowsCollections() throws Exception {
    NodePrograms.install();
    Map<String, JsonNode> facts;
    try (MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build()) {
      expose(server);
      server.start();
      door = TcpProxy.plain(server.port());
      facts = NodePrograms.facts("realtime-collections.mjs", "ws://127.0.0.1:" + door.port());
    } finally {
      if (door != null) {
        door.close();
      }
    }

    assertFact(
        facts,
        "subscribed",
        "{'success':true,'ids':['doc:a','doc:b'],'records':["
            + "{'id':'doc:a','record':{'id':'doc:a','t':1}},"
            + "{'id':'doc:b','record':{'id':'doc:b','t':1}}],'version':1}");
    assertFact(
        facts,
        "calls",
        "[[['doc:a','doc:b'],[],[],1],"
            + "[['doc:c'],[],[],2],[[],[],['doc:c'],1],"
            + "[[],[],['doc:c'],2],"
            + "[['doc:d'],[],[],3],[[],[],['doc:d'],1],"
            + "[[],['doc:c'],[],4]]");
    assertFact(
        facts,
        "members",
        "{'doc:a':{'id':'doc:a','t':1},'doc:b':{'id':'doc:b','t':1}," + "'doc:d':4}");
    assertFact(facts, "record beside", "2");
    assertFact(facts, "many", "28");
    assertFact(facts, "coalesced", "true");
    assertFact(facts, "mine", "{'doc:a':{'id':'doc:a','t':2},'doc:none':{'id':'doc:none','t':5}}");
    assertFact(facts, "refused", "{'success':false,'ids':[],'records':[],'version':0}");
    assertFact(facts, "unsubscribed", "[true,false]");
    assertFact(facts, "quiet", "true");
    assertFact(facts, "afterReconnect", "[true,[[],[],1]]");
    assertFact(facts, "goes on", "[[],[],['doc:a'],4]");
    assertFact(
        facts,
        "pushes",
        "['mesh/assign-id','rt/assign-id','rt/collection-diff','rt/record-update']");
    assertThat(facts).containsKey("done");
  }

  private void expose(MeshServer server) {
    server.exposeRecord(Pattern.compile("doc:.+"));
    server.exposeCollection("docs", CollectionQuery.of("doc:"));
    server.exposeCollection(
        "mine",
        (who, id) ->
            server
                .getRecord("list:" + id, String[].class)
                .thenApply(found -> List.of(found.orElseThrow().value())));
    server.registerCommand("write", ctx -> write(server, ctx.payload(Writes.class)));
    server.registerCommand("remove", ctx -> remove(server, ctx.payload(Writes.class).id()));
    server.registerCommand("stored", ctx -> stored(server));
    server.registerCommand("drop-me", ctx -> drop(server, ctx));
  }

  private static boolean write(MeshServer server, Writes wanted) {
    for (JsonNode value : wanted.values()) {
      server.publishRecordUpdate(wanted.id(), value).join();
    }
    return true;
  }

  private static boolean remove(MeshServer server, String id) {
    server.deleteRecord(id).join();
    return true;
  }

  private static Map<String, JsonNode> stored(MeshServer server) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    server
        .records()
        .list("doc:", ListOptions.defaults())
        .join()
        .records()
        .forEach(found -> values.put(found.id(), found.value()));
    return values;
  }

  private boolean drop(MeshServer server, CommandContext ctx) {
    String connection = ctx.connection().id();
    door.refuse(); // until what is to be missed has happened
    Awaitility.await().until(() -> server.connections().find(connection).isEmpty());
    boolean done = write(server, ctx.payload(Writes.class));
    done &= remove(server, "doc:none");
    door.admit();
    return done;
  }

  private static void assertFact(Map<String, JsonNode> facts, String fact, String expected)
      throws JsonProcessingException {
    JsonNode json = NodePrograms.JSON.readTree(expected.replace('\'', '"'));
    assertThat(facts.get(fact)).as(fact).isEqualTo(json);
  }
}
