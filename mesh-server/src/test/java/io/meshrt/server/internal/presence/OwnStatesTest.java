// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.TestNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OwnStatesTest {
  private final ManualScheduler scheduler = new ManualScheduler();
  private final FakeValues values = new FakeValues();
  private final OwnStates states = new OwnStates(values, scheduler);
  private final Session session = new TestNode().v1().session();

  OwnStatesTest() {
    values.join(session, "a");
    values.join(session, "b");
  }

  @Test
  void whoIsNoMemberHasNoState() {
    assertThat(publish("c", "1", null)).isFalse();
    assertThat(states.clear(session, "c", true)).isCompletedWithValue(false);
    assertThat(states.waiting()).isZero();
  }

  @Test
  void aStateExpiresAfterItsTime() {
    publish("a", "1", 300);

    scheduler.advance(Duration.ofMillis(299));
    assertThat(values.changes()).containsExactly("state 1");
    scheduler.advance(Duration.ofMillis(1));
    assertThat(values.changes()).containsExactly("present");
    assertThat(states.waiting()).isZero();
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void aLaterStateReplacesTheEarlierExpiry() {
    publish("a", "1", 300);
    scheduler.advance(Duration.ofMillis(200));
    publish("a", "2", 300);

    scheduler.advance(Duration.ofMillis(299));
    assertThat(values.changes()).containsExactly("state 1", "state 2");
    scheduler.advance(Duration.ofMillis(1));
    assertThat(values.changes()).containsExactly("present");
  }

  @Test
  void aLaterStateWithoutExpiryStays() {
    publish("a", "1", 300);
    publish("a", "1", null);

    scheduler.advance(Duration.ofSeconds(9));

    assertThat(values.changes()).containsExactly("state 1", "state 1");
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void expiriesOfRoomsAreIndependent() {
    publish("a", "1", 100);
    publish("b", "2", 200);
    values.changes();

    scheduler.advance(Duration.ofMillis(100));
    assertThat(values.changes()).containsExactly("present");
    scheduler.advance(Duration.ofMillis(100));
    assertThat(values.changes()).containsExactly("present");
  }

  @Test
  void aClearedStateDoesNotExpire() {
    publish("a", "1", 300);
    CompletableFuture<Boolean> cleared = states.clear(session, "a", true);

    scheduler.advance(Duration.ofSeconds(1));

    assertThat(cleared).isCompletedWithValue(true);
    assertThat(values.changes()).containsExactly("state 1", "present");
    assertThat(states.waiting()).isZero();
  }

  @Test
  void aStateExpiresWhenTheClusterIsBack() {
    publish("a", "1", 300);
    values.changes();
    values.setDown(true);
    scheduler.advance(Duration.ofSeconds(3));
    assertThat(values.changes()).isEmpty();

    values.setDown(false);
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(values.changes()).containsExactly("present");
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void nothingIsLeftOfAMemberThatLeft() {
    publish("a", "1", 300);

    values.leave(session, "a");
    states.forget(session, "a");

    assertThat(states.waiting()).isZero();
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void anAbsentMemberIsPresentWithWhatItSaysItselfOnly() {
    states.change(session, "a", before -> PresenceValue.absent(states.nextNumber())).join();
    RawJson state = RawJson.parse("1");

    CompletableFuture<Boolean> ofOthers = states.publish(session, "a", state, null, false, false);
    CompletableFuture<Boolean> clearing = states.clear(session, "a", false);
    CompletableFuture<Boolean> own = states.publish(session, "a", state, null, false, true);

    assertThat(ofOthers).isCompletedWithValue(false);
    assertThat(clearing).isCompletedWithValue(false);
    assertThat(own).isCompletedWithValue(true);
    assertThat(values.changes()).containsExactly("absent", "state 1");
  }

  private boolean publish(String room, String state, Integer expireAfterMillis) {
    Duration expireAfter = expireAfterMillis == null ? null : Duration.ofMillis(expireAfterMillis);
    return states.publish(session, room, RawJson.parse(state), expireAfter, false, true).join();
  }
}
