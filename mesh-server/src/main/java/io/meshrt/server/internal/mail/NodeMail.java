// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.FirstListen;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's letter box, and the way to those of others. Letters of one node to another arrive in
 * order, each once: the box keeps the last ones for a minute, and reads up on them when some did
 * not come. A letter to oneself is handled right here. Thread-safe, never blocks.
 */
public final class NodeMail {
  static final String KIND = "node";

  private static final Logger log = LoggerFactory.getLogger(NodeMail.class);
  private static final Retention KEPT = Retention.keep(1_000, Duration.ofSeconds(60));

  /** Answers letters of one kind; on threads of the cluster, never blocks. */
  @FunctionalInterface
  public interface Handler {
    /** What to answer; a {@link CommandException} reaches the asking node as it is. */
    CompletionStage<? extends @Nullable JsonNode> handle(JsonNode body);
  }

  private final Cluster cluster;
  private final Scheduler scheduler;
  private final KnownNodes nodes;
  private final PendingAsks asks;
  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  private final List<Runnable> onLost = new CopyOnWriteArrayList<>();
  private volatile @Nullable LetterBox box;

  /** A box nobody looks into yet. */
  public NodeMail(Cluster cluster, Scheduler scheduler) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.nodes = new KnownNodes(cluster, scheduler);
    this.asks = new PendingAsks(scheduler);
  }

  /** Says who answers letters of a kind; before {@link #start}. */
  public void handle(String kind, Handler handler) {
    handlers.put(kind, handler);
  }

  /** Says who is told when letters to this node were lost; does not block. */
  public void onLost(Runnable listener) {
    onLost.add(listener);
  }

  /** Whether letters to this node may have been accepted that no handler has seen yet. */
  public boolean isBehind() {
    LetterBox mine = box;
    return mine == null || mine.isBehind();
  }

  /** Begins to look into the box; completes when it does, as {@link FirstListen}. */
  public CompletableFuture<@Nullable Void> start() {
    return FirstListen.until(cluster, scheduler, "letters to this node", this::listen);
  }

  private CompletableFuture<?> listen() {
    Topic topic = new Topic(KIND, self());
    LetterBox mine =
        new LetterBox(
            cluster.topics(),
            topic,
            scheduler,
            this::onLetter,
            () -> onLost.forEach(Runnable::run));
    return cluster.topics().listen(topic, mine).thenRun(() -> box = mine);
  }

  /** Sends a letter: one request. False when the node is known not to live. */
  public CompletableFuture<Boolean> tell(String node, String kind, JsonNode body) {
    if (node.equals(self())) {
      CompletableFuture<?> unused = handle(Letter.tell(kind, body)).toCompletableFuture();
      return CompletableFuture.completedFuture(true);
    }
    return nodes.whenKnown(
        node,
        lives ->
            lives
                ? send(node, Letter.tell(kind, body)).thenApply(done -> true)
                : CompletableFuture.completedFuture(false));
  }

  /**
   * Asks a node. Fails with what its handler failed with, {@code ENOTFOUND} when the node does not
   * live, {@code EUNAVAILABLE} when no answer comes in time or too many answers are awaited.
   */
  public CompletableFuture<JsonNode> ask(String node, String kind, JsonNode body) {
    if (node.equals(self())) {
      return handle(Letter.tell(kind, body)).toCompletableFuture().thenApply(NodeMail::orNull);
    }
    return nodes.whenKnown(
        node,
        lives -> {
          if (!lives) {
            return CompletableFuture.failedFuture(
                CommandException.notFound("There is no such connection."));
          }
          PendingAsks.Ask ask = asks.open();
          CompletableFuture<?> unused =
              send(node, Letter.ask(kind, body, self(), ask.number()))
                  .whenComplete((done, failure) -> ask.failIf(failure));
          return ask.answer();
        });
  }

  /** Name of the node that holds a connection, which its id begins with. */
  public static String nodeOf(String connectionId) {
    int end = connectionId.indexOf('-');
    return end < 0 ? "" : connectionId.substring(0, end);
  }

  private String self() {
    return cluster.self().name();
  }

  private CompletableFuture<?> send(String node, Letter letter) {
    return cluster.topics().publish(new Topic(KIND, node), Outgoing.of(letter.encode(), KEPT));
  }

  private void onLetter(Letter letter) {
    if (letter.isAnswer()) {
      asks.onAnswer(letter);
      return;
    }
    CompletionStage<?> unused =
        handle(letter)
            .whenComplete(
                (answer, failure) -> {
                  if (letter.wantsAnswer()) {
                    CompletableFuture<?> unusedReply =
                        send(letter.from(), letter.answer(orNull(answer), failure));
                  } else if (failure != null) {
                    log.warn("a letter of kind {} could not be handled", letter.kind(), failure);
                  }
                });
  }

  private CompletionStage<? extends @Nullable JsonNode> handle(Letter letter) {
    Handler handler = handlers.get(letter.kind());
    if (handler == null) {
      return CompletableFuture.failedFuture(
          CommandException.unavailable("The node does not know letters of this kind."));
    }
    try {
      return handler.handle(letter.body());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static JsonNode orNull(@Nullable JsonNode answer) {
    return answer == null ? NullNode.getInstance() : answer;
  }
}
