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

  /** Those who wait for it to be read. */
  final List<Consumer<@Nullable RecordState>> waiting = new ArrayList<>(1);

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

  /** It was read. */
  Outcome read(Stored stored) {
    RecordState known = state;
    confirmed &= known != null && stored.version().equals(known.version());
    if (known != null && stored.version().equals(known.version())) {
      return Outcome.KNOWN;
    }
    byte[] value = stored.value();
    JsonNode tree = value == null ? null : RecordJson.tree(value);
    Version version = stored.version();
    boolean vanished = false;
    if (tree == null && known != null && known.exists()) {
      vanished = true;
      // The last one it had is what its subscribers are told.
      version = version.number() == 0 ? new Version(known.version().number(), "") : version;
    }
    state = RecordState.read(id, ++sequence, version, tree);
    boolean silent = tree == null && !vanished;
    return silent ? Outcome.KNOWN : Outcome.NEWS;
  }

  /** It had a time to live, and is known to be gone. Its subscribers are told of this state. */
  void vanish() {
    RecordState known = state;
    if (known != null) {
      state = RecordState.read(id, ++sequence, new Version(known.version().number(), ""), null);
    }
  }
}
