// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.message;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.message.Batches.Counts;
import io.meshrt.server.internal.push.Publisher;
import io.meshrt.server.message.OutgoingMessage;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages that can be sent, and sends them. Needs no sessions: whoever can publish can use
 * it. Thread-safe, never blocks.
 */
public final class Messages {
  final Publisher publisher;
  final JsonValues json;
  final HandlerThreads threads;
  final SendObserver observer;
  private final Keeping keeping;
  private final KeepingPolicy policy;
  private final Batches batches = new Batches();
  private final String prefix =
      Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
  private final AtomicLong sent = new AtomicLong();

  /**
   * Has sent nothing.
   *
   * @param policy which messages to identities go to {@code keeping} instead of being pushed
   * @param threads where the futures of applications complete
   */
  public Messages(
      Publisher publisher,
      Keeping keeping,
      KeepingPolicy policy,
      JsonValues json,
      HandlerThreads threads,
      SendObserver observer) {
    this.publisher = publisher;
    this.keeping = keeping;
    this.policy = policy;
    this.json = json;
    this.threads = threads;
    this.observer = observer;
  }

  /** Sends pushes only. */
  public Messages(
      Publisher publisher, JsonValues json, HandlerThreads threads, SendObserver observer) {
    this(
        publisher,
        (identity, message) ->
            CompletableFuture.failedFuture(new IllegalStateException("nothing is kept")),
        KeepingPolicy.NOTHING,
        json,
        threads,
        observer);
  }

  /**
   * A message that has not been sent.
   *
   * @throws IllegalArgumentException when the name is reserved, or the payload cannot be written or
   *     is too large for an outbox
   */
  public OutgoingMessage message(String name, @Nullable Object payload) {
    RawJson written = json.encode(payload);
    return new Draft(
        this,
        name,
        written,
        publisher.encode(name, written),
        Set.of(),
        Set.of(),
        false,
        Optional.empty(),
        Optional.empty());
  }

  String nextId() {
    return prefix + "-" + Long.toUnsignedString(sent.incrementAndGet(), Character.MAX_RADIX);
  }

  /** To identities, each of which is named once. */
  CompletableFuture<Counts> toIdentities(List<String> ids, Draft draft, String messageId) {
    Message message =
        new Message(
            messageId,
            draft.name(),
            draft.payload(),
            draft.exceptConnections(),
            draft.timeToLive(),
            draft.dedupKey());
    Set<String> except = draft.exceptions();
    return batches.send(
        ids,
        batch -> {
          CompletableFuture<Counts> all = CompletableFuture.completedFuture(Counts.NONE);
          for (String id : batch) {
            all = all.thenCombine(toIdentity(id, draft, message, except), Counts::plus);
          }
          return all;
        });
  }

  private CompletableFuture<Counts> toIdentity(
      String id, Draft draft, Message message, Set<String> except) {
    try {
      return draft.onlyNow() || !policy.keeps(id, draft.name())
          ? publisher.toIdentity(id, draft.frame(), except).thenApply(done -> Counts.NONE)
          : keeping.keep(id, message).thenApply(kept -> new Counts(kept ? 1 : 0, kept ? 0 : 1));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
