// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.patch.PatchException;
import io.meshrt.patch.PatchLimits;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.schedule.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One record as its node follows it. Belongs to the lane of its group. */
final class RecordView {
  /** What came of something heard or read. */
  enum Outcome {
    /** Nothing that was not known. */
    KNOWN,
    /** A new state. */
    NEWS,
    /** Does not fit what is known: the record has to be read. */
    MISFIT
  }

  private final String id;
  private final PatchLimits limits;
  private @Nullable RecordState state;
  private long sequence;

  /** Whether a publication was heard that leads to the state, or on from it. */
  private boolean confirmed;

  /** Sessions that follow it, or are about to. */
  int users;

  /** Those who wait for it to be read from now on. */
  final List<Consumer<@Nullable RecordState>> waiting = new ArrayList<>(1);

  /** Those for whom it is being read. */
  private final List<Consumer<@Nullable RecordState>> asking = new ArrayList<>(1);

  /** When its time to live may have run out; null if it has none. */
  Scheduler.@Nullable Timer expiry;

  RecordView(String id, PatchLimits limits) {
    this.id = id;
    this.limits = limits;
  }

  /** Null before it was read. */
  @Nullable RecordState state() {
    return state;
  }

  /** Whether a publication is of something known, or of what follows it. */
  boolean fits(RecordChange change) {
    RecordState known = state;
    return known == null
        || change.base().equals(known.version().stamp())
        || isKnown(change, known.version());
  }

  /** A publication that fits tells of it. */
  Outcome hear(RecordChange change) {
    RecordState known = state;
    if (known == null) {
      return Outcome.KNOWN; // what is read next will have it
    }
    if (isKnown(change, known.version())) {
      confirmed |= change.version().stamp().equals(known.version().stamp());
      return Outcome.KNOWN;
    }
    try {
      state = known.next(change, sequence + 1, limits);
      sequence++;
      confirmed = true;
      return Outcome.NEWS;
    } catch (PatchException e) {
      return Outcome.MISFIT;
    }
  }

  private boolean isKnown(RecordChange change, Version version) {
    // Behind a read, what came before it may still arrive.
    boolean old = !confirmed && change.version().number() <= version.number();
    return change.version().stamp().equals(version.stamp())
        || (old && !change.base().equals(version.stamp()));
  }

  /**
   * It was read. What is there no more was deleted, or lost by the cluster: what was deleted leaves
   * its version behind for a day.
   *
   * @param mortal whether its time to live may have run out
   */
  Outcome read(Stored stored, boolean mortal) {
    RecordState known = state;
    Version version = stored.version();
    boolean same = known != null && version.equals(known.version());
    confirmed &= same;
    if (same) {
      return Outcome.KNOWN;
    }
    byte[] value = stored.value();
    boolean gone = value == null && known != null && known.exists();
    boolean lost = version.number() == 0 && !mortal;
    if (gone && known != null && !lost) {
      // The last one it had is what its subscribers are told.
      Version last = version.number() == 0 ? withoutStamp(known) : version;
      state = RecordState.deleted(id, ++sequence, last);
    } else {
      JsonNode tree = value == null ? null : RecordJson.tree(value);
      state = RecordState.read(id, ++sequence, version, tree);
    }
    return value == null && !gone ? Outcome.KNOWN : Outcome.NEWS;
  }

  /** It is being read from now on. */
  void onReading() {
    asking.addAll(waiting);
    waiting.clear();
  }

  /** Those for whom it was read get this; null if it could not be read. */
  void answer(@Nullable RecordState read) {
    List<Consumer<@Nullable RecordState>> answered = List.copyOf(asking);
    asking.clear();
    answered.forEach(one -> one.accept(read));
  }

  /** It had a time to live, and is known to be gone. Its subscribers are told of this state. */
  void vanish() {
    RecordState known = state;
    if (known != null) {
      state = RecordState.deleted(id, ++sequence, withoutStamp(known));
    }
  }

  private static Version withoutStamp(RecordState known) {
    return new Version(known.version().number(), "");
  }
}
