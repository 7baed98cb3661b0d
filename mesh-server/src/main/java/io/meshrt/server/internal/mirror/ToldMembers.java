// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mirror;

import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.MemberEvent;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The members of a room as a mirror has told them until now. Not thread-safe. */
final class ToldMembers {
  private static final Logger log = LoggerFactory.getLogger(ToldMembers.class);

  private final RoomMirror.Listener listener;
  private final Map<String, Member> members = new LinkedHashMap<>();

  /** Whom events were about since a verification began; null when there is none. */
  private @Nullable Set<String> touched;

  ToldMembers(RoomMirror.Listener listener) {
    this.listener = listener;
  }

  /** All, by id. */
  Map<String, Member> view() {
    return Collections.unmodifiableMap(members);
  }

  /** These are there already; nobody is told. */
  void begin(List<Member> now) {
    now.forEach(member -> members.put(member.id(), member));
  }

  void clear() {
    members.clear();
  }

  void onEvent(MemberEvent event) {
    if (touched != null) {
      touched.add(event.member().id());
    }
    switch (event.type()) {
      case JOINED, CHANGED -> put(event.member());
      case LEFT -> remove(event.member());
    }
  }

  /** Tells what leads to these members; whether that was anything. */
  boolean tellDifferences(List<Member> now) {
    return tellDifferences(now, Set.of());
  }

  /** From now on it is remembered whom events are about. */
  void beginVerification() {
    touched = new HashSet<>();
  }

  /** As {@link #tellDifferences}, but of nobody whom an event was about meanwhile. */
  boolean tellDifferencesOfUntouched(List<Member> now) {
    return tellDifferences(now, touched == null ? Set.of() : touched);
  }

  void endVerification() {
    touched = null;
  }

  private boolean tellDifferences(List<Member> now, Set<String> but) {
    Map<String, Member> present = new LinkedHashMap<>();
    now.forEach(member -> present.put(member.id(), member));
    boolean differ = false;
    for (Member member : List.copyOf(members.values())) {
      if (!present.containsKey(member.id()) && !but.contains(member.id())) {
        differ = true;
        remove(member);
      }
    }
    for (Member member : now) {
      differ |= !but.contains(member.id()) && put(member);
    }
    return differ;
  }

  private boolean put(Member member) {
    Member before = members.put(member.id(), member);
    if (before == null) {
      tell(() -> listener.onJoined(member));
      return true;
    }
    if (before.version().equals(member.version())) {
      return false;
    }
    tell(() -> listener.onChanged(before, member));
    return true;
  }

  private void remove(Member member) {
    Member before = members.remove(member.id());
    if (before != null) {
      tell(() -> listener.onLeft(before));
    }
  }

  private static void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      log.error("the listener of a room's mirror failed", e);
    }
  }
}
