// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import org.jspecify.annotations.Nullable;

/**
 * A value in the store.
 *
 * @param value null if there is none: never written ({@link Version#ABSENT}) or removed and
 *     remembered
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
public record Stored(Version version, byte @Nullable [] value) {
  /** Nothing, and no memory of anything. */
  public static final Stored ABSENT = new Stored(Version.ABSENT, null);
}
