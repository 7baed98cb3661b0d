// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.roster;

import io.meshrt.server.internal.cluster.Topic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where one session belongs, and how far the cluster is known to agree. Thread-safe; guarded by
 * this: every field.
 */
final class Standing {
  /** Unchangeable while there is one or none: most sessions are registered and in no group. */
  private Map<Topic, Membership> memberships = Map.of();

  /** Groups the cluster may have it in, and must not. */
  private Set<Topic> leaving = Set.of();

  private int life;
  private boolean closed;
  private boolean repairing;

  /**
   * One attempt to have a membership.
   *
   * @param life how often everything had had to be said anew when it began
   * @param repeated whether there was an attempt before
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
  record Attempt(Membership membership, int life, byte @Nullable [] value, boolean repeated) {}

  synchronized void enter(Topic group, byte @Nullable [] value) {
    Membership membership = new Membership(value);
    if (memberships.isEmpty()) {
      memberships = Map.of(group, membership);
    } else {
      changeable().put(group, membership);
    }
    if (leaving.contains(group)) {
      leaving.remove(group);
    }
  }

  /** Belongs there no more; the cluster has to be told if it was ever asked. */
  synchronized void drop(Topic group) {
    Membership membership = changeable().remove(group);
    if (membership != null && membership.attempted) {
      mustLeave(group);
    }
  }

  /** Drops everything, the registration last; tells all groups but that of connections. */
  synchronized List<Topic> dropAll() {
    List<Topic> groups = new ArrayList<>(memberships.keySet());
    groups.removeIf(group -> group.kind().equals(ConnectionGroups.KIND));
    groups.forEach(this::drop);
    List.copyOf(memberships.keySet()).forEach(this::drop);
    return groups;
  }

  private void mustLeave(Topic group) {
    if (leaving.isEmpty()) {
      leaving = new LinkedHashSet<>(2);
    }
    leaving.add(group);
  }

  synchronized boolean has(Topic group) {
    return memberships.containsKey(group);
  }

  synchronized Set<Topic> groups(String kind) {
    return memberships.keySet().stream()
        .filter(group -> group.kind().equals(kind))
        .collect(Collectors.toUnmodifiableSet());
  }

  synchronized byte @Nullable [] value(Topic group) {
    Membership membership = memberships.get(group);
    return membership == null ? null : membership.value;
  }

  synchronized void setValue(Topic group, byte @Nullable [] value) {
    Membership membership = memberships.get(group);
    if (membership != null) {
      membership.value = value;
    }
  }

  /** Nobody knows what the cluster has; it is to have this value. */
  synchronized void doubt(Topic group, byte @Nullable [] value) {
    Membership membership = memberships.get(group);
    if (membership != null) {
      membership.value = value;
      membership.confirmed = false;
    }
  }

  /** Begins an attempt; null if the cluster has the membership, or there is none. */
  synchronized @Nullable Attempt attempt(Topic group) {
    Membership membership = memberships.get(group);
    if (membership == null || membership.confirmed) {
      return null;
    }
    boolean repeated = membership.attempted;
    membership.attempted = true;
    return new Attempt(membership, life, membership.value, repeated);
  }

  synchronized void confirm(Topic group, Attempt attempt) {
    if (memberships.get(group) == attempt.membership() && life == attempt.life()) {
      attempt.membership().confirmed = true;
    }
  }

  /** The membership, if the cluster is known to have it. */
  synchronized @Nullable Membership confirmed(Topic group) {
    Membership membership = memberships.get(group);
    return membership == null || !membership.confirmed ? null : membership;
  }

  /** The cluster turned out not to have it; false if there is a newer one. */
  synchronized boolean forget(Topic group, Membership membership) {
    return membership.confirmed && changeable().remove(group, membership);
  }

  private Map<Topic, Membership> changeable() {
    if (!(memberships instanceof LinkedHashMap)) {
      memberships = new LinkedHashMap<>(memberships);
    }
    return memberships;
  }

  synchronized void left(Topic group, int inLife) {
    if (life == inLife && !leaving.isEmpty()) {
      leaving.remove(group);
    }
  }

  synchronized int life() {
    return life;
  }

  /** What the old life owned will be reaped; everything has to be said anew. */
  synchronized void onLeaseLost() {
    leaving = Set.of();
    onDoubt();
  }

  /** Everything has to be said anew. */
  synchronized void onDoubt() {
    life++;
    memberships.forEach((group, membership) -> membership.confirmed = false);
  }

  synchronized void close() {
    closed = true;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized List<Topic> toLeave() {
    return List.copyOf(leaving);
  }

  synchronized List<Topic> toConfirm() {
    List<Topic> open = new ArrayList<>(0);
    // The map keeps every view it was ever asked for, and there is a map for each connection.
    memberships.forEach(
        (group, membership) -> {
          if (!membership.confirmed) {
            open.add(group);
          }
        });
    return open;
  }

  synchronized boolean needsRepair() {
    return !leaving.isEmpty() || !toConfirm().isEmpty();
  }

  /** False when one is under way, which will see what is new. */
  synchronized boolean beginRepair() {
    boolean begins = !repairing;
    repairing = true;
    return begins;
  }

  synchronized void endRepair() {
    repairing = false;
  }
}
