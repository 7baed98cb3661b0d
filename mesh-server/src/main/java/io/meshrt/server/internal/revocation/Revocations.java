// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.revocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.mail.PatientMail;
import io.meshrt.server.internal.session.Session;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Asks all nodes, or one, to end subscriptions. Thread-safe, never blocks. */
public final class Revocations {
  private final PatientMail mail;
  private final String kind;
  private final Subscribers subscribers;

  /** Who is subscribed on this node, or about to be. Thread-safe. */
  public interface Subscribers {
    /** The sessions that get what has this name, or are about to. */
    List<Session> sessions(String name, Predicate<Session> which);

    /**
     * Ends a subscription; tells whether there was one, when nothing reaches the client any more.
     *
     * @param revoked whether the client did not ask for that itself
     */
    CompletableFuture<Boolean> end(Session session, String name, boolean revoked);
  }

  /**
   * To be made before the mail is started.
   *
   * @param kind of letters
   */
  public Revocations(NodeMail nodes, PatientMail mail, String kind, Subscribers subscribers) {
    this.mail = mail;
    this.kind = kind;
    this.subscribers = subscribers;
    nodes.handle(kind, this::onRevoke);
  }

  /** Whether the connection was subscribed. */
  public CompletableFuture<Boolean> revokeConnection(String connectionId, String name) {
    JsonNode letter = letter(name).put("connection", connectionId);
    return mail.ask(NodeMail.nodeOf(connectionId), kind, letter)
        .thenApply(count -> count.asInt() > 0);
  }

  /** How many connections of the identity were subscribed. */
  public CompletableFuture<Integer> revokeIdentity(String identityId, String name) {
    return mail.sumOfPresumed(kind, letter(name).put("identity", identityId));
  }

  private static ObjectNode letter(String name) {
    return JsonNodeFactory.instance.objectNode().put("name", name);
  }

  private CompletableFuture<JsonNode> onRevoke(JsonNode letter) {
    String name = letter.path("name").asText();
    Predicate<Session> which =
        letter.has("identity")
            ? session -> isOf(session, letter.path("identity").asText())
            : session -> session.id().equals(letter.path("connection").asText());
    List<CompletableFuture<Boolean>> ends =
        subscribers.sessions(name, which).stream()
            .map(session -> subscribers.end(session, name, true))
            .toList();
    return CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> IntNode.valueOf((int) ends.stream().filter(end -> end.join()).count()));
  }

  private static boolean isOf(Session session, String identityId) {
    return session.identity().filter(identity -> identity.id().equals(identityId)).isPresent();
  }
}
