// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mail;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.schedule.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * This node's letter box, and the way to those of others. Letters of one node to another arrive in
 * order. Thread-safe, never blocks.
 */
public final class NodeMail {
  /** Answers letters of one kind; on threads of the cluster, never blocks. */
  @FunctionalInterface
  public interface Handler {
    /** What to answer; the caller gets a failure with a code as it is. */
    CompletionStage<? extends @Nullable JsonNode> handle(JsonNode body);
  }

  /** A box nobody listens to yet. */
  public NodeMail(Cluster cluster, Scheduler scheduler) {}

  /** Says who answers letters of a kind; before {@link #start}. */
  public void handle(String kind, Handler handler) {
    throw new UnsupportedOperationException();
  }

  /** Begins to listen; to be called when the cluster has started. */
  public CompletableFuture<Void> start() {
    throw new UnsupportedOperationException();
  }

  /** Sends a letter: one request. False when the node is known not to live. */
  public CompletableFuture<Boolean> tell(String node, String kind, JsonNode body) {
    throw new UnsupportedOperationException();
  }

  /**
   * Asks a node. Fails with what its handler failed with, {@code ENOTFOUND} when the node does not
   * live, {@code EUNAVAILABLE} when no answer comes within 3 s.
   */
  public CompletableFuture<JsonNode> ask(String node, String kind, JsonNode body) {
    throw new UnsupportedOperationException();
  }

  /** Name of the node that holds a connection, which its id begins with. */
  public static String nodeOf(String connectionId) {
    int end = connectionId.indexOf('-');
    return end < 0 ? "" : connectionId.substring(0, end);
  }
}
