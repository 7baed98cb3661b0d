// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.collection;

import java.util.List;

/**
 * What a listener is told of a collection. Members that did not change are the same objects as
 * before, so none of them should be changed.
 *
 * @param members all, in the order of the server; older servers have none, and those that came
 *     later stand last
 * @param added those that this listener was not told of before, or only as removed
 * @param changed those that have another version or value than this listener was told
 * @param removed those that went, as this listener was told of them
 * @param version of the collection, which grows while a connection lasts, and may begin anew on the
 *     next one
 */
public record CollectionUpdate<T>(
    String collectionId,
    List<CollectionMember<T>> members,
    List<CollectionMember<T>> added,
    List<CollectionMember<T>> changed,
    List<CollectionMember<T>> removed,
    long version,
    Reason reason) {

  /** Copies the lists. */
  public CollectionUpdate {
    members = List.copyOf(members);
    added = List.copyOf(added);
    changed = List.copyOf(changed);
    removed = List.copyOf(removed);
  }

  /** Why a listener is told. */
  public enum Reason {
    /** It is the first time: all members are added. */
    INITIAL,
    /** Records came, changed or went; also more than once, if the listener is slow. */
    UPDATE,
    /** The collection was read again, after a reconnect or because something was missed. */
    RESYNC
  }
}
