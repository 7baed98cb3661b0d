// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.collection;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientLimits;
import io.meshrt.client.collection.CollectionListener;
import io.meshrt.client.collection.CollectionOptions;
import io.meshrt.client.collection.CollectionSubscription;
import io.meshrt.client.collection.RecordCollections;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.PendingReply;
import io.meshrt.client.internal.dialect.CollectionItem;
import io.meshrt.client.internal.dialect.CollectionPush;
import io.meshrt.client.internal.dialect.ExactJson;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.dialect.RecordPush;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** The collections of one client. What it knows of them belongs to the state thread. */
public final class CollectionFeature implements RecordCollections {
  private final BuiltIns builtIns;
  private final long maxBytes;
  private final Map<String, CollectionLine> lines = new LinkedHashMap<>();

  /** The collections of the client that has these built-ins. */
  public CollectionFeature(BuiltIns builtIns, ClientLimits limits) {
    this.builtIns = builtIns;
    this.maxBytes = limits.maxCollectionBytes();
    builtIns.onPush(Names.COLLECTION_DIFF, this::onDiff);
    builtIns.onPush(Names.COLLECTION_REVOKED, this::onRevoked);
    builtIns.onPush(Names.RECORD_UPDATE, this::onRecord);
  }

  private void onDiff(RawJson payload) {
    CollectionPush push = CollectionPush.read(ExactJson.tree(payload));
    CollectionLine line = lines.get(push.id());
    if (line != null) {
      line.onPush(push);
    }
  }

  private void onRevoked(RawJson payload) {
    JsonNode told = ExactJson.tree(payload);
    CollectionLine line = lines.get(told.path("collectionId").asText(""));
    if (line != null) {
      line.onRevoked(told.path("code").asText(ErrorCode.ACCESS_DENIED.wire()));
    }
  }

  private void onRecord(RawJson payload) {
    if (lines.isEmpty() || !builtIns.tellsMembersAsRecords()) {
      return;
    }
    RecordPush push = RecordPush.read(ExactJson.tree(payload));
    if (push.kind() == RecordPush.Kind.FULL) {
      CollectionItem record = CollectionItem.of(push);
      List.copyOf(lines.values()).forEach(line -> line.onRecord(record));
    }
  }

  @Override
  public <T> CompletableFuture<CollectionSubscription<T>> subscribe(
      String id, Class<T> type, CollectionListener<T> listener, CollectionOptions options) {
    return subscribe(id, MemberReader.of(builtIns.json(), type), listener, options);
  }

  @Override
  public <T> CompletableFuture<CollectionSubscription<T>> subscribe(
      String id, TypeReference<T> type, CollectionListener<T> listener, CollectionOptions options) {
    return subscribe(id, MemberReader.of(builtIns.json(), type), listener, options);
  }

  private <T> CompletableFuture<CollectionSubscription<T>> subscribe(
      String id,
      MemberReader<T> reader,
      CollectionListener<T> listener,
      CollectionOptions options) {
    Objects.requireNonNull(listener, "listener");
    try {
      Names.requireName("id", id);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    Ear<T> ear = new Ear<>(builtIns, id, listener, reader, options.maxWaitingUpdates());
    Subscription<T> subscription = new Subscription<>(builtIns, id, reader, ear);
    builtIns.execute(subscription, () -> subscription.begin(line(id)));
    return subscription.future();
  }

  private CollectionLine line(String id) {
    return lines.computeIfAbsent(
        id, key -> new CollectionLine(builtIns, key, maxBytes, this::forget));
  }

  private void forget(CollectionLine idle) {
    lines.remove(idle.id(), idle);
  }

  @Override
  public CompletableFuture<Boolean> unsubscribe(String id) {
    PendingReply<Boolean> reply =
        builtIns.reply(Names.UNSUBSCRIBE_COLLECTION, was -> was.equals(RawJson.TRUE));
    builtIns.execute(
        reply,
        () -> {
          CollectionLine line = lines.get(id);
          reply.onReply(line != null && line.removeAll() ? RawJson.TRUE : RawJson.FALSE);
        });
    return reply.future();
  }

  /** Puts back the subscriptions on a new connection. On the state thread. */
  public void restore() {
    List.copyOf(lines.values()).forEach(CollectionLine::restore);
  }

  /** The connection is gone: nothing is up to date. On the state thread. */
  public void onLost() {
    lines.values().forEach(CollectionLine::onLost);
  }
}
