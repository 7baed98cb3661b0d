// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.presence;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.internal.dialect.PresenceUpdate;
import io.meshrt.client.internal.dialect.Present;
import io.meshrt.client.presence.PresentMember;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who is present in one room. Changes that come while a snapshot is awaited are kept, the last of
 * each connection, and applied to it. Guarded by its owner.
 */
final class MemberList {
  private Map<String, Optional<JsonNode>> members = new LinkedHashMap<>();
  private @Nullable Early early; // while a snapshot is awaited

  /** By connection the last leave, the join after it, and the last state after both. */
  private record Early(
      Map<String, PresenceUpdate> leaves,
      Map<String, PresenceUpdate> joins,
      Map<String, PresenceUpdate> states) {
    Early() {
      this(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    void keep(PresenceUpdate update) {
      String id = update.connectionId();
      switch (update.type()) {
        case STATE -> states.put(id, update);
        case JOIN -> {
          joins.put(id, update);
          states.remove(id);
        }
        case LEAVE -> {
          leaves.put(id, update);
          joins.remove(id);
          states.remove(id);
        }
      }
    }
  }

  /** A snapshot has been asked for. */
  void awaitSnapshot() {
    early = new Early();
  }

  /** The snapshot came. */
  void onSnapshot(Present snapshot) {
    Early kept = early;
    early = null;
    members = new LinkedHashMap<>();
    for (Present.Member member : snapshot.members()) {
      members.put(member.connectionId(), Optional.ofNullable(member.state()));
    }
    if (kept != null) {
      kept.leaves().values().forEach(this::apply);
      kept.joins().values().forEach(this::apply);
      kept.states().values().forEach(this::apply);
    }
  }

  /** Whether the change tells something that was not known; it may only be kept for later. */
  boolean onUpdate(PresenceUpdate update) {
    if (early != null) {
      early.keep(update);
      return false;
    }
    return apply(update);
  }

  List<PresentMember> copy() {
    return members.entrySet().stream()
        .map(member -> new PresentMember(member.getKey(), member.getValue()))
        .toList();
  }

  private boolean apply(PresenceUpdate update) {
    String id = update.connectionId();
    return switch (update.type()) {
      case JOIN -> members.putIfAbsent(id, Optional.empty()) == null;
      case LEAVE -> members.remove(id) != null;
      case STATE -> members.replace(id, Optional.ofNullable(update.state())) != null;
    };
  }
}
