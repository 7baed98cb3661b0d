// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import com.fasterxml.jackson.core.type.TypeReference;
import io.meshrt.client.ClientLimits;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.PendingReply;
import io.meshrt.client.internal.dialect.ExactJson;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.dialect.RecordAnswer;
import io.meshrt.client.internal.dialect.RecordPush;
import io.meshrt.client.internal.dialect.TransactionAnswer;
import io.meshrt.client.record.RecordListener;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordOptions;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.RecordTransaction;
import io.meshrt.client.record.RecordValue;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.client.record.Records;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.core.codec.RawJson;
import io.meshrt.patch.PatchLimits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The records of one client. What it knows of them belongs to the state thread. */
public final class RecordFeature implements Records {
  private static final int MAX_OPERATIONS = 100_000;

  private final BuiltIns builtIns;
  private final PatchLimits patchLimits;
  private final Board board = new Board();
  private final Map<String, RecordLine> lines = new LinkedHashMap<>();
  private final Unfinished unfinished;

  /** The records of the client that has these built-ins. */
  public RecordFeature(BuiltIns builtIns, ClientLimits limits) {
    this.builtIns = builtIns;
    this.patchLimits =
        PatchLimits.defaults()
            .withMaxOperations(MAX_OPERATIONS)
            .withMaxValueBytes(limits.maxMessageBytes());
    this.unfinished = new Unfinished();
    builtIns.onPush(Names.RECORD_UPDATE, this::onUpdate);
    builtIns.onPush(Names.RECORD_UPDATES, this::onUpdates);
    builtIns.onPush(Names.RECORD_DELETED, this::onDeleted);
    builtIns.onPush(Names.RECORD_REVOKED, this::onRevoked);
  }

  private void onUpdate(RawJson payload) {
    apply(List.of(RecordPush.read(ExactJson.tree(payload))), payload.length());
  }

  private void onDeleted(RawJson payload) {
    apply(List.of(RecordPush.read(ExactJson.tree(payload)).asDeletion()), 0);
  }

  private void onUpdates(RawJson payload) {
    apply(unfinished.with(ExactJson.tree(payload), payload.length()), payload.length());
  }

  private void onRevoked(RawJson payload) {
    RecordLine line = lines.get(ExactJson.tree(payload).path("recordId").asText(""));
    if (line != null) {
      line.onRevoked();
    }
  }

  /** What is told together is seen together. */
  private void apply(List<RecordPush> pushes, int bytes) {
    List<Change> changes = new ArrayList<>();
    for (RecordPush push : pushes) {
      RecordLine line = lines.get(push.id());
      Change change = line == null ? null : line.prepare(push, bytes);
      if (change != null) {
        changes.add(change);
      }
    }
    synchronized (board) {
      changes.forEach(Change::commit);
    }
    changes.forEach(Change::tell);
  }

  @Override
  public <T> CompletableFuture<RecordSubscription<T>> subscribe(
      String id,
      Class<T> type,
      RecordListener<T> listener,
      RecordMode mode,
      RecordOptions options) {
    return subscribe(id, ValueReader.of(builtIns.json(), type), listener, mode, options);
  }

  @Override
  public <T> CompletableFuture<RecordSubscription<T>> subscribe(
      String id,
      TypeReference<T> type,
      RecordListener<T> listener,
      RecordMode mode,
      RecordOptions options) {
    return subscribe(id, ValueReader.of(builtIns.json(), type), listener, mode, options);
  }

  private <T> CompletableFuture<RecordSubscription<T>> subscribe(
      String id,
      ValueReader<T> reader,
      RecordListener<T> listener,
      RecordMode mode,
      RecordOptions options) {
    Objects.requireNonNull(listener, "listener");
    return checked(
        id,
        () -> {
          Ear<T> ear =
              new Ear<>(board, builtIns, id, listener, reader, mode, options.maxWaitingUpdates());
          Subscription<T> subscription = new Subscription<>(builtIns, id, reader, ear, board);
          builtIns.execute(subscription, () -> subscription.begin(line(id)));
          return subscription.future();
        });
  }

  private RecordLine line(String id) {
    return lines.computeIfAbsent(
        id, key -> new RecordLine(builtIns, new Replica(board, key), patchLimits, this::forget));
  }

  private void forget(RecordLine idle) {
    lines.remove(idle.replica().id(), idle);
  }

  @Override
  public CompletableFuture<Boolean> unsubscribe(String id) {
    PendingReply<Boolean> reply =
        builtIns.reply(Names.UNSUBSCRIBE_RECORD, was -> was.equals(RawJson.TRUE));
    builtIns.execute(
        reply,
        () -> {
          RecordLine line = lines.get(id);
          reply.onReply(line != null && line.removeAll() ? RawJson.TRUE : RawJson.FALSE);
        });
    return reply.future();
  }

  @Override
  public CompletableFuture<RecordVersion> write(
      String id, @Nullable Object value, WriteOptions options) {
    String name =
        options.ifNumber().isPresent()
            ? Names.PUBLISH_RECORD_UPDATE_IF
            : Names.PUBLISH_RECORD_UPDATE;
    return checked(
        id,
        () ->
            ask(
                id,
                name,
                RecordCalls.write(id, builtIns.json().encode(value), options),
                reply -> RecordAnswer.read(reply).version()));
  }

  @Override
  public <T> CompletableFuture<RecordValue<T>> get(String id, Class<T> type) {
    return get(id, ValueReader.of(builtIns.json(), type));
  }

  @Override
  public <T> CompletableFuture<RecordValue<T>> get(String id, TypeReference<T> type) {
    return get(id, ValueReader.of(builtIns.json(), type));
  }

  private <T> CompletableFuture<RecordValue<T>> get(String id, ValueReader<T> reader) {
    return checked(
        id,
        () ->
            ask(
                id,
                Names.GET_RECORD,
                RecordCalls.record(id),
                reply -> {
                  RecordAnswer answer = RecordAnswer.read(reply);
                  return reader.read(new RecordState(answer.value(), answer.version()));
                }));
  }

  @Override
  public CompletableFuture<Map<String, RecordVersion>> transaction(
      Consumer<? super RecordTransaction> description) {
    TransactionDraft draft = new TransactionDraft(builtIns.json());
    RawJson payload;
    try {
      description.accept(draft);
      payload = draft.payload();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return ask(
        draft.anyId(),
        draft.command(),
        payload,
        reply -> Map.copyOf(TransactionAnswer.read(reply).versions()));
  }

  private <T> CompletableFuture<T> ask(
      String id, String name, RawJson payload, PendingReply.Decoder<T> decoder) {
    PendingReply<T> reply = builtIns.reply(name, decoder);
    builtIns.execute(reply, () -> builtIns.call(id, name, payload, reply));
    return reply.future();
  }

  private static <T> CompletableFuture<T> checked(
      String id, Supplier<CompletableFuture<T>> action) {
    try {
      Names.requireName("id", id);
      return action.get();
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public <T> Optional<List<RecordValue<T>>> snapshot(List<RecordSubscription<T>> subscriptions) {
    List<Subscription<T>> own = new ArrayList<>();
    for (RecordSubscription<T> one : subscriptions) {
      if (!(one instanceof Subscription<T> subscription) || subscription.board() != board) {
        throw new IllegalArgumentException("subscriptions: " + one + " is of another client");
      }
      own.add(subscription);
    }
    List<RecordState> states = new ArrayList<>();
    synchronized (board) {
      for (Subscription<T> subscription : own) {
        RecordState state = subscription.confirmed();
        if (state == null) {
          return Optional.empty();
        }
        states.add(state);
      }
    }
    List<RecordValue<T>> values = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      values.add(own.get(i).read(states.get(i)));
    }
    return Optional.of(values);
  }

  /** Puts back the subscriptions on a new connection. On the state thread. */
  public void restore() {
    unfinished.clear();
    List.copyOf(lines.values()).forEach(RecordLine::restore);
  }

  /** The connection is gone: nothing is up to date. On the state thread. */
  public void onLost() {
    synchronized (board) {
      lines.values().forEach(line -> line.replica().setLive(false));
    }
  }

  /** The client is closed. On the state thread. */
  public void close() {
    List.copyOf(lines.values()).forEach(RecordLine::close);
  }
}
