// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import io.meshrt.server.internal.session.TestNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomEventsTest {
  private final List<String> told = new ArrayList<>();
  private final RoomEvents events =
      new RoomEvents((session, room, joined) -> told.add((joined ? "join " : "leave ") + room));
  private final TestNode node = new TestNode();

  private Session open() {
    node.listeners.add(events);
    node.listeners.add(
        new SessionListener() {
          @Override
          public void onClosed(Session session, int code, String reason, boolean byPeer) {
            told.add("end");
          }
        });
    return node.v1().session();
  }

  @Test
  void eachJoinAndLeaveIsToldOnce() {
    Session session = open();

    events.onJoined(session, "a");
    events.onJoined(session, "a"); // registered anew
    events.afterLeave(session, "a");
    events.afterLeave(session, "a");

    assertThat(told).containsExactly("join a", "leave a");
  }

  @Test
  void leavesAreToldBeforeTheEndHoweverLateTheRosterIs() {
    Session session = open();
    events.onJoined(session, "a");

    session.onClosed(1006, "", true);
    events.afterLeave(session, "a");

    assertThat(told).containsExactly("join a", "leave a", "end");
  }

  @Test
  void whatIsJoinedAfterTheEndIsNotTold() {
    Session session = open();

    session.onClosed(1006, "", true);
    events.onJoined(session, "a");
    events.afterLeave(session, "a");

    assertThat(told).containsExactly("end");
  }
}
