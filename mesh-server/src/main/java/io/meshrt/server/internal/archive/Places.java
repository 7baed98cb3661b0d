// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.archive;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.record.RecordVersion;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Room for the records of one write on their way to stores, taken before it begins. To be told the
 * outcome once. Thread-safe.
 */
public final class Places {
  /** For a write of nothing that is mirrored. */
  static final Places NONE = new Places(List.of());

  private final List<Place> places;

  Places(List<Place> places) {
    this.places = List.copyOf(places);
  }

  /** Room for one record. */
  record Place(RecordMirror mirror, String id) {}

  /**
   * What a write left of a record.
   *
   * @param json null if it was deleted
   */
  public record Written(RecordVersion version, @Nullable RawJson json) {}

  /** The write is done; those it does not name stayed as they were. */
  public void onDone(Map<String, Written> written) {
    places.forEach(place -> place.mirror.onDone(place.id, written.get(place.id)));
  }

  /** The write was not done. */
  public void onFailed() {
    places.forEach(place -> place.mirror.onDone(place.id, null));
  }

  /** The write was done, or not: what there is now has to be read. */
  public void onUnknown() {
    places.forEach(place -> place.mirror.onUnknown(place.id));
  }
}
