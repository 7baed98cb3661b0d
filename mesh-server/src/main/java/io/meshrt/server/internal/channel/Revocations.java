// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.NodeId;
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

/**
 * Asks all nodes, or one, about their subscribers: to end subscriptions, or to count them.
 * Thread-safe, never blocks.
 */
final class Revocations {
  private static final String REVOKE = "channel.revoke";
  private static final String COUNT = "channel.count";
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
    mail.handle(
        COUNT,
        body ->
            CompletableFuture.completedFuture(
                IntNode.valueOf(subscriptions.count(body.path("channel").asText()))));
  }

  CompletableFuture<Boolean> revokeConnection(String connectionId, String channel) {
    JsonNode letter = letter(channel).put("connection", connectionId);
    return ask(NodeMail.nodeOf(connectionId), REVOKE, letter).thenApply(count -> count > 0);
  }

  CompletableFuture<Integer> revokeIdentity(String identityId, String channel) {
    JsonNode letter = letter(channel).put("identity", identityId);
    return cluster.presumedNodes().thenCompose(nodes -> askAll(nodes, REVOKE, letter));
  }

  CompletableFuture<Integer> count(String channel) {
    return cluster.liveNodes().thenCompose(nodes -> askAll(nodes, COUNT, letter(channel)));
  }

  private static com.fasterxml.jackson.databind.node.ObjectNode letter(String channel) {
    return JsonNodeFactory.instance.objectNode().put("channel", channel);
  }

  private CompletableFuture<JsonNode> onRevoke(JsonNode letter) {
    String channel = letter.path("channel").asText();
    Predicate<Session> which =
        letter.has("identity")
            ? session -> isOf(session, letter.path("identity").asText())
            : session -> session.id().equals(letter.path("connection").asText());
    List<CompletableFuture<Boolean>> ends =
        subscriptions.sessions(channel, which).stream()
            .map(session -> subscriptions.end(session, channel, true))
            .toList();
    return CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> IntNode.valueOf((int) ends.stream().filter(end -> end.join()).count()));
  }

  private static boolean isOf(Session session, String identityId) {
    return session.identity().filter(identity -> identity.id().equals(identityId)).isPresent();
  }

  private CompletableFuture<Integer> askAll(Set<NodeId> nodes, String kind, JsonNode letter) {
    Set<String> names = nodes.stream().map(NodeId::name).collect(Collectors.toSet());
    List<CompletableFuture<Integer>> answers =
        names.stream().map(name -> ask(name, kind, letter)).toList();
    return CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> answers.stream().mapToInt(CompletableFuture::join).sum());
  }

  /** What a node answers; 0 when it is gone. */
  private CompletableFuture<Integer> ask(String node, String kind, JsonNode letter) {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    ask(node, kind, letter, scheduler.nanoTime() + PATIENCE.toNanos(), answer);
    return answer;
  }

  private void ask(
      String node, String kind, JsonNode letter, long endNanos, CompletableFuture<Integer> answer) {
    CompletableFuture<?> unused =
        mail.ask(node, kind, letter)
            .whenComplete(
                (count, failure) -> {
                  if (failure == null) {
                    answer.complete(count.asInt());
                  } else if (isGone(failure)) {
                    answer.complete(0);
                  } else if (scheduler.nanoTime() - endNanos > 0) {
                    answer.completeExceptionally(unwrap(failure));
                  } else {
                    askAgain(node, kind, letter, endNanos, answer);
                  }
                });
  }

  /** Not a node that counts as gone by now: it knows, and asks its guards before it goes on. */
  private void askAgain(
      String node, String kind, JsonNode letter, long endNanos, CompletableFuture<Integer> answer) {
    CompletableFuture<?> unused =
        cluster
            .presumedNodes()
            .thenApply(nodes -> nodes.stream().anyMatch(there -> there.name().equals(node)))
            .exceptionally(unknown -> true)
            .thenAccept(
                there -> {
                  if (there) {
                    scheduler.schedule(() -> ask(node, kind, letter, endNanos, answer), PAUSE);
                  } else {
                    answer.complete(0);
                  }
                });
  }

  private static boolean isGone(Throwable failure) {
    return unwrap(failure) instanceof CommandException refused
        && refused.code().equals(ErrorCode.NOT_FOUND.wire());
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
