// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.roster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.Sessions;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Memberships of connections on whatever node, changed by the node that holds them: directly if it
 * is this one, else by letter. Thread-safe, never blocks.
 */
public final class Owners {
  private static final String RECHECK = "recheck";

  private final Roster roster;
  private final Sessions sessions;
  private final NodeMail mail;

  /** Registers with the mail. */
  public Owners(Roster roster, Sessions sessions, NodeMail mail) {
    this.roster = roster;
    this.sessions = sessions;
    this.mail = mail;
    answer(
        "join", (session, letter) -> roster.join(session, group(letter)).thenApply(Owners::json));
    answer(
        "leave", (session, letter) -> roster.leave(session, group(letter)).thenApply(Owners::json));
    answer(
        "leave-all",
        (session, letter) -> roster.leaveAll(session, kind(letter)).thenApply(Owners::json));
    answer(
        "groups",
        (session, letter) ->
            CompletableFuture.completedFuture(json(roster.groups(session, kind(letter)))));
    mail.handle(RECHECK, letter -> roster.recheck(group(letter)).thenApply(done -> json(true)));
  }

  /** Makes a connection a member, as {@link Roster#join}. */
  public CompletableFuture<Boolean> join(String connectionId, Topic group) {
    return sessions
        .find(connectionId)
        .map(session -> roster.join(session, group))
        .orElseGet(
            () -> ask(connectionId, "join", letter(connectionId, group), JsonNode::asBoolean));
  }

  /** Ends a membership, as {@link Roster#leave}; false also when there is no such connection. */
  public CompletableFuture<Boolean> leave(String connectionId, Topic group) {
    return sessions
        .find(connectionId)
        .map(session -> roster.leave(session, group))
        .orElseGet(
            () ->
                ifThere(
                    ask(connectionId, "leave", letter(connectionId, group), JsonNode::asBoolean),
                    false));
  }

  /** Ends all memberships of a kind, as {@link Roster#leaveAll}. */
  public CompletableFuture<Set<Topic>> leaveAll(String connectionId, String kind) {
    return sessions
        .find(connectionId)
        .map(session -> roster.leaveAll(session, kind))
        .orElseGet(() -> askForGroups(connectionId, "leave-all", kind));
  }

  /** The groups of a kind that a connection is in. */
  public CompletableFuture<Set<Topic>> groups(String connectionId, String kind) {
    return sessions
        .find(connectionId)
        .map(session -> CompletableFuture.completedFuture(roster.groups(session, kind)))
        .orElseGet(() -> askForGroups(connectionId, "groups", kind));
  }

  /**
   * Has memberships forgotten that were removed from the cluster, as {@link Roster#recheck}, by
   * every node that held one of them: one request each.
   */
  public CompletableFuture<Void> forgetRemoved(Set<String> connectionIds, Topic group) {
    return CompletableFuture.allOf(
        connectionIds.stream()
            .map(NodeMail::nodeOf)
            .distinct()
            .map(node -> ifThere(mail.ask(node, RECHECK, letter("", group)), json(false)))
            .toArray(CompletableFuture<?>[]::new));
  }

  private CompletableFuture<Set<Topic>> askForGroups(String id, String question, String kind) {
    ObjectNode letter = letter(id, new Topic(kind, ""));
    return ifThere(ask(id, question, letter, names -> topics(kind, names)), Set.of());
  }

  private <T> CompletableFuture<T> ask(
      String id, String question, ObjectNode letter, Function<JsonNode, T> read) {
    return mail.ask(NodeMail.nodeOf(id), question, letter).thenApply(read);
  }

  private void answer(
      String question, BiFunction<Session, JsonNode, CompletableFuture<JsonNode>> answer) {
    mail.handle(
        question,
        letter ->
            sessions
                .find(letter.path("id").asText())
                .map(session -> answer.apply(session, letter))
                .orElseGet(
                    () ->
                        CompletableFuture.failedFuture(
                            CommandException.notFound("There is no such connection."))));
  }

  private static <T> CompletableFuture<T> ifThere(CompletableFuture<T> answer, T otherwise) {
    return answer.exceptionally(
        failure -> {
          Throwable cause =
              failure instanceof CompletionException && failure.getCause() != null
                  ? failure.getCause()
                  : failure;
          if (cause instanceof CommandException told
              && told.code().equals(ErrorCode.NOT_FOUND.wire())) {
            return otherwise;
          }
          throw new CompletionException(cause);
        });
  }

  private static ObjectNode letter(String id, Topic group) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("kind", group.kind())
        .put("name", group.name());
  }

  private static Topic group(JsonNode letter) {
    return new Topic(kind(letter), letter.path("name").asText());
  }

  private static String kind(JsonNode letter) {
    return letter.path("kind").asText();
  }

  private static JsonNode json(boolean answer) {
    return BooleanNode.valueOf(answer);
  }

  private static JsonNode json(Set<Topic> groups) {
    ArrayNode names = JsonNodeFactory.instance.arrayNode();
    groups.forEach(group -> names.add(group.name()));
    return names;
  }

  private static Set<Topic> topics(String kind, JsonNode names) {
    Set<Topic> topics = new HashSet<>();
    names.forEach(name -> topics.add(new Topic(kind, name.asText())));
    return topics;
  }
}
