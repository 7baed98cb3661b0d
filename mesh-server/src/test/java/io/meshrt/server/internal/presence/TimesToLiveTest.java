// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.TestNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimesToLiveTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualScheduler scheduler = new ManualScheduler();
  private final FakeValues values = new FakeValues();
  private final OwnStates states = new OwnStates(values, scheduler);
  private final TimesToLive timesToLive = new TimesToLive(states, scheduler);
  private final Session session = new TestNode().v1().session();

  @Test
  void aMemberIsPresentBeforeItsTimeAndAbsentAfterIt() {
    join("a", SECOND);

    scheduler.advance(Duration.ofMillis(999));
    assertThat(values.changes()).isEmpty();
    scheduler.advance(Duration.ofMillis(1));
    assertThat(values.changes()).containsExactly("absent");
    scheduler.advance(Duration.ofMinutes(1));
    assertThat(values.changes()).isEmpty();
  }

  @Test
  void beingHeardOfGivesTheWholeTimeAgain() {
    join("a", SECOND);

    scheduler.advance(Duration.ofMillis(900));
    timesToLive.onHeard(session);
    scheduler.advance(Duration.ofMillis(999));
    assertThat(values.changes()).isEmpty();
    scheduler.advance(Duration.ofMillis(1));
    assertThat(values.changes()).containsExactly("absent");
  }

  @Test
  void theNextSignOfLifeMakesItPresentAgainWithoutItsState() {
    join("a", SECOND);
    states.publish(session, "a", RawJson.parse("1"), null, false, true).join();
    scheduler.advance(SECOND);

    timesToLive.onHeard(session);

    assertThat(values.changes()).containsExactly("state 1", "absent", "present");
    scheduler.advance(SECOND);
    assertThat(values.changes()).containsExactly("absent");
  }

  @Test
  void roomsHaveTimesOfTheirOwn() {
    join("a", SECOND);
    join("b", SECOND.multipliedBy(3));

    scheduler.advance(SECOND.multipliedBy(2));
    assertThat(values.changes()).containsExactly("absent");
    timesToLive.onHeard(session);
    assertThat(values.changes()).containsExactly("present");
    scheduler.advance(SECOND.multipliedBy(3));
    assertThat(values.changes()).containsExactly("absent", "absent");
  }

  @Test
  void whoJoinsLateHasTheWholeTime() {
    join("a", SECOND.multipliedBy(9));
    scheduler.advance(SECOND.multipliedBy(5));
    join("b", SECOND.multipliedBy(2));

    scheduler.advance(Duration.ofMillis(1_999));

    assertThat(values.changes()).isEmpty();
  }

  @Test
  void withoutTheClusterItIsToldLater() {
    join("a", SECOND);
    values.setDown(true);
    scheduler.advance(SECOND.multipliedBy(4));
    values.setDown(false);

    scheduler.advance(SECOND);

    assertThat(values.changes()).containsExactly("absent");
  }

  @Test
  void whoComesBackBeforeItsAbsenceCouldBeToldWasNeverAway() {
    join("a", SECOND);
    values.setDown(true);
    scheduler.advance(SECOND.multipliedBy(2));
    timesToLive.onHeard(session);
    values.setDown(false);

    scheduler.advance(Duration.ofMillis(999));

    assertThat(values.changes()).isEmpty();
  }

  @Test
  void beingRegisteredAnewChangesNothing() {
    join("a", SECOND);
    scheduler.advance(SECOND);
    values.changes();

    timesToLive.onJoined(session, "a", SECOND);
    timesToLive.onHeard(session);

    assertThat(values.changes()).containsExactly("present");
  }

  @Test
  void nothingIsLeftOfWhoLeft() {
    join("a", SECOND);
    join("b", SECOND);

    timesToLive.onLeft(session, "a");
    timesToLive.onLeft(session, "b");
    timesToLive.onHeard(session);

    assertThat(timesToLive.sessions()).isZero();
    assertThat(scheduler.pending()).isZero();
  }

  private void join(String room, Duration timeToLive) {
    values.join(session, room);
    timesToLive.onJoined(session, room, timeToLive);
  }
}
