// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.command.CommandContext;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.presence.PresenceOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rooms, presence and metadata of the published JavaScript client, unmodified. */
@Tag("full")
@Tag("interop")
class PublishedClientRoomsIT extends PublishedClientSuite {
  /** What the program asks for. */
  private record Push(String room, String name, String except) {}

  @ParameterizedTest
  @CsvSource({ONE_NODE, ONE_NODE_AGAIN, TWO_NODES, TWO_NODES_AGAIN})
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void publishedClientMeetsOthersInRoomsAndComesBackToThem(int nodes, int time) throws Exception {
    run(nodes, "realtime-rooms.mjs");

    assertFact("metadata", "[null,true,{'name':'Ann','seat':{'row':7}}]");
    assertFact("merged", "[{'name':'Ann','seat':{'row':7,'place':3},'busy':true},'x',null]");
    assertFact("ofOthers", "['x',null]");
    assertFact("joined", "[true,[{'name':'Ann'},null]]");
    assertFact("again", "[true,2]");
    assertFact("topic", "[{'topic':'tea'},null]");
    assertFact("plain", "[true,1]");
    assertFact("refusedRoom", "[false,0]");
    assertFact(
        "presence",
        "['snapshot ann',"
            + "'join bob','state bob {\\\"s\\\":1}','state bob {\\\"s\\\":2}','state bob null',"
            + "'state bob {\\\"soon\\\":true}','state bob null','leave bob','join bob',"
            + "'state bob \\\"here\\\"']");
    assertFact("published", "[true,true,true,true,true]");
    assertFact("notPublished", "[false,false,false,false]");
    assertFact("silent", "['here','quiet']");
    assertFact("initial", "[true,2,{'ann':'quiet','bob':'here'}]");
    assertFact("forced", "[true,['ann','bob'],{'ann':'quiet','bob':'here'},false]");
    assertFact("refusedPresence", "[{'success':false,'present':[],'states':{}},0,false]");
    assertFact("broadcasts", "['to all','to the room','to the room but bob','to ann','where']");
    assertFact("others", "['to all','to the room','where']");
    assertFact("left", "[true,true,1]");
    assertFact("moved", "[true,true]");
    assertFact("cameBack", "[2,'ann is back']");
    assertFact("bobHeard", "['join ann','leave ann']");
    assertFact("metadataIsGone", "null");
    assertThat(fact("latency").asInt()).isNotNegative();
    assertThat(fact("pings").asInt()).isPositive();
    assertFact("errors", "[]");
    assertFact("done", "true");
  }

  @Override
  UnaryOperator<MeshServerBuilder> options() {
    Duration soon = Duration.ofMillis(300);
    return builder -> builder.openDefaults().heartbeat(new HeartbeatOptions(soon, soon, 50));
  }

  @Override
  void expose(MeshServer server) {
    server.exposeRoom("secret", (connection, room) -> false);
    server.trackPresence(Pattern.compile("lobby|hidden"), PresenceOptions.defaults());
    server.trackPresence("hidden", refusing());
    server.registerCommand("to-all", ctx -> toAll(server, ctx.payload(Push.class)));
    server.registerCommand("to-room", ctx -> toRoom(server, ctx.payload(Push.class)));
    server.registerCommand("to-one", ctx -> toOne(server, ctx.payload(Push.class)));
    server.registerCommand("to-named", ctx -> toNamed(server, ctx.payload(Push.class)));
    server.registerCommand("set-topic", ctx -> setTopic(server, ctx.payload(String.class)));
    server.registerCommand("members", ctx -> server.rooms().memberIds("lobby").join());
    server.registerCommand("drop-me", ctx -> drop(server, ctx));
  }

  private static PresenceOptions refusing() {
    return PresenceOptions.defaults().withGuard((connection, room) -> false);
  }

  private static boolean setTopic(MeshServer server, String topic) {
    server.rooms().metadata("lobby").set(Map.of("topic", topic)).join();
    return true;
  }

  private static boolean toAll(MeshServer server, Push push) {
    server.connections().broadcast(push.name(), push.name()).join();
    return true;
  }

  private static boolean toRoom(MeshServer server, Push push) {
    List<String> except = push.except() == null ? List.of() : List.of(push.except());
    server
        .rooms()
        .broadcast(push.room(), push.name(), push.name(), except.toArray(new String[0]))
        .join();
    return true;
  }

  private static boolean toOne(MeshServer server, Push push) {
    return server.connections().send(push.except(), push.name(), push.name()).join();
  }

  private static boolean toNamed(MeshServer server, Push push) {
    server
        .connections()
        .sendWhere(metadata -> metadata != null && metadata.has("name"), push.name(), push.name())
        .join();
    return true;
  }

  private boolean drop(MeshServer server, CommandContext ctx) {
    String id = ctx.connection().id();
    moveOn(ctx.connection());
    Awaitility.await().until(() -> server.connections().find(id).isEmpty());
    return true;
  }
}
