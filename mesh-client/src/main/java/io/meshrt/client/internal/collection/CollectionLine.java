// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.collection;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshrt.client.ClientError;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.dialect.CollectionAnswer;
import io.meshrt.client.internal.dialect.CollectionItem;
import io.meshrt.client.internal.dialect.CollectionPush;
import io.meshrt.client.internal.dialect.ExactJson;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.subscription.Followers;
import io.meshrt.client.internal.subscription.SharedSubscription;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * All who follow one collection, and the subscription they share: keeps what is known of it in step
 * with what the server tells. Owned by the state thread.
 */
final class CollectionLine implements Followers {
  private final BuiltIns builtIns;
  private final String id;
  private final long maxBytes;
  private final Consumer<CollectionLine> onIdle;
  private final RawJson payload;
  private final SharedSubscription subscription;
  private final Map<Ear<?>, Call.Outcome> waiting = new LinkedHashMap<>();
  private final Set<Ear<?>> present = new LinkedHashSet<>();
  private final Early early = new Early();
  private Gathering gathering = new Gathering(CollectionState.EMPTY, true);
  private String endCode = ErrorCode.ACCESS_DENIED.wire();

  /** Whether {@link #shown} is something the server told. */
  private boolean begun;

  /** Written by the state thread, read by any. */
  private volatile CollectionState shown = CollectionState.EMPTY;

  /** Whether that is up to date; likewise. */
  private volatile boolean live;

  /**
   * A collection nobody follows yet.
   *
   * @param maxBytes it may have
   * @param onIdle told when nobody follows it any more and the server knows it
   */
  CollectionLine(BuiltIns builtIns, String id, long maxBytes, Consumer<CollectionLine> onIdle) {
    this.builtIns = builtIns;
    this.id = id;
    this.maxBytes = maxBytes;
    this.onIdle = onIdle;
    this.payload = ExactJson.encode(JsonNodeFactory.instance.objectNode().put("collectionId", id));
    this.subscription =
        new SharedSubscription(
            builtIns,
            new SharedSubscription.Subject(
                ClientError.Subject.COLLECTION,
                id,
                Names.SUBSCRIBE_COLLECTION,
                Names.UNSUBSCRIBE_COLLECTION,
                payload),
            this);
  }

  String id() {
    return id;
  }

  /** What listeners are told now, or soon. Any thread. */
  CollectionState shown() {
    return shown;
  }

  /** Whether the server keeps that up to date. Any thread. */
  boolean isLive() {
    return live;
  }

  /** A listener comes; {@code outcome} is told when it is subscribed. */
  void add(Ear<?> ear, Call.Outcome outcome) {
    RuntimeException refusal = builtIns.refusal();
    if (refusal != null) {
      outcome.onFailure(refusal);
    } else if (subscription.accepted()) {
      outcome.onReply(RawJson.NULL);
      join(ear);
    } else {
      waiting.put(ear, outcome);
    }
    subscription.reconcile();
  }

  private void join(Ear<?> ear) {
    present.add(ear);
    if (begun) {
      ear.offer(new News(shown, false));
    }
  }

  /** A listener goes. */
  void remove(Ear<?> ear) {
    waiting.remove(ear);
    present.remove(ear);
    ear.silence();
    subscription.reconcile();
  }

  /** All listeners go; whether there was one. */
  boolean removeAll() {
    Map<Ear<?>, Call.Outcome> refused = new LinkedHashMap<>(waiting);
    List<Ear<?>> going = List.copyOf(present);
    refused
        .values()
        .forEach(
            outcome ->
                outcome.onFailure(CommandException.accessDenied("The subscription was ended.")));
    refused.keySet().forEach(this::remove);
    going.forEach(this::remove);
    return !(refused.isEmpty() && going.isEmpty());
  }

  /** The server ended the subscription; while another answer is awaited, that one decides. */
  void onRevoked(String code) {
    if (!subscription.restoring()) {
      endCode = code;
      subscription.onEnded();
    }
  }

  /** The connection is gone. */
  void onLost() {
    live = false;
  }

  /** There is a new connection. */
  void restore() {
    subscription.restore();
  }

  /** A push about the collection came. */
  void onPush(CollectionPush push) {
    if (subscription.ended()) {
      return;
    }
    if (!subscription.accepted() || subscription.restoring()) {
      if (!push.ordered()) {
        early.add(push);
      }
    } else if (!gathering.take(push)) {
      subscription.renew();
    } else if (gathering.putBytes() > maxBytes) {
      endTooLarge();
    } else if (!push.more()) {
      showGathered();
    } else if (gathering.anew()) {
      live = false;
    }
  }

  /** An older server pushed a record, which may be a member. */
  void onRecord(CollectionItem record) {
    if (subscription.ended()) {
      return;
    }
    if (!subscription.accepted() || subscription.restoring()) {
      early.add(record);
      return;
    }
    CollectionItem known = shown.member(record.id());
    if (known == null || CollectionState.isSame(known, record)) {
      return;
    }
    if (record.version().number() < known.version().number()) {
      subscription.renew();
    } else {
      show(shown.replacing(record), false);
    }
  }

  private void showGathered() {
    CollectionState next = gathering.whole();
    if (next == null) {
      subscription.renew();
    } else {
      show(next, gathering.anew());
    }
  }

  private void show(CollectionState next, boolean resync) {
    if (next.bytes() > maxBytes) {
      endTooLarge();
      return;
    }
    CollectionState settled = next.keeping(shown);
    boolean news = !begun || !settled.hasMembersOf(shown);
    begun = true;
    shown = settled;
    live = true;
    gathering = new Gathering(settled, false);
    if (news) {
      present.forEach(ear -> ear.offer(new News(settled, resync)));
    }
  }

  private void endTooLarge() {
    endCode = ErrorCode.LIMIT.wire();
    endPresent();
    subscription.reconcile();
  }

  private void endPresent() {
    List<Ear<?>> ending = List.copyOf(present);
    present.clear();
    live = false;
    begun = false;
    shown = CollectionState.EMPTY;
    gathering = new Gathering(CollectionState.EMPTY, true);
    String code = endCode;
    endCode = ErrorCode.ACCESS_DENIED.wire();
    ending.forEach(ear -> ear.end(code));
  }

  // What the subscription needs

  @Override
  public boolean anyWaiting() {
    return !waiting.isEmpty();
  }

  @Override
  public boolean anyPresent() {
    return !present.isEmpty();
  }

  @Override
  public RawJson onSubscribing() {
    early.clear();
    begun = false;
    shown = CollectionState.EMPTY;
    return payload;
  }

  @Override
  public void onSubscribed(RawJson reply) {
    Map<Ear<?>, Call.Outcome> accepted = new LinkedHashMap<>(waiting);
    waiting.clear();
    accepted.forEach(
        (ear, outcome) -> {
          outcome.onReply(RawJson.NULL);
          join(ear);
        });
    onAnswered(CollectionAnswer.read(reply));
  }

  @Override
  public void onNotSubscribed(RuntimeException failure) {
    Map<Ear<?>, Call.Outcome> failed = new LinkedHashMap<>(waiting);
    waiting.clear();
    failed.values().forEach(outcome -> outcome.onFailure(failure));
  }

  @Override
  public void onRestoring() {
    early.clear();
    live = false;
  }

  @Override
  public RawJson resuming() {
    return payload;
  }

  @Override
  public void onRestored(RawJson reply) {
    onAnswered(CollectionAnswer.read(reply));
  }

  private void onAnswered(CollectionAnswer answer) {
    gathering = new Gathering(CollectionState.of(answer.records(), answer.version()), true);
    if (answer.more()) {
      return;
    }
    showGathered();
    if (early.contradicts(shown)) {
      subscription.renew();
    }
    early.clear();
  }

  @Override
  public void onRefused(RuntimeException failure) {
    if (failure instanceof CommandException refusal) {
      endCode = refusal.code();
    }
  }

  @Override
  public void onEnded() {
    endPresent();
  }

  @Override
  public void onIdle() {
    onIdle.accept(this);
  }
}
