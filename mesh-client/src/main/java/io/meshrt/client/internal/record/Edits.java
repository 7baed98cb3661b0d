// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.dialect.RecordAnswer;
import io.meshrt.client.record.RecordUpdate.Reason;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.patch.Patch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/*
 * added     not applied yet
 * applied   in what the replica shows, computed upon `base`; the first of them may be in a write
 * base      the newest state, else the applied ones have to run again
 *
 * One thread at a time runs functions, without the lock. When something else changes meanwhile, what
 * it found is worth nothing, and it runs them again.
 */
/** The edits of one record. Guarded by the {@link Board}; writes go out on the state thread. */
final class Edits {
  static final int MAX_EDITS = 1_024;

  /** Until the push of what came first must have come. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final BuiltIns builtIns;
  private final Replica replica;
  private final Board board;
  private final Source source;

  private final List<Edit> added = new ArrayList<>();
  private List<Edit> applied = new ArrayList<>();
  private @Nullable RecordState base;
  private @Nullable Flight flight;
  private @Nullable RecordState conflicted; // a write upon this was too late
  private @Nullable Reason owed; // what the listeners are to be told with the next look
  private @Nullable RuntimeException ended;
  private boolean running;
  private boolean oneByOne;
  private long changes;
  private long changesBefore; // the functions began to run
  private int addedBefore;

  /** Who follows the record. Used on the state thread. */
  interface Source {
    /** The replica lacks something. */
    void renew();

    /** There may be nothing to do any more. */
    void onSettled();
  }

  Edits(BuiltIns builtIns, Replica replica, Source source) {
    this.builtIns = builtIns;
    this.replica = replica;
    this.board = replica.board();
    this.source = source;
  }

  /** A change that the application makes. Any thread. */
  CompletableFuture<RecordVersion> add(UnaryOperator<JsonNode> change) {
    Edit edit = new Edit(change);
    RuntimeException refusal;
    synchronized (board) {
      boolean full = added.size() + applied.size() >= MAX_EDITS;
      refusal = full ? new CommandException(ErrorCode.LIMIT, "Too many updates wait.") : ended;
      if (refusal == null) {
        added.add(edit);
      }
    }
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    Rerun rerun = begin();
    if (rerun != null) {
      rerun.run();
      finish(rerun);
      builtIns.callbacks().execute(this::work);
    }
    return edit.future();
  }

  /** Whether nothing waits for the server. Any thread. */
  boolean isEmpty() {
    synchronized (board) {
      return added.isEmpty() && applied.isEmpty();
    }
  }

  /** The server told something. Under the lock; {@link #resume} has to follow. */
  void onTold(RecordState next, Reason reason, @Nullable Patch patch, int patchBytes) {
    boolean plain = replica.shown() == replica.confirmed();
    RecordState before = replica.newest();
    boolean awaited = replica.confirm(next, reason);
    RecordState newest = replica.newest();
    if (awaited) {
      replica.show(News.of(reason, replica.shown()));
    }
    if (newest == before) {
      return; // an own write, or older than that
    }
    changes++;
    conflicted = null;
    if (added.isEmpty() && applied.isEmpty()) {
      base = newest;
      replica.show(News.of(reason, newest, plain ? patch : null, patchBytes));
    } else {
      owed = owed == null ? reason : News.joined(owed, reason);
    }
  }

  /** Goes on after something has changed. Any thread. */
  void resume() {
    if (!isEmpty()) {
      builtIns.callbacks().execute(this::work);
    }
  }

  /** On the callback executor. */
  private void work() {
    for (Rerun rerun = begin(); rerun != null; rerun = begin()) {
      rerun.run();
      finish(rerun);
    }
  }

  private @Nullable Rerun begin() {
    synchronized (board) {
      RecordState newest = replica.newest();
      if (running || (base == newest && added.isEmpty())) {
        return null;
      }
      if (!(added.isEmpty() && applied.isEmpty())) {
        running = true;
        changesBefore = changes;
        addedBefore = added.size();
        return base == newest ? further(newest) : anew(newest);
      }
      base = newest;
      show(newest);
    }
    replica.wake();
    return null;
  }

  private Rerun further(RecordState newest) {
    JsonNode value = applied.isEmpty() ? newest.value() : applied.get(applied.size() - 1).result;
    return Rerun.further(newest, value, List.copyOf(added));
  }

  private Rerun anew(RecordState newest) {
    List<Edit> all = new ArrayList<>(applied);
    all.addAll(added);
    return Rerun.anew(newest, flight, all);
  }

  private void finish(Rerun rerun) {
    boolean valid;
    synchronized (board) {
      running = false;
      valid = changes == changesBefore;
      if (valid) {
        take(rerun);
      }
    }
    if (valid) {
      rerun.failures().forEach((edit, failure) -> edit.fail(builtIns.callbacks(), failure));
      replica.wake();
      builtIns.loop().execute(this::send);
    }
  }

  private void take(Rerun rerun) {
    rerun.keepResults();
    added.subList(0, addedBefore).clear();
    boolean further = base == rerun.base();
    if (further) {
      applied.addAll(rerun.applied());
    } else {
      applied = rerun.applied();
      base = rerun.base();
    }
    if (flight != null && !further) {
      flight.landed = rerun.landed();
      flight.doubtful = rerun.doubtful();
    }
    if (!further || !rerun.applied().isEmpty()) {
      show(rerun.look());
    }
  }

  private void show(RecordState look) {
    Reason reason = owed == null ? Reason.LOCAL : owed;
    if (look != replica.shown() || owed != null) {
      replica.show(News.of(reason, look));
    }
    owed = null;
  }

  /** Writes what has been applied, unless a write is under way or would come too late. */
  private void send() {
    Flight next = null;
    synchronized (board) {
      RecordState newest = replica.newest();
      if (flight == null && !applied.isEmpty() && base == newest && newest != conflicted) {
        next = new Flight(newest, oneByOne ? applied.subList(0, 1) : applied);
        flight = next;
      }
    }
    if (next == null) {
      source.onSettled();
    } else {
      write(next);
    }
  }

  private void write(Flight leaving) {
    builtIns.call(
        replica.id(),
        Names.PUBLISH_RECORD_UPDATE_IF,
        leaving.payload(replica.id()),
        new Call.Outcome() {
          @Override
          public void onReply(RawJson payload) {
            onWritten(leaving, RecordAnswer.read(payload).version());
          }

          @Override
          public void onFailure(RuntimeException failure) {
            onNotWritten(leaving, failure);
          }
        });
  }

  private void onWritten(Flight landed, RecordVersion version) {
    synchronized (board) {
      if (flight != landed) {
        return;
      }
      boolean ranAgain = base != landed.base();
      release(landed);
      RecordState outcome = landed.outcome(version);
      RecordState newest = replica.newest();
      if (newest == landed.base() && outcome != newest) {
        replica.runAhead(outcome);
        newest = outcome;
      }
      if (!ranAgain && newest == outcome) {
        base = outcome;
        replica.look(lookOf(outcome));
      } else if (!(ranAgain && landed.landed && base == newest)) {
        base = null;
      }
      oneByOne = false;
    }
    landed.batch().forEach(edit -> edit.complete(builtIns.callbacks(), version));
    goOn();
  }

  private RecordState lookOf(RecordState outcome) {
    return applied.isEmpty()
        ? outcome
        : new RecordState(applied.get(applied.size() - 1).result, outcome.version());
  }

  /** Under the lock: a write is not under way any more, nor are its edits waiting. */
  private void release(Flight over) {
    flight = null;
    changes++;
    applied = new ArrayList<>(applied.subList(over.batch().size(), applied.size()));
  }

  private void onNotWritten(Flight failed, RuntimeException failure) {
    synchronized (board) {
      if (flight != failed) {
        return;
      }
    }
    if (BuiltIns.isOneOf(failure, ErrorCode.CONNECTION_LOST)) {
      failed.doubt = failed.doubt == null ? failure : failed.doubt;
      write(failed);
    } else if (BuiltIns.isOneOf(failure, ErrorCode.RATE)) {
      builtIns.loop().schedule(BuiltIns.RETRY_DELAY, () -> write(failed));
    } else if (BuiltIns.isOneOf(failure, ErrorCode.CONFLICT) && failed.doubt == null) {
      onConflict(failed);
    } else if (BuiltIns.isOneOf(failure, ErrorCode.TOO_LARGE, ErrorCode.BAD_REQUEST)
        && failed.batch().size() > 1) {
      writeOneByOne();
    } else {
      fail(failed, failed.doubt == null ? failure : failed.doubt);
    }
  }

  /** Somebody else was first: the edits run again on what that led to. */
  private void onConflict(Flight late) {
    boolean unheard;
    RuntimeException over;
    synchronized (board) {
      over = ended;
      flight = null;
      changes++;
      unheard = replica.newest() == late.base();
      if (unheard) {
        conflicted = late.base();
      } else if (late.doubtful) {
        base = null;
      }
    }
    if (over != null) {
      fail(late, over);
      return;
    }
    if (unheard) {
      builtIns.loop().schedule(PATIENCE, () -> renewUnlessHeard(late.base()));
    }
    goOn();
  }

  private void renewUnlessHeard(RecordState stale) {
    boolean unheard;
    synchronized (board) {
      unheard = conflicted == stale;
    }
    if (unheard) {
      source.renew();
    }
  }

  /** One of them is to blame. */
  private void writeOneByOne() {
    synchronized (board) {
      flight = null;
      changes++;
      base = null;
      oneByOne = true;
    }
    goOn();
  }

  private void fail(Flight failed, RuntimeException failure) {
    synchronized (board) {
      release(failed);
      base = null;
    }
    failed.batch().forEach(edit -> edit.fail(builtIns.callbacks(), failure));
    goOn();
  }

  private void goOn() {
    builtIns.callbacks().execute(this::work);
    send();
  }

  /** The record is followed from this state on. Under the lock. */
  void onBegun(RecordState state) {
    ended = null;
    conflicted = null;
    changes++;
    base = applied.isEmpty() && added.isEmpty() ? state : null;
  }

  /** The server was asked again. On the state thread. */
  void onRenewed() {
    synchronized (board) {
      conflicted = null;
    }
    goOn();
  }

  /**
   * The record is not followed any more: what is not in a write fails. On the state thread.
   *
   * @param all whether the rest fails too
   */
  void end(RuntimeException failure, boolean all) {
    List<Edit> lost = new ArrayList<>();
    synchronized (board) {
      int kept = all || flight == null ? 0 : flight.batch().size();
      flight = all ? null : flight;
      lost.addAll(applied.subList(kept, applied.size()));
      lost.addAll(added);
      applied = new ArrayList<>(applied.subList(0, kept));
      added.clear();
      changes++;
      ended = ended == null ? failure : ended;
    }
    lost.forEach(edit -> edit.fail(builtIns.callbacks(), failure));
  }
}
