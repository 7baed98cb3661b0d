// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Asks all nodes, or one, to end subscriptions. Thread-safe, never blocks. */
final class Revocations {
  private static final String REVOKE = "record.revoke";
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** Longer than a lease: then a silent node counts as dead, or the cluster cannot be asked. */
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  private final Cluster cluster;
  private final NodeMail mail;
  private final Scheduler scheduler;
  private final Subscriptions subscriptions;

  /** To be made before the mail is started. */
  Revocations(Cluster cluster, NodeMail mail, Scheduler scheduler, Subscriptions subscriptions) {
    this.cluster = cluster;
    this.mail = mail;
    this.scheduler = scheduler;
    this.subscriptions = subscriptions;
    mail.handle(REVOKE, this::onRevoke);
  }

  CompletableFuture<Boolean> revokeConnection(String connectionId, String id) {
    JsonNode letter = letter(id).put("connection", connectionId);
    return ask(NodeMail.nodeOf(connectionId), letter).thenApply(count -> count > 0);
  }

  CompletableFuture<Integer> revokeIdentity(String identityId, String id) {
    JsonNode letter = letter(id).put("identity", identityId);
    return cluster
        .liveNodes()
        .thenCompose(
            nodes -> {
              Set<String> names =
                  nodes.stream().map(node -> node.name()).collect(Collectors.toSet());
              List<CompletableFuture<Integer>> answers =
                  names.stream().map(name -> ask(name, letter)).toList();
              return CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
                  .thenApply(done -> answers.stream().mapToInt(CompletableFuture::join).sum());
            });
  }

  private static ObjectNode letter(String id) {
    return JsonNodeFactory.instance.objectNode().put("record", id);
  }

  private CompletableFuture<JsonNode> onRevoke(JsonNode letter) {
    String id = letter.path("record").asText();
    Predicate<Session> which =
        letter.has("identity")
            ? session -> isOf(session, letter.path("identity").asText())
            : session -> session.id().equals(letter.path("connection").asText());
    List<CompletableFuture<Boolean>> ends =
        subscriptions.sessions(id, which).stream()
            .map(session -> subscriptions.end(session, id, true))
            .toList();
    return CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> IntNode.valueOf((int) ends.stream().filter(end -> end.join()).count()));
  }

  private static boolean isOf(Session session, String identityId) {
    return session.identity().filter(identity -> identity.id().equals(identityId)).isPresent();
  }

  /** How many subscriptions a node has ended; 0 when it is gone. */
  private CompletableFuture<Integer> ask(String node, JsonNode letter) {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    ask(node, letter, scheduler.nanoTime() + PATIENCE.toNanos(), answer);
    return answer;
  }

  private void ask(String node, JsonNode letter, long endNanos, CompletableFuture<Integer> answer) {
    CompletableFuture<?> unused =
        mail.ask(node, REVOKE, letter)
            .whenComplete(
                (count, failure) -> {
                  if (failure == null) {
                    answer.complete(count.asInt());
                  } else if (isGone(failure)) {
                    answer.complete(0);
                  } else if (scheduler.nanoTime() - endNanos > 0) {
                    answer.completeExceptionally(unwrap(failure));
                  } else {
                    scheduler.schedule(() -> ask(node, letter, endNanos, answer), PAUSE);
                  }
                });
  }

  private static boolean isGone(Throwable failure) {
    return unwrap(failure) instanceof CommandException refused && refused.is(ErrorCode.NOT_FOUND);
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
