// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.message;

/**
 * Which messages to identities are kept for them; the others are pushes to those who are there. The
 * same for all who send in one cluster. Thread-safe, returns at once.
 */
@FunctionalInterface
public interface KeepingPolicy {
  /** Nothing is kept. */
  KeepingPolicy NOTHING = (identity, name) -> false;

  /** Whether messages of a name are kept for an identity, unless they are marked as transient. */
  boolean keeps(String identity, String name);
}
