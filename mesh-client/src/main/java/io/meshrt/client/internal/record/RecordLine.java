// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientError;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.dialect.RecordAnswer;
import io.meshrt.client.internal.dialect.RecordPush;
import io.meshrt.client.internal.subscription.Followers;
import io.meshrt.client.internal.subscription.SharedSubscription;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordUpdate.Reason;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.patch.JsonEquality;
import io.meshrt.patch.Patch;
import io.meshrt.patch.PatchException;
import io.meshrt.patch.PatchLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All who follow one record, and the subscription they share: keeps the replica in step with what
 * the server tells. Owned by the state thread.
 */
final class RecordLine implements Followers, Edits.Source {
  /** Pushes kept while an answer is awaited. */
  private static final int MAX_EARLY = 64;

  private final BuiltIns builtIns;
  private final Replica replica;
  private final Edits edits;
  private final PatchLimits limits;
  private final Consumer<RecordLine> onIdle;
  private final SharedSubscription subscription;
  private final Map<Ear<?>, Call.Outcome> waiting = new LinkedHashMap<>();
  private final ArrayDeque<RecordPush> early = new ArrayDeque<>();

  /** What the server told last. */
  private RecordState latest = RecordState.NOTHING;

  private boolean patches;
  private boolean askedForPatches;

  /**
   * A record nobody follows yet.
   *
   * @param limits of patches
   * @param onIdle told when nobody follows it any more and the server knows it
   */
  RecordLine(BuiltIns builtIns, Replica replica, PatchLimits limits, Consumer<RecordLine> onIdle) {
    this.builtIns = builtIns;
    this.replica = replica;
    this.limits = limits;
    this.onIdle = onIdle;
    this.edits = new Edits(builtIns, replica, this);
    this.subscription =
        new SharedSubscription(
            builtIns,
            new SharedSubscription.Subject(
                ClientError.Subject.RECORD,
                replica.id(),
                Names.SUBSCRIBE_RECORD,
                Names.UNSUBSCRIBE_RECORD,
                RecordCalls.record(replica.id())),
            this);
  }

  Replica replica() {
    return replica;
  }

  Edits edits() {
    return edits;
  }

  /** A listener comes; {@code outcome} is told when it is subscribed. */
  void add(Ear<?> ear, Call.Outcome outcome) {
    RuntimeException refusal = builtIns.refusal();
    if (refusal != null) {
      outcome.onFailure(refusal);
    } else {
      patches |= ear.mode() == RecordMode.PATCH;
      if (subscription.accepted()) {
        outcome.onReply(RawJson.NULL);
        join(ear);
        renewForPatches();
      } else {
        waiting.put(ear, outcome);
      }
    }
    subscription.reconcile();
  }

  private void join(Ear<?> ear) {
    synchronized (replica.board()) {
      replica.add(ear);
    }
    ear.wake();
  }

  /** A listener goes. */
  void remove(Ear<?> ear) {
    waiting.remove(ear);
    synchronized (replica.board()) {
      replica.remove(ear);
    }
    subscription.reconcile();
  }

  /** All listeners go; whether there was one. */
  boolean removeAll() {
    Map<Ear<?>, Call.Outcome> refused = new LinkedHashMap<>(waiting);
    List<Ear<?>> present = replica.ears();
    refused.values().forEach(outcome -> outcome.onFailure(over()));
    refused.keySet().forEach(this::remove);
    present.forEach(this::remove);
    return !(refused.isEmpty() && present.isEmpty());
  }

  private static CommandException over() {
    return CommandException.accessDenied("The subscription was ended.");
  }

  /** The server ended the subscription; while another answer is awaited, that one decides. */
  void onRevoked() {
    if (!subscription.restoring()) {
      subscription.onEnded();
    }
  }

  /** There is a new connection. */
  void restore() {
    subscription.restore();
  }

  /** The client is closed. */
  void close() {
    edits.end(new CommandException(ErrorCode.CLOSED, "The client is closed."), true);
  }

  /** A push came: what it does, null if nothing. */
  @Nullable Change prepare(RecordPush push, int bytes) {
    if (subscription.ended()) {
      return null;
    }
    if (!subscription.accepted() || subscription.restoring()) {
      if (!push.ordered() && early.size() < MAX_EARLY) {
        early.add(push);
      }
      return null;
    }
    return switch (push.kind()) {
      case FULL -> full(push, bytes);
      case PATCH -> patched(push, bytes);
      case DELETED -> new Deletion(push);
      case NONSENSE -> null;
    };
  }

  private @Nullable Change full(RecordPush push, int bytes) {
    RecordVersion version = push.version();
    if (version.stamp().isEmpty() && version.number() < latest.number()) {
      renew(); // told late, as one of a collection, or the server lost data
      return null;
    }
    boolean known =
        version.equals(latest.version())
            && (!version.stamp().isEmpty() || JsonEquality.same(push.content(), latest.value()));
    return known ? null : update(new RecordState(push.content(), version), null, bytes);
  }

  private @Nullable Change patched(RecordPush push, int bytes) {
    if (!push.version().stamp().isEmpty() && push.version().equals(latest.version())) {
      return null;
    }
    if (push.base() != latest.number() || push.version().number() <= push.base()) {
      renew();
      return null;
    }
    try {
      Patch patch = Patch.fromJson(push.content());
      JsonNode next = patch.applyTo(latest.value(), limits);
      return update(new RecordState(next, push.version()), patch, bytes);
    } catch (PatchException e) {
      renew();
      return null;
    }
  }

  private Change update(RecordState next, @Nullable Patch patch, int bytes) {
    latest = next;
    return new Update(next, Reason.UPDATE, patch, bytes);
  }

  private final class Update implements Change {
    private final RecordState next;
    private final Reason reason;
    private final @Nullable Patch patch;
    private final int bytes;

    Update(RecordState next, Reason reason, @Nullable Patch patch, int bytes) {
      this.next = next;
      this.reason = reason;
      this.patch = patch;
      this.bytes = bytes;
    }

    @Override
    public void commit() {
      edits.onTold(next, reason, patch, bytes);
    }

    @Override
    public void tell() {
      replica.wake();
      edits.resume();
    }
  }

  private final class Deletion implements Change {
    private final RecordPush push;
    private List<Ear<?>> told = List.of();

    Deletion(RecordPush push) {
      this.push = push;
    }

    @Override
    public void commit() {
      told = replica.delete(push.version());
    }

    @Override
    public void tell() {
      told.forEach(Ear::wake);
      edits.end(CommandException.notFound("The record was deleted."), false);
      subscription.onEnded();
    }
  }

  // What edits need

  @Override
  public void renew() {
    subscription.renew();
  }

  @Override
  public void onSettled() {
    subscription.reconcile();
  }

  // What the subscription needs

  @Override
  public boolean anyWaiting() {
    return !waiting.isEmpty();
  }

  @Override
  public boolean anyPresent() {
    return !replica.isEmpty() || !edits.isEmpty();
  }

  @Override
  public RawJson onSubscribing() {
    early.clear();
    latest = RecordState.NOTHING;
    return resuming();
  }

  @Override
  public void onSubscribed(RawJson reply) {
    RecordAnswer answer = RecordAnswer.read(reply);
    latest = new RecordState(answer.value(), answer.version());
    synchronized (replica.board()) {
      replica.confirm(latest, Reason.RESYNC);
      replica.look(latest);
      replica.setLive(true);
      edits.onBegun(latest);
    }
    Map<Ear<?>, Call.Outcome> accepted = new LinkedHashMap<>(waiting);
    waiting.clear();
    accepted.forEach(
        (ear, outcome) -> {
          outcome.onReply(RawJson.NULL);
          join(ear);
        });
    edits.onRenewed();
    onAnswered();
  }

  @Override
  public void onNotSubscribed(RuntimeException failure) {
    patches = false;
    Map<Ear<?>, Call.Outcome> failed = new LinkedHashMap<>(waiting);
    waiting.clear();
    failed.values().forEach(outcome -> outcome.onFailure(failure));
  }

  @Override
  public void onRestoring() {
    early.clear();
    synchronized (replica.board()) {
      replica.setLive(false);
    }
  }

  @Override
  public RawJson resuming() {
    askedForPatches = patches;
    return RecordCalls.subscribe(replica.id(), patches, latest.version());
  }

  @Override
  public void onRestored(RawJson reply) {
    RecordAnswer answer = RecordAnswer.read(reply);
    Change change = answer.unchanged() ? null : resync(answer);
    synchronized (replica.board()) {
      if (change != null) {
        change.commit();
      }
      replica.setLive(true);
    }
    if (change != null) {
      change.tell();
    }
    edits.onRenewed();
    onAnswered();
  }

  private @Nullable Change resync(RecordAnswer answer) {
    boolean same =
        answer.version().equals(latest.version())
            && JsonEquality.same(answer.value(), latest.value());
    if (same) {
      return null;
    }
    latest = new RecordState(answer.value(), answer.version());
    return new Update(latest, Reason.RESYNC, null, 0);
  }

  /** What came before the answer and is newer follows it. */
  private void onAnswered() {
    List<RecordPush> held = new ArrayList<>(early);
    early.clear();
    for (RecordPush push : held) {
      boolean newer = push.version().number() > latest.number();
      boolean gone = push.kind() == RecordPush.Kind.DELETED && !latest.value().isNull();
      Change change =
          newer || (gone && push.version().number() == latest.number()) ? prepare(push, 0) : null;
      if (change != null) {
        synchronized (replica.board()) {
          change.commit();
        }
        change.tell();
      }
    }
    renewForPatches();
  }

  private void renewForPatches() {
    if (patches && !askedForPatches) {
      renew();
    }
  }

  @Override
  public void onEnded() {
    patches = false;
    List<Ear<?>> ended;
    synchronized (replica.board()) {
      ended = replica.end(true);
    }
    ended.forEach(Ear::wake);
    edits.end(over(), false);
  }

  @Override
  public void onIdle() {
    edits.end(over(), false);
    onIdle.accept(this);
  }
}
