// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

/** What a push does to one record, prepared without the lock. Used on the state thread. */
interface Change {
  /** Makes it visible; under the lock of the {@link Board}, with all that belong to it. */
  void commit();

  /** Tells whom it concerns; without the lock. */
  void tell();
}
