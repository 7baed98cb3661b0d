// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.roster;

import org.jspecify.annotations.Nullable;

/** One session in one group. Guarded by the session's seat. */
final class Membership {
  /** What is attached; never changed in place. */
  byte @Nullable [] value;

  /** Whether the cluster was ever asked for it: it may have it. */
  boolean attempted;

  /** Whether the cluster has it, with this value, in the present life of the node. */
  boolean confirmed;

  Membership(byte @Nullable [] value) {
    this.value = value;
  }
}
