// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.dialect.RecordShapes;
import io.meshrt.server.internal.hub.Subscriber;
import io.meshrt.server.internal.metrics.RecordMeter;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.Slot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/*
 * A session that keeps up gets every state in a frame of its own, shared with all who get the same.
 * One that does not has a slot: when there is room to write, it tells what then is the newest.
 *
 * Clients of mesh.v1 are told of a group as a whole: what happened at once is in one push, and while
 * one of its subscriptions waits for its answer the others wait too. What waits is told together as
 * well, if need be in several pushes, of which all but the last say that more belongs to them.
 */
/** The records of one group that one session follows. Belongs to the session's I/O thread. */
final class GroupSubscriber implements Subscriber, Slot {
  /** States kept for one of the family's clients until it was answered. */
  static final int MAX_HELD = 64;

  /** What goes into one push, unless one record has more. */
  static final int MAX_PUSH_BYTES = 256 * 1024;

  private final Session session;
  private final long number;
  private final RecordMeter meter;
  private final Consumer<Subscription> onDeleted;
  private final Map<String, Subscription> subscriptions = new HashMap<>(2);

  /** Those with something to tell, in the order in which it came. */
  private final Set<Subscription> waiting = new LinkedHashSet<>();

  private int holding;
  private boolean inOutbox;

  /** The last push said that more belongs to it. */
  private boolean unfinished;

  /**
   * Follows nothing.
   *
   * @param number of the group among those of the session
   * @param onDeleted told of a subscription that is over because its record is; does not block
   */
  GroupSubscriber(
      Session session, long number, RecordMeter meter, Consumer<Subscription> onDeleted) {
    this.session = session;
    this.number = number;
    this.meter = meter;
    this.onDeleted = onDeleted;
  }

  @Override
  public Session session() {
    return session;
  }

  /** Follows a record from its snapshot on, in the place of what it followed it by. */
  void add(Subscription subscription) {
    if (subscription.isEnded()) {
      return;
    }
    tellAllBefore();
    holding++;
    Subscription before = subscriptions.put(subscription.id(), subscription);
    if (before != null) {
      before.end();
      leave(before);
    }
  }

  /** A client that gets a snapshot has to have all the rest of the group from that moment. */
  private void tellAllBefore() {
    while (isOfV1() && holding == 0 && (unfinished || !waiting.isEmpty())) {
      byte[] frame = renderTogether();
      if (frame != null && !session.offer(frame)) {
        return;
      }
    }
  }

  /** Ends a subscription; a client that understands it is told if it was revoked. Any thread. */
  CompletableFuture<@Nullable Void> remove(Subscription subscription, boolean revoked) {
    subscription.end();
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    session.onLoop(
        () -> {
          subscription.revoked |= revoked;
          subscriptions.remove(subscription.id(), subscription);
          tellRevoked(subscription);
          leave(subscription);
          done.complete(null);
        });
    return done;
  }

  /** The client has its snapshot, or never will. Any thread. */
  void release(Subscription subscription) {
    session.onLoop(
        () -> {
          subscription.answered = true;
          proceed(subscription);
        });
  }

  /** The guard, asked in this term of the node, admits it still. Any thread. */
  void resume(Subscription subscription, long term) {
    session.onLoop(
        () -> {
          subscription.onAdmitted(term);
          proceed(subscription);
        });
  }

  private void proceed(Subscription subscription) {
    boolean current = !subscription.isEnded();
    if (current && subscription.isStale()) {
      subscription.askAgain();
      return;
    }
    ArrayDeque<RecordState> held = subscription.held;
    boolean first = subscription.holding;
    leave(subscription);
    tellRevoked(subscription);
    if (first && current && held != null && !held.isEmpty()) {
      tellHeld(subscription, held);
    }
  }

  private void leave(Subscription subscription) {
    if (subscription.isEnded()) {
      waiting.remove(subscription);
      subscription.newest = null;
    }
    if (subscription.holding) {
      subscription.holding = false;
      subscription.held = null;
      holding--;
      offerSlot();
    }
  }

  private void tellRevoked(Subscription subscription) {
    if (subscription.revoked && subscription.answered && session.dialect().strict()) {
      subscription.revoked = false;
      session.offer(RecordShapes.revoked(subscription.id()));
    }
  }

  /** Something happened. */
  void on(Batch batch) {
    boolean upToDate = waiting.isEmpty() && !unfinished;
    if (upToDate && batch.states().size() == 1 && holding == 0 && !session.isBehind()) {
      tellAtOnce(batch);
      return;
    }
    for (RecordState state : batch.states()) {
      Subscription subscription = subscriptions.get(state.id());
      if (subscription != null && subscription.takes(state)) {
        take(subscription, state);
        holdIfStale(subscription, batch.term());
      }
    }
    if (waiting.isEmpty()) {
      return;
    }
    if (!upToDate || session.isBehind() || (isOfV1() && holding > 0)) {
      offerSlot();
    } else if (isOfV1()) {
      tellTogether(batch);
    } else {
      waiting.stream().filter(one -> !one.holding).toList().forEach(this::tell);
    }
  }

  private void holdIfStale(Subscription subscription, long term) {
    subscription.onHeard(term);
    if (subscription.isStale() && !subscription.holding) {
      subscription.holding = true;
      holding++;
      subscription.askAgain();
    }
  }

  /** What most are told, most of the time: one thing, to one who has everything before it. */
  private void tellAtOnce(Batch batch) {
    RecordState state = batch.states().get(0);
    Subscription subscription = subscriptions.get(state.id());
    if (subscription == null || !subscription.takes(state)) {
      return;
    }
    holdIfStale(subscription, batch.term());
    if (subscription.holding) {
      take(subscription, state);
      return;
    }
    RecordState.Form form = onSent(subscription, state);
    if (form != null) {
      session.offer(form.frame());
    }
  }

  private void take(Subscription subscription, RecordState state) {
    ArrayDeque<RecordState> held = subscription.held;
    if (subscription.holding && held != null && !isOfV1()) {
      held.add(state);
      if (held.size() < MAX_HELD) {
        return;
      }
      subscription.held = null;
    }
    if (subscription.newest != null) {
      meter.coalesced();
    }
    subscription.newest = state;
    waiting.add(subscription);
  }

  private boolean isOfV1() {
    return session.dialect().strict();
  }

  private void offerSlot() {
    boolean held = isOfV1() ? holding > 0 : waiting.stream().allMatch(one -> one.holding);
    if (!inOutbox && !held && (unfinished || !waiting.isEmpty())) {
      inOutbox = session.offer(this);
    }
  }

  private void tellHeld(Subscription subscription, ArrayDeque<RecordState> held) {
    boolean all = subscription.mode() == RecordMode.PATCH && !session.isBehind();
    for (RecordState state : all ? held : List.of(held.getLast())) {
      subscription.newest = state;
      waiting.add(subscription);
      if (all) {
        tell(subscription);
      }
    }
    offerSlot();
  }

  /** Sends the newest of one. */
  private void tell(Subscription subscription) {
    byte[] frame = take(subscription);
    if (frame != null) {
      session.offer(frame);
    }
  }

  private byte @Nullable [] take(Subscription subscription) {
    RecordState.Form form = takeForm(subscription);
    return form == null ? null : form.frame();
  }

  private RecordState.@Nullable Form takeForm(Subscription subscription) {
    RecordState newest = subscription.newest;
    waiting.remove(subscription);
    subscription.newest = null;
    return newest == null ? null : onSent(subscription, newest);
  }

  private RecordState.@Nullable Form onSent(Subscription subscription, RecordState state) {
    if (subscription.isEnded()) {
      return null;
    }
    RecordState.Form form = subscription.form(state);
    subscription.onSent(state);
    if (state.isDeleted()) {
      subscription.end();
      subscriptions.remove(subscription.id(), subscription);
      onDeleted.accept(subscription);
    }
    return form;
  }

  /** Sends what happened at once to one who was up to date. */
  private void tellTogether(Batch batch) {
    if (waiting.size() == 1) {
      tell(waiting.iterator().next());
      return;
    }
    String name = waiting.stream().map(Subscription::formName).collect(Collectors.joining("\n\n"));
    List<RawJson> payloads = new ArrayList<>();
    unfinished = !takePayloads(payloads);
    if (unfinished) {
      session.offer(RecordShapes.pushPart(payloads, number, true));
      offerSlot();
    } else {
      session.offer(batch.frame(name, () -> RecordShapes.pushTogether(payloads)));
    }
  }

  /** Takes what waits, as much as fits a push; whether that is all. */
  private boolean takePayloads(List<RawJson> payloads) {
    int bytes = 0;
    Iterator<Subscription> order = List.copyOf(waiting).iterator();
    while (order.hasNext() && bytes < MAX_PUSH_BYTES) {
      RecordState.Form form = takeForm(order.next());
      if (form != null) {
        payloads.add(form.payload());
        bytes += form.payload().length();
      }
    }
    return waiting.isEmpty();
  }

  @Override
  public Object key() {
    return this;
  }

  @Override
  public byte @Nullable [] render() {
    inOutbox = false;
    if (isOfV1() ? holding > 0 : waiting.isEmpty()) {
      return null;
    }
    byte[] frame = isOfV1() ? renderTogether() : renderOne();
    offerSlot();
    return frame;
  }

  private byte @Nullable [] renderOne() {
    for (Subscription subscription : waiting) {
      if (!subscription.holding) {
        return take(subscription);
      }
    }
    return null;
  }

  private byte @Nullable [] renderTogether() {
    boolean finishes = unfinished;
    if (waiting.size() == 1 && !finishes) {
      return take(waiting.iterator().next());
    }
    List<RawJson> payloads = new ArrayList<>();
    unfinished = !takePayloads(payloads);
    if (finishes || unfinished) {
      return RecordShapes.pushPart(payloads, number, unfinished);
    }
    return payloads.isEmpty() ? null : RecordShapes.pushTogether(payloads);
  }
}
