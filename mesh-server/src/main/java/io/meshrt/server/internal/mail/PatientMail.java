// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/**
 * Asks nodes for numbers until they answer or are known to be gone, so that nobody is left out.
 * Thread-safe, never blocks.
 */
public final class PatientMail {
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** Longer than a lease: then a silent node counts as dead, or the cluster cannot be asked. */
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  private final Cluster cluster;
  private final NodeMail mail;
  private final Scheduler scheduler;

  public PatientMail(Cluster cluster, NodeMail mail, Scheduler scheduler) {
    this.cluster = cluster;
    this.mail = mail;
    this.scheduler = scheduler;
  }

  /** The sum of what all live nodes answer. */
  public CompletableFuture<Integer> sumOfLive(String kind, JsonNode letter) {
    return cluster.liveNodes().thenCompose(nodes -> sum(nodes, kind, letter));
  }

  /** The sum of what all nodes answer that may still live, as {@link Cluster#presumedNodes}. */
  public CompletableFuture<Integer> sumOfPresumed(String kind, JsonNode letter) {
    return cluster.presumedNodes().thenCompose(nodes -> sum(nodes, kind, letter));
  }

  private CompletableFuture<Integer> sum(Set<NodeId> nodes, String kind, JsonNode letter) {
    Set<String> names = nodes.stream().map(NodeId::name).collect(Collectors.toSet());
    List<CompletableFuture<JsonNode>> answers =
        names.stream().map(name -> ask(name, kind, letter)).toList();
    return CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> answers.stream().mapToInt(answer -> answer.join().asInt()).sum());
  }

  /** What a node answers; 0 when it is gone. */
  public CompletableFuture<JsonNode> ask(String node, String kind, JsonNode letter) {
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    ask(node, kind, letter, scheduler.nanoTime() + PATIENCE.toNanos(), answer);
    return answer;
  }

  private void ask(
      String node,
      String kind,
      JsonNode letter,
      long endNanos,
      CompletableFuture<JsonNode> answer) {
    CompletableFuture<?> unused =
        mail.ask(node, kind, letter)
            .whenComplete(
                (reply, failure) -> {
                  if (failure == null) {
                    answer.complete(reply);
                  } else if (isGone(failure)) {
                    answer.complete(IntNode.valueOf(0));
                  } else if (scheduler.nanoTime() - endNanos > 0) {
                    answer.completeExceptionally(unwrap(failure));
                  } else {
                    askAgain(node, kind, letter, endNanos, answer);
                  }
                });
  }

  /** Not a node that counts as gone by now: it knows, and asks its guards before it goes on. */
  private void askAgain(
      String node,
      String kind,
      JsonNode letter,
      long endNanos,
      CompletableFuture<JsonNode> answer) {
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
                    answer.complete(IntNode.valueOf(0));
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
