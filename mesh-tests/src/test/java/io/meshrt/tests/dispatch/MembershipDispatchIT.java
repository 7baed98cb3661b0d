// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.dispatch;

import static io.meshrt.tests.harness.Outcomes.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.room.Memberships;
import io.meshrt.tests.dispatch.Meeting.Guest;
import org.junit.jupiter.api.Test;

/** Dispatchers begin and end memberships that are remembered, also of identities that are away. */
class MembershipDispatchIT {
  @Test
  void membershipsAreGivenAndTakenInMemory() throws Exception {
    try (Meeting meeting = Meeting.inMemory(2)) {
      membershipsAreGivenAndTaken(meeting);
    }
  }

  @Test
  void membershipsAreGivenAndTakenOnRedis() throws Exception {
    try (Meeting meeting = Meeting.redis(2, SharedRedis.uri())) {
      membershipsAreGivenAndTaken(meeting);
    }
  }

  private static void membershipsAreGivenAndTaken(Meeting meeting) throws Exception {
    Memberships memberships = meeting.dispatcher().memberships();
    assertThat(result(memberships.addMember("kept 1", "anna"))).isTrue();
    assertThat(result(memberships.addMember("kept 1", "anna"))).isFalse();

    Guest anna = meeting.guest(1, "anna");
    assertThat(anna.client.rooms().persistent()).containsExactly("kept 1");
    assertThat(result(meeting.node(0).rooms().memberIds("kept 1"))).containsExactly(anna.id());
    assertThat(result(memberships.addMember("kept 2", "anna"))).isTrue();
    assertThat(result(memberships.removeMember("kept 1", "anna"))).isTrue();

    await()
        .untilAsserted(
            () -> {
              assertThat(anna.client.rooms().persistent()).containsExactly("kept 2");
              assertThat(result(meeting.node(0).rooms().memberIds("kept 1"))).isEmpty();
            });
    assertThat(result(memberships.roomsOfIdentity("anna"))).containsExactly("kept 2");
    assertThat(result(meeting.node(0).rooms().roomsOfIdentity("anna"))).containsExactly("kept 2");
    anna.client.close();
    assertThat(result(memberships.removeMember("kept 2", "anna"))).isTrue();
    assertThat(meeting.guest(0, "anna").client.rooms().persistent()).isEmpty();
    assertThatThrownBy(() -> memberships.addMember("", "anna"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
