// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import io.meshrt.client.MeshClient;
import io.meshrt.client.presence.PresenceEvent;
import io.meshrt.client.presence.PresentMember;
import io.meshrt.tests.harness.Outcomes;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A client in the room, with what it hears there, and whom it believes to be there. */
final class RoomGuest {
  private final String name;
  private final Flaws flaws;
  private final Set<String> expected = ConcurrentHashMap.newKeySet();
  private final Set<String> heard = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();

  // Guarded by this.
  private final Set<String> present = new HashSet<>();

  RoomGuest(String name, MeshClient client, Flaws flaws) throws Exception {
    this.name = name;
    this.flaws = flaws;
    client.onMessage("told", String.class, this::onTold);
    Outcomes.result(client.rooms().join(ChaosProgram.ROOM));
    Outcomes.result(client.presence().subscribe(ChaosProgram.ROOM, this::onPresence));
  }

  String name() {
    return name;
  }

  /** This is about to be said. */
  void expect(String text) {
    expected.add(text);
  }

  private void onTold(String text) {
    count.incrementAndGet();
    if (!expected.contains(text)) {
      flaws.add(name + " heard what nobody said: " + text);
    }
    if (!heard.add(text)) {
      flaws.add(name + " heard twice: " + text);
    }
  }

  /** Whether anything was heard whose text begins so. */
  boolean hasHeard(String beginning) {
    return heard.stream().anyMatch(text -> text.startsWith(beginning));
  }

  int heard() {
    return count.get();
  }

  private synchronized void onPresence(PresenceEvent event) {
    if (event.type().isSnapshot()) {
      present.clear();
      event.members().stream().map(PresentMember::connectionId).forEach(present::add);
    } else if (event.type() == PresenceEvent.Type.JOINED) {
      if (!present.add(event.connectionId())) {
        flaws.add(name + " was told again that " + event.connectionId() + " joined");
      }
    } else if (event.type() == PresenceEvent.Type.LEFT) {
      if (!present.remove(event.connectionId())) {
        flaws.add(name + " was told that " + event.connectionId() + " left, who was not there");
      }
    } else if (event.type() == PresenceEvent.Type.ENDED) {
      flaws.add(name + " is not told any more who is present");
    }
  }

  /** Who is there, as far as this client was told. */
  synchronized Set<String> present() {
    return Set.copyOf(present);
  }
}
