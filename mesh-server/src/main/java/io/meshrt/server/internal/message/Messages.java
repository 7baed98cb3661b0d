// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.message;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.push.Publisher;
import io.meshrt.server.message.OutgoingMessage;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
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
  private final boolean keptByDefault;
  private final Batches batches = new Batches();
  private final String prefix =
      Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
  private final AtomicLong sent = new AtomicLong();

  /**
   * Has sent nothing.
   *
   * @param keptByDefault whether messages to identities go to {@code keeping} that do not say
   *     otherwise, instead of being pushed
   * @param threads where the futures of applications complete
   */
  public Messages(
      Publisher publisher,
      Keeping keeping,
      boolean keptByDefault,
      JsonValues json,
      HandlerThreads threads,
      SendObserver observer) {
    this.publisher = publisher;
    this.keeping = keeping;
    this.keptByDefault = keptByDefault;
    this.json = json;
    this.threads = threads;
    this.observer = observer;
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
        Optional.empty(),
        Optional.empty());
  }

  String nextId() {
    return prefix + "-" + Long.toUnsignedString(sent.incrementAndGet(), Character.MAX_RADIX);
  }

  /** Whether a message to identities is kept. */
  boolean isKept(Draft draft) {
    return draft.keeping().orElse(keptByDefault);
  }

  /** To identities, each of which is named once. */
  CompletableFuture<?> toIdentities(List<String> ids, Draft draft) {
    Function<String, ? extends CompletableFuture<?>> sending = sending(draft);
    return batches.send(
        ids,
        batch ->
            CompletableFuture.allOf(
                batch.stream().map(id -> send(id, sending)).toArray(CompletableFuture<?>[]::new)));
  }

  private Function<String, ? extends CompletableFuture<?>> sending(Draft draft) {
    if (isKept(draft)) {
      return keeping.prepare(draft.name(), draft.payload(), draft.dedupKey());
    }
    Set<String> except = draft.exceptions();
    return id -> publisher.toIdentity(id, draft.frame(), except);
  }

  private static CompletableFuture<?> send(
      String id, Function<String, ? extends CompletableFuture<?>> sending) {
    try {
      return sending.apply(id);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
