// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.client.room.PersistentRooms;
import io.meshrt.core.protocol.CommandException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the application of a test vector does. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
final class VectorCalls {
  private static final CompletableFuture<?> DONE = CompletableFuture.completedFuture(null);

  private final MeshClient client;
  private final Map<String, CompletableFuture<? extends AutoCloseable>> handles = new HashMap<>();
  private final VectorStreams streams;
  private final VectorRecords records;
  private final VectorCollections collections;

  /** A call that was made, and how its result looks as JSON. */
  record Outcome(CompletableFuture<?> future, Supplier<JsonNode> result) {
    static Outcome of(CompletableFuture<?> future) {
      return of(future, VectorViews::json);
    }

    static <T> Outcome of(CompletableFuture<T> future, Function<T, JsonNode> view) {
      return new Outcome(
          future,
          () -> {
            T value = future.join();
            return value == null ? NullNode.instance : view.apply(value);
          });
    }

    static <T> Outcome done(T value, Function<T, JsonNode> view) {
      return of(CompletableFuture.completedFuture(value), view);
    }
  }

  VectorCalls(MeshClient client) {
    this.client = client;
    this.streams = new VectorStreams(client, handles);
    this.records = new VectorRecords(client, handles);
    this.collections = new VectorCollections(client, handles);
  }

  /** Makes a call; {@code listener} is told what comes of it later. */
  Outcome make(String call, JsonNode step, Consumer<JsonNode> listener) {
    if (call.equals("unsubscribe")) {
      return unsubscribe(step.get("on").textValue());
    }
    String area = call.contains(".") ? call.substring(0, call.indexOf('.')) : "client";
    return switch (area) {
      case "client" -> ofClient(call, step, listener);
      case "rooms", "metadata" -> ofRooms(call, step);
      case "remembered" -> ofRemembered(call, step);
      case "records" -> records.make(call, step, listener);
      case "collections" -> collections.make(call, step, listener);
      default -> streams.make(call, step, listener);
    };
  }

  private Outcome unsubscribe(String label) {
    try {
      handles.get(label).join().close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return Outcome.of(DONE);
  }

  private Outcome ofClient(String call, JsonNode step, Consumer<JsonNode> listener) {
    String name = step.path("name").asText();
    return switch (call) {
      case "connect" -> Outcome.of(client.connect());
      case "close" -> {
        client.beginClose(Duration.ZERO);
        yield Outcome.of(DONE);
      }
      case "command" -> Outcome.of(command(name, step));
      case "authenticate" -> Outcome.of(client.authenticate(step.get("credentials")));
      case "registerCommand" -> {
        client.registerCommand(name, context -> answer(step));
        yield Outcome.of(DONE);
      }
      case "onMessage" -> {
        client.onMessage(name, JsonNode.class, payload -> listener.accept(pushed(payload)));
        yield Outcome.of(DONE);
      }
      case "onAnyMessage" -> {
        client.onAnyMessage((of, payload) -> listener.accept(pushed(payload).put("name", of)));
        yield Outcome.of(DONE);
      }
      default -> throw new IllegalArgumentException(call);
    };
  }

  private CompletableFuture<JsonNode> command(String name, JsonNode step) {
    JsonNode payload = step.get("payload");
    return step.has("timeoutMillis")
        ? client.commandRaw(name, payload, Duration.ofMillis(step.get("timeoutMillis").asLong()))
        : client.commandRaw(name, payload);
  }

  private static ObjectNode pushed(JsonNode payload) {
    return JsonNodeFactory.instance.objectNode().set("payload", VectorViews.json(payload));
  }

  private static Object answer(JsonNode step) {
    if (step.path("waits").asBoolean()) {
      return new CompletableFuture<>();
    }
    JsonNode error = step.path("error");
    if (error.isTextual()) {
      throw new IllegalStateException("not for the server");
    }
    if (error.isObject()) {
      throw new CommandException(
          error.get("code").textValue(), error.get("message").textValue(), error.get("data"));
    }
    return step.path("answer");
  }

  private Outcome ofRemembered(String call, JsonNode step) {
    String room = step.path("room").asText();
    PersistentRooms rooms = client.rooms();
    return switch (call) {
      case "remembered.join" -> Outcome.of(rooms.joinPersistent(room), VectorViews::roomMembers);
      case "remembered.leave" ->
          Outcome.of(
              step.path("here").asBoolean() ? rooms.leaveHere(room) : client.rooms().leave(room));
      case "remembered.rooms" -> Outcome.done(new TreeSet<>(rooms.persistent()), VectorViews::json);
      case "remembered.token" -> Outcome.done(rooms.token(), VectorViews::json);
      default -> throw new IllegalArgumentException(call);
    };
  }

  private Outcome ofRooms(String call, JsonNode step) {
    String room = step.path("room").asText();
    return switch (call) {
      case "rooms.join" -> Outcome.of(client.rooms().join(room), VectorViews::roomMembers);
      case "rooms.leave" -> Outcome.of(client.rooms().leave(room));
      case "rooms.joined" -> Outcome.of(CompletableFuture.completedFuture(client.rooms().joined()));
      case "rooms.metadata" -> Outcome.of(client.rooms().metadata(room).get());
      case "metadata.get" -> Outcome.of(client.metadata().get());
      case "metadata.set" -> Outcome.of(client.metadata().set(step.get("value")));
      case "metadata.update" -> Outcome.of(client.metadata().update(step.get("value")));
      case "metadata.deepMerge" -> Outcome.of(client.metadata().deepMerge(step.get("value")));
      default -> throw new IllegalArgumentException(call);
    };
  }
}
