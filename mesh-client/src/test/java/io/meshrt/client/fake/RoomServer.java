// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A server of rooms and presence for one client, with other members that come and go. As our own it
 * runs calls in order; as an older one it runs them in any order, each one at a time, and may push
 * before it replies.
 */
public final class RoomServer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SplittableRandom random;
  private final boolean older;
  private final double refusals;
  private final Map<String, Map<String, JsonNode>> rooms = new TreeMap<>();
  private final Set<String> subscribed = new HashSet<>();
  private final List<JsonNode> pending = new ArrayList<>();
  private final List<String> replies = new ArrayList<>();
  private FakeSocket socket;
  private String own = "";
  private JsonNode metadata = JSON.nullNode();
  private int connections;

  /**
   * A server.
   *
   * @param older whether of an older generation
   * @param refusals how many calls of all are refused
   */
  public RoomServer(SplittableRandom random, boolean older, double refusals) {
    this.random = random;
    this.older = older;
    this.refusals = refusals;
  }

  /** The client connected. */
  public void onConnected(FakeSocket next) {
    socket = next;
    own = "own-" + ++connections;
    socket.receive(
        older ? "{\"command\":\"mesh/assign-id\",\"payload\":\"" + own + "\"}" : Frames.welcome());
  }

  /** The connection broke. */
  public void onLost() {
    rooms.values().forEach(members -> members.remove(own));
    socket = null;
    subscribed.clear();
    pending.clear();
    replies.clear();
    metadata = JSON.nullNode();
  }

  /** Takes what came and does a little; false when there was nothing to do. */
  public boolean work() {
    if (socket == null) {
      return false;
    }
    for (String frame : socket.takeSent()) {
      pending.add(parse(frame));
    }
    if (!replies.isEmpty() && (pending.isEmpty() || random.nextBoolean())) {
      socket.receive(replies.remove(older ? random.nextInt(replies.size()) : 0));
      return true;
    }
    if (pending.isEmpty()) {
      return false;
    }
    run(pending.remove(older ? random.nextInt(pending.size()) : 0));
    return true;
  }

  /** Somebody else does something in a room. */
  public void stir(String room) {
    String id = "m" + random.nextInt(4);
    Map<String, JsonNode> members = members(room);
    if (!members.containsKey(id)) {
      join(room, id);
    } else if (random.nextBoolean()) {
      leave(room, id);
    } else {
      state(
          room, id, random.nextInt(3) == 0 ? JSON.nullNode() : JSON.valueToTree(random.nextInt()));
    }
  }

  /** Who is in a room, with states. */
  public Map<String, String> truth(String room) {
    Map<String, String> truth = new TreeMap<>();
    members(room).forEach((id, state) -> truth.put(id, state.isNull() ? "" : state.toString()));
    return truth;
  }

  /** The rooms this connection is in. */
  public Set<String> joined() {
    Set<String> joined = new HashSet<>();
    rooms.forEach(
        (room, members) -> {
          if (members.containsKey(own)) {
            joined.add(room);
          }
        });
    return joined;
  }

  /** The rooms whose presence this connection is told. */
  public Set<String> subscribed() {
    return Set.copyOf(subscribed);
  }

  /** What this connection says of itself in a room; empty for nothing. */
  public String ownState(String room) {
    return truth(room).getOrDefault(own, "");
  }

  /** The metadata of this connection. */
  public JsonNode metadata() {
    return metadata;
  }

  private void run(JsonNode call) {
    String room = call.at("/payload/roomName").asText();
    String command = call.path("command").textValue().substring("mesh/".length());
    boolean refused = random.nextDouble() < refusals && !command.matches("leave.*|unsub.*|clear.*");
    JsonNode result = refused ? null : result(command, room, call.path("payload"));
    String reply = reply(call, result);
    if (older) {
      replies.add(reply);
    } else {
      socket.receive(reply);
    }
  }

  private JsonNode result(String command, String room, JsonNode payload) {
    return switch (command) {
      case "join-room" -> {
        join(room, own);
        yield snapshot(room);
      }
      case "leave-room" -> {
        leave(room, own);
        yield JSON.createObjectNode().put("success", true);
      }
      case "subscribe-presence" -> {
        subscribed.add(room);
        yield snapshot(room);
      }
      case "unsubscribe-presence" -> BooleanNode.valueOf(subscribed.remove(room));
      case "publish-presence-state" -> publish(room, payload.path("state"));
      case "clear-presence-state" -> {
        state(room, own, JSON.nullNode());
        yield BooleanNode.TRUE;
      }
      case "set-my-connection-metadata" -> {
        metadata = payload.path("metadata");
        yield JSON.createObjectNode().put("success", true);
      }
      default -> throw new AssertionError(command);
    };
  }

  private JsonNode publish(String room, JsonNode state) {
    if (!members(room).containsKey(own)) {
      return null;
    }
    state(room, own, state);
    return BooleanNode.TRUE;
  }

  private void join(String room, String id) {
    if (members(room).putIfAbsent(id, JSON.nullNode()) == null) {
      push(room, PresenceFrames.moved("mesh/presence-update", "join", room, id));
    }
  }

  private void leave(String room, String id) {
    if (members(room).remove(id) != null) {
      push(room, PresenceFrames.moved("mesh/presence-update", "leave", room, id));
    }
  }

  private void state(String room, String id, JsonNode state) {
    if (members(room).replace(id, state) != null) {
      push(room, PresenceFrames.state("mesh/presence-update", room, id, state.toString()));
    }
  }

  private void push(String room, String frame) {
    if (socket != null && subscribed.contains(room)) {
      socket.receive(frame);
    }
  }

  private JsonNode snapshot(String room) {
    ObjectNode snapshot = JSON.createObjectNode().put("success", true);
    ArrayNode present = snapshot.putArray("present");
    ObjectNode states = snapshot.putObject("states");
    members(room)
        .forEach(
            (id, state) -> {
              present.addObject().put("id", id).putNull("metadata");
              if (!state.isNull()) {
                states.set(id, state);
              }
            });
    return snapshot;
  }

  private String reply(JsonNode call, JsonNode result) {
    long id = call.path("id").longValue();
    if (older) {
      String payload = result == null ? "{\"success\":false,\"present\":[]}" : result.toString();
      return Frames.legacyReply(id, call.path("command").textValue(), payload);
    }
    return result == null
        ? Frames.failure(id, "EACCESS", "refused")
        : Frames.reply(id, result.toString());
  }

  private Map<String, JsonNode> members(String room) {
    return rooms.computeIfAbsent(room, name -> new LinkedHashMap<>());
  }

  private static JsonNode parse(String frame) {
    try {
      return JSON.readTree(frame);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
