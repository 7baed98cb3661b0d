// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.hook.SentMessage;
import io.meshrt.server.hook.SentMessage.Target;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.push.Exceptions;
import io.meshrt.server.message.MessageReceipt;
import io.meshrt.server.message.OutgoingMessage;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A message to be sent.
 *
 * @param frame as a push
 * @param keeping whether it is kept for identities; empty for as the sender does by default
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
record Draft(
    Messages sender,
    String name,
    RawJson payload,
    byte[] frame,
    Set<String> exceptIds,
    Set<String> exceptConnections,
    Optional<Boolean> keeping,
    Optional<String> dedupKey)
    implements OutgoingMessage {
  private static final int MAX_KEY_BYTES = 255;

  Draft {
    if (exceptIds.size() + exceptConnections.size() > MAX_EXCEPTIONS) {
      throw new IllegalArgumentException("except: more than " + MAX_EXCEPTIONS);
    }
  }

  @Override
  public OutgoingMessage except(Collection<String> ids) {
    return new Draft(
        sender, name, payload, frame, union(exceptIds, ids), exceptConnections, keeping, dedupKey);
  }

  @Override
  public OutgoingMessage exceptConnections(Collection<String> ids) {
    return new Draft(
        sender, name, payload, frame, exceptIds, union(exceptConnections, ids), keeping, dedupKey);
  }

  @Override
  public OutgoingMessage kept() {
    return withKept(true);
  }

  @Override
  public OutgoingMessage transientOnly() {
    return withKept(false);
  }

  private OutgoingMessage withKept(boolean wanted) {
    return new Draft(
        sender, name, payload, frame, exceptIds, exceptConnections, Optional.of(wanted), dedupKey);
  }

  @Override
  public OutgoingMessage dedupKey(String key) {
    if (key.isEmpty() || key.getBytes(UTF_8).length > MAX_KEY_BYTES) {
      throw new IllegalArgumentException("dedupKey: empty or longer than " + MAX_KEY_BYTES);
    }
    return new Draft(
        sender, name, payload, frame, exceptIds, exceptConnections, keeping, Optional.of(key));
  }

  /** Whom it is not for, as pushes carry it. */
  Set<String> exceptions() {
    return Exceptions.of(exceptConnections, exceptIds);
  }

  @Override
  public CompletableFuture<MessageReceipt> to(Collection<String> ids) {
    Set<String> meant = new LinkedHashSet<>(ids);
    if (meant.contains(EVERYONE)) {
      return toEveryone();
    }
    if (meant.contains("")) {
      throw new IllegalArgumentException("ids: an empty one");
    }
    boolean keeps = sender.isKept(this);
    if (keeps && !exceptConnections.isEmpty()) {
      throw new IllegalArgumentException("exceptConnections: what is kept is for all of them");
    }
    meant.removeAll(exceptIds);
    return send(
        Target.IDENTITIES,
        meant,
        meant.size(),
        keeps ? meant.size() : 0,
        () -> sender.toIdentities(List.copyOf(meant), this));
  }

  @Override
  public CompletableFuture<MessageReceipt> toEveryone() {
    requireNotKept();
    return send(
        Target.EVERYONE, Set.of(), 1, 0, () -> sender.publisher.toEveryone(frame, exceptions()));
  }

  @Override
  public CompletableFuture<MessageReceipt> toConnections(Collection<String> ids) {
    requireNotKept();
    Set<String> meant = new LinkedHashSet<>(ids);
    meant.removeAll(exceptConnections);
    return send(
        Target.CONNECTIONS,
        meant,
        meant.size(),
        0,
        () -> sender.publisher.toConnections(meant, frame, Exceptions.of(Set.of(), exceptIds)));
  }

  @Override
  public CompletableFuture<MessageReceipt> toRoom(String room) {
    requireNotKept();
    String flaw = ApplicationNames.flawOf(room);
    if (flaw != null) {
      throw new IllegalArgumentException("room: " + flaw);
    }
    return send(
        Target.ROOM, Set.of(room), 1, 0, () -> sender.publisher.toRoom(room, frame, exceptions()));
  }

  private void requireNotKept() {
    if (keeping.orElse(false) || dedupKey.isPresent()) {
      throw new IllegalArgumentException("messages are kept for identities only");
    }
  }

  private CompletableFuture<MessageReceipt> send(
      Target target,
      Set<String> ids,
      int addressed,
      int keptFor,
      Supplier<CompletableFuture<?>> sending) {
    String id = sender.nextId();
    CompletableFuture<MessageReceipt> receipt =
        sending
            .get()
            .thenApply(
                done -> {
                  if (sender.observer.isListening()) {
                    sender.observer.onSent(
                        new Sent(this, id, target, Set.copyOf(ids), keptFor > 0), bytes(ids));
                  }
                  return new MessageReceipt(id, addressed, keptFor);
                });
    return sender.threads.handOver(receipt);
  }

  /** What it takes to remember it, roughly. */
  private int bytes(Set<String> ids) {
    return payload.length() + frame.length + 64 * Math.min(ids.size(), 1_000_000);
  }

  private static Set<String> union(Set<String> some, Collection<String> more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(more);
    return Set.copyOf(all);
  }

  /** For observers. */
  private record Sent(Draft draft, String id, Target target, Set<String> ids, boolean kept)
      implements SentMessage {
    @Override
    public String name() {
      return draft.name;
    }

    @Override
    public JsonNode payload() {
      return draft.sender.json.tree(draft.payload);
    }
  }
}
