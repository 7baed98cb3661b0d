// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.record;

import io.meshrt.patch.Patch;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a listener is told of a record.
 *
 * @param value what it holds now, null if there is nothing or JSON's null; belongs to the listener
 * @param version of the value; with {@link Reason#LOCAL} the one it is made from
 * @param patch leads from the value this listener was told before to this one; only in the mode
 *     {@link RecordMode#PATCH}, and only where there is one
 */
public record RecordUpdate<T>(
    String recordId,
    @Nullable T value,
    RecordVersion version,
    Optional<Patch> patch,
    Reason reason) {

  /** Why a listener is told. */
  public enum Reason {
    /** It is the first time. */
    INITIAL,
    /** The record was written; or more than once, if the listener is slow. */
    UPDATE,
    /** It was read again, after a reconnect or because something was missed. */
    RESYNC,
    /** This client changed it, and the server has not confirmed that; or such a change failed. */
    LOCAL,
    /** It was deleted; the version is the last one. Nothing follows. */
    DELETED
  }
}
