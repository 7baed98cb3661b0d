// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.directory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.connection.Metadata;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metadata.MetadataChange;
import io.meshrt.server.internal.metadata.MetadataDoor;
import io.meshrt.server.internal.metadata.MetadataKeeper;
import io.meshrt.server.internal.roster.ConnectionGroups;
import io.meshrt.server.internal.roster.Roster;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.Sessions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The metadata of connections on whatever node. The node that holds a connection changes it, for
 * others when they ask by letter; everybody reads it from the cluster. Thread-safe, never blocks.
 */
public final class ConnectionMetadata {
  private static final String LETTER = "metadata";

  private final Members members;
  private final Sessions sessions;
  private final Roster roster;
  private final NodeMail mail;
  private final HandlerThreads threads;
  private final JsonValues json;
  private final int maxBytes;

  /** Registers with the mail; at most {@code maxBytes} of JSON for each connection. */
  public ConnectionMetadata(
      Members members, Sessions sessions, Roster roster, NodeMail mail, int maxBytes) {
    this.members = members;
    this.sessions = sessions;
    this.roster = roster;
    this.mail = mail;
    this.threads = sessions.services().threads();
    this.json = sessions.services().json();
    this.maxBytes = maxBytes;
    mail.handle(
        LETTER,
        letter ->
            changeHere(
                    letter.path("id").asText(),
                    MetadataChange.valueOf(letter.path("change").asText()),
                    letter.path("value"))
                .thenApply(done -> null));
  }

  /** That of one connection. */
  public Metadata of(String id) {
    return new MetadataDoor(new OfConnection(id), json, threads, sessions.services().metrics());
  }

  private CompletableFuture<Void> changeHere(String id, MetadataChange change, JsonNode value) {
    Session session = sessions.find(id).orElse(null);
    if (session == null) {
      return notFound();
    }
    return roster
        .change(
            session,
            ConnectionGroups.of(id),
            before -> change.apply(before, value, maxBytes),
            false)
        .thenCompose(there -> there ? CompletableFuture.completedFuture(null) : notFound());
  }

  private static CompletableFuture<Void> notFound() {
    return CompletableFuture.failedFuture(
        CommandException.notFound("There is no such connection."));
  }

  private final class OfConnection implements MetadataKeeper {
    private final String id;

    OfConnection(String id) {
      this.id = id;
    }

    @Override
    public CompletableFuture<Optional<byte[]>> read() {
      Session session = sessions.find(id).orElse(null);
      if (session != null) {
        return CompletableFuture.completedFuture(
            Optional.ofNullable(roster.value(session, ConnectionGroups.of(id))));
      }
      return members
          .find(ConnectionGroups.of(id), List.of(id))
          .thenApply(
              found ->
                  found.stream()
                      .findFirst()
                      .flatMap(member -> Optional.ofNullable(member.value())));
    }

    @Override
    public CompletableFuture<Void> change(MetadataChange change, JsonNode value) {
      if (sessions.find(id).isPresent()) {
        return changeHere(id, change, value);
      }
      ObjectNode letter =
          JsonNodeFactory.instance.objectNode().put("id", id).put("change", change.name());
      letter.set("value", value);
      return mail.ask(NodeMail.nodeOf(id), LETTER, letter).thenAccept(done -> {});
    }
  }
}
