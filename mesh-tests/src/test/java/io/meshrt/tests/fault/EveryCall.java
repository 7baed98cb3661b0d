// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Every call of an application or a client that needs the cluster. */
final class EveryCall {
  private final Map<String, Callable<CompletableFuture<?>>> calls = new HashMap<>();

  /**
   * Calls that change nothing that a test looks at, if they are done after all.
   *
   * @param clients five of the node, since the calls of one client wait for each other
   * @param elsewhere the id of a connection of another node, in no room
   */
  EveryCall(MeshServer node, List<MeshClient> clients, String elsewhere) {
    String own = clients.get(0).connectionId().orElseThrow();
    addRooms(node, own, elsewhere);
    addConnections(node, own, elsewhere);
    addClients(clients);
    calls.put("presence", () -> node.presence().members("lobby"));
    calls.put("state", () -> node.presence().state("lobby", elsewhere));
    calls.put("publish state", () -> node.presence().publishState("lobby", elsewhere, 1, null));
    calls.put("clear state", () -> node.presence().clearState("lobby", elsewhere));
  }

  private void addRooms(MeshServer node, String own, String elsewhere) {
    calls.put("join", () -> node.rooms().join("new", own));
    calls.put("join elsewhere", () -> node.rooms().join("new", elsewhere));
    calls.put("leave elsewhere", () -> node.rooms().leave("lobby", elsewhere));
    calls.put("leave all", () -> node.rooms().leaveAll(elsewhere));
    calls.put("members", () -> node.rooms().members("lobby"));
    calls.put("member ids", () -> node.rooms().memberIds("lobby"));
    calls.put("is member", () -> node.rooms().isMember("lobby", elsewhere));
    calls.put("exists", () -> node.rooms().exists("lobby"));
    calls.put("list", () -> node.rooms().list());
    calls.put("clear", () -> node.rooms().clear("new"));
    calls.put("clear members", () -> node.rooms().clearMembers("new"));
    calls.put("broadcast", () -> node.rooms().broadcast("lobby", "during", 1));
    calls.put("room metadata", () -> node.rooms().metadata("new").get());
    calls.put("set room metadata", () -> node.rooms().metadata("new").set(1));
    calls.put("all metadata", () -> node.rooms().allMetadata());
    calls.put("metadata of members", () -> node.rooms().metadataOfMembers("lobby"));
    calls.put("watch", () -> node.rooms().watch("new", event -> {}));
  }

  private void addConnections(MeshServer node, String own, String elsewhere) {
    calls.put("all", () -> node.connections().all());
    calls.put("where", () -> node.connections().where(metadata -> false));
    calls.put("send", () -> node.connections().send(elsewhere, "during", 1));
    calls.put("send many", () -> node.connections().send(List.of(own, elsewhere), "during", 1));
    calls.put("send where", () -> node.connections().sendWhere(metadata -> true, "during", 1));
    calls.put("identity", () -> node.connections().sendToIdentity("somebody", "during", 1));
    calls.put("everyone", () -> node.connections().broadcast("during", 1));
    calls.put(
        "disconnect", () -> node.connections().disconnectIdentity("nobody", 4503, "not found"));
    calls.put("metadata", () -> node.connections().metadata(elsewhere).get());
    calls.put("set metadata", () -> node.connections().metadata(elsewhere).set(1));
    calls.put("set own metadata", () -> node.connections().metadata(own).set(1));
  }

  private void addClients(List<MeshClient> clients) {
    calls.put("client joins", () -> clients.get(0).rooms().join("new too"));
    calls.put("client subscribes", () -> clients.get(1).presence().subscribe("new", event -> {}));
    calls.put("client asks presence", () -> clients.get(2).presence().state("lobby"));
    calls.put("client publishes", () -> clients.get(3).presence().publishState("lobby", 1));
    calls.put("client sets", () -> clients.get(4).metadata().set(1));
  }

  /** Makes all of them at once: they fail soon, and say why. */
  void assertAllUnavailable(Duration limit) {
    Map<String, Tally> tallies = new TreeMap<>();
    List<CompletableFuture<Void>> made =
        calls.entrySet().stream()
            .map(
                call -> {
                  Tally tally = new Tally(call.getKey());
                  tallies.put(call.getKey(), tally);
                  return CompletableFuture.runAsync(
                      () -> {
                        if (tally.isDone(call.getValue())) {
                          tally.surprise("was done");
                        }
                      },
                      task -> new Thread(task, call.getKey()).start());
                })
            .toList();
    made.forEach(CompletableFuture::join);

    assertThat(tallies.values()).flatExtracting(Tally::surprises).isEmpty();
    assertThat(tallies.values())
        .allSatisfy(
            tally -> assertThat(tally.longestRefusal()).as("%s", tally).isLessThanOrEqualTo(limit));
  }
}
