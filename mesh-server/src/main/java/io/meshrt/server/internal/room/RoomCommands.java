// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.connection.Metadata;
import io.meshrt.server.internal.command.BuiltIn;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.exposure.Fields;
import io.meshrt.server.internal.roster.ConnectionGroups;
import io.meshrt.server.internal.roster.Roster;
import io.meshrt.server.internal.session.Session;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What clients may ask of the metadata of rooms and connections; each request is checked anew. */
final class RoomCommands {
  private static final Map<String, Boolean> SUCCESS = Map.of("success", true);

  private final RoomExposures exposures;
  private final Roster roster;
  private final Function<String, Metadata> roomMetadata;
  private final Function<String, Metadata> connectionMetadata;
  private final JsonValues json;

  RoomCommands(
      RoomExposures exposures,
      Roster roster,
      Function<String, Metadata> roomMetadata,
      Function<String, Metadata> connectionMetadata,
      JsonValues json) {
    this.exposures = exposures;
    this.roster = roster;
    this.roomMetadata = roomMetadata;
    this.connectionMetadata = connectionMetadata;
    this.json = json;
  }

  void registerIn(Commands commands) {
    Map<String, BuiltIn> builtIns =
        Map.of(
            "get-room-metadata", this::readRoom,
            "get-connection-metadata", this::readConnection,
            "get-my-connection-metadata", (session, request) -> readOwn(session),
            "set-my-connection-metadata", this::writeOwn);
    builtIns.forEach(commands::registerBuiltIn);
  }

  private CompletionStage<?> readRoom(Session session, Request request) {
    String room = Fields.of(request, json).name("roomName");
    return ifAdmitted(
        exposures.roomMetadata().admits(session, room),
        "metadata of this room",
        () -> read(roomMetadata.apply(room)));
  }

  private CompletionStage<?> readConnection(Session session, Request request) {
    String id = Fields.of(request, json).name("connectionId");
    if (id.equals(session.id())) {
      return readOwn(session);
    }
    return ifAdmitted(
        exposures.connectionMetadata().admits(session, id),
        "metadata of this connection",
        () -> read(connectionMetadata.apply(id)));
  }

  private CompletionStage<?> readOwn(Session session) {
    byte[] value = roster.value(session, ConnectionGroups.of(session.id()));
    RawJson metadata = value == null ? RawJson.NULL : RawJson.ofValid(value);
    return CompletableFuture.completedFuture(Map.of("metadata", metadata));
  }

  private CompletionStage<?> writeOwn(Session session, Request request) {
    Fields fields = Fields.of(request, json);
    JsonNode value = fields.value("metadata");
    Fields options = fields.inner("options");
    String strategy = options.text("strategy").orElse("replace");
    Metadata own = connectionMetadata.apply(session.id());
    Supplier<CompletableFuture<Void>> change =
        switch (strategy) {
          case "replace" -> () -> own.set(value);
          case "merge" -> () -> own.update(value);
          case "deepMerge" -> () -> own.deepMerge(value);
          default -> throw options.unfit("strategy", "none of replace, merge, deepMerge");
        };
    return ifAdmitted(exposures.ownMetadata().admits(session, session.id()), "own metadata", change)
        .thenApply(done -> SUCCESS);
  }

  private CompletionStage<?> read(Metadata metadata) {
    return metadata
        .get()
        .thenApply(value -> Map.of("metadata", value.map(json::encode).orElse(RawJson.NULL)));
  }

  private static <T extends @Nullable Object> CompletionStage<T> ifAdmitted(
      CompletableFuture<Boolean> admitted,
      String what,
      Supplier<? extends CompletionStage<T>> action) {
    return admitted.thenCompose(yes -> yes ? action.get() : noAccess(what));
  }

  private static <T extends @Nullable Object> CompletableFuture<T> noAccess(String what) {
    return CompletableFuture.failedFuture(
        CommandException.accessDenied("No access to the " + what + "."));
  }
}
