// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.collection;

/**
 * What one listener is to be told.
 *
 * @param resync whether the collection was read again since the listener was told something
 */
record News(CollectionState state, boolean resync) {
  /** Both, for one who was told neither. */
  News followedBy(News later) {
    return new News(later.state, resync || later.resync);
  }
}
