// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import io.meshrt.client.record.RecordUpdate.Reason;
import io.meshrt.patch.Patch;
import io.meshrt.patch.PatchLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one listener is to be told.
 *
 * @param patches lead from what it was told before to the state, one after the other; null when
 *     there are none that do
 * @param patchBytes of them, or more
 */
record News(Reason reason, RecordState state, @Nullable List<Patch> patches, long patchBytes) {
  private static final int MAX_PATCHES = 64;
  private static final int MAX_PATCH_BYTES = 256 * 1024;

  static News of(Reason reason, RecordState state) {
    return new News(reason, state, null, 0);
  }

  static News of(Reason reason, RecordState state, @Nullable Patch patch, int bytes) {
    return patch == null ? of(reason, state) : new News(reason, state, List.of(patch), bytes);
  }

  /** Both, for one who was told neither. */
  News followedBy(News later) {
    return new News(
        joined(reason, later.reason),
        later.state,
        joined(patches, later.patches, patchBytes + later.patchBytes),
        patchBytes + later.patchBytes);
  }

  /** The patches as one, if that is not too large. Not cheap. */
  Optional<Patch> patch(PatchLimits limits) {
    if (patches == null) {
      return Optional.empty();
    }
    return patches.size() == 1 ? Optional.of(patches.get(0)) : Patch.concatenate(patches, limits);
  }

  /** Why somebody is told who was not told of the first. */
  static Reason joined(Reason first, Reason second) {
    if (second == Reason.DELETED || first == Reason.LOCAL) {
      return second;
    }
    if (first == Reason.INITIAL) {
      return first;
    }
    return first == Reason.RESYNC || second == Reason.RESYNC ? Reason.RESYNC : Reason.UPDATE;
  }

  private static @Nullable List<Patch> joined(
      @Nullable List<Patch> first, @Nullable List<Patch> second, long bytes) {
    if (first == null || second == null || bytes > MAX_PATCH_BYTES) {
      return null;
    }
    List<Patch> both = new ArrayList<>(first);
    both.addAll(second);
    return both.size() > MAX_PATCHES ? null : both;
  }
}
