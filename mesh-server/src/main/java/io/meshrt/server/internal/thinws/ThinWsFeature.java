// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.thinws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.room.ClientRooms;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.thinws.ThinWsOptions;
import io.meshrt.server.thinws.ThinWsResolver;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what ThinWS's clients ask for, in the rooms of all clients. Thread-safe, never blocks. */
public final class ThinWsFeature {
  private static final Logger log = LoggerFactory.getLogger(ThinWsFeature.class);
  private static final Set<String> ENVELOPE = Set.of("type", "messageID", "roomID");

  /** No two clients of one name; the stock one sends at most 11 digits. */
  private static final int MAX_ID_CHARACTERS = 255;

  private static final Map<String, Boolean> DONE = Map.of();

  private final ThinWsOptions options;
  private final ClientRooms rooms;
  private final JsonValues json;

  /** For all connections of the endpoint. */
  public ThinWsFeature(ThinWsOptions options, ClientRooms rooms, JsonValues json) {
    this.options = options;
    this.rooms = rooms;
    this.json = json;
    if (options.resolver().isEmpty()) {
      log.warn(
          "ThinWS clients are believed whatever connectionID they send; a resolver can check it");
    }
  }

  /** Registers what its frames ask for. */
  public void registerIn(Commands commands) {
    commands.registerFirst(ThinWsDialect.CONNECT, this::connect);
    commands.registerBuiltIn(ThinWsDialect.SUBSCRIBE, this::subscribe);
    commands.registerBuiltIn(ThinWsDialect.UNSUBSCRIBE, this::unsubscribe);
    commands.registerBuiltIn(ThinWsDialect.MESSAGE, this::message);
    commands.registerBuiltIn(
        ThinWsDialect.DISCONNECT,
        (session, request) -> rooms.suspend(session).thenApply(x -> DONE));
    commands.registerFirst(
        ThinWsDialect.OTHER, (session, request) -> CompletableFuture.completedFuture(DONE));
  }

  private CompletionStage<?> connect(Session session, Request request) throws Exception {
    JsonNode frame = json.tree(request.payload());
    JsonNode sent = frame.path("connectionID");
    String id = sent.isTextual() || sent.isNumber() ? sent.asText() : "";
    if (id.isEmpty() || id.length() > MAX_ID_CHARACTERS) {
      throw CommandException.badRequest("connectionID: missing");
    }
    requireWhole(id);
    if (session.identity().isPresent()) {
      return rooms.restore(session, Optional.empty()).thenApply(done -> DONE);
    }
    ThinWsResolver resolver = options.resolver().orElse(null);
    CompletionStage<Optional<String>> resolved =
        resolver == null
            ? CompletableFuture.completedFuture(Optional.of(id))
            : resolver.resolve(id, session);
    return resolved.thenCompose(
        name -> {
          if (name.isEmpty() && session.identity().isEmpty()) {
            throw CommandException.unauthorized("connectionID: refused");
          }
          name.ifPresent(ThinWsFeature::requireWhole);
          return rooms.restore(session, name).thenApply(done -> DONE);
        });
  }

  /** Half a pair would share its key with other names: in UTF-8 it becomes a question mark. */
  private static void requireWhole(String name) {
    String flaw = ApplicationNames.flawOfSurrogates(name);
    if (flaw != null) {
      throw CommandException.badRequest("connectionID: " + flaw);
    }
  }

  private CompletionStage<?> subscribe(Session session, Request request) {
    String room = room(json.tree(request.payload()));
    return rooms.join(session, room).thenApply(done -> DONE);
  }

  private CompletionStage<?> unsubscribe(Session session, Request request) {
    String room = room(json.tree(request.payload()));
    return rooms.leave(session, room).thenApply(done -> DONE);
  }

  private CompletionStage<?> message(Session session, Request request) {
    JsonNode frame = json.tree(request.payload());
    String room = room(frame);
    JsonNode body = frame.has("message") ? frame.path("message") : frame.path("payload");
    ObjectNode along = ((ObjectNode) frame).deepCopy().without(ENVELOPE);
    if (!frame.has("payload")) {
      along.remove("message"); // it is the body, and told as such
    }
    @Nullable ObjectNode more =
        along.isEmpty()
            ? null
            : JsonNodeFactory.instance.objectNode().set(ThinWsDialect.ALONG, along);
    JsonNode message = body.isMissingNode() ? JsonNodeFactory.instance.nullNode() : body;
    return rooms.send(session, room, message, more).thenApply(done -> DONE);
  }

  private static String room(JsonNode frame) {
    JsonNode room = frame.path("roomID");
    if (!room.isTextual()) {
      throw CommandException.badRequest("roomID: missing");
    }
    String flaw = ApplicationNames.flawOf(room.textValue());
    if (flaw != null) {
      throw CommandException.badRequest("roomID: " + flaw);
    }
    return room.textValue();
  }
}
