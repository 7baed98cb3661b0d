// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.dialect.Generation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What subscribers are told, as the recorded frames have it (mesh-protocol 24). */
class PresenceChangesTest {
  private static final String ROOM = "room:a";
  private static final String ID = "conn-mwpim559000001017ae11";
  private static final long NOW = 1795211565459L;
  private static final RawJson TYPING = RawJson.parse("{\"s\":\"typing\"}");

  private static final String JOIN =
      "{\"command\":\"mesh/presence-update\",\"payload\":{\"type\":\"join\",\"connectionId\":"
          + "\"conn-mwpim559000001017ae11\",\"roomName\":\"room:a\",\"timestamp\":1795211565459}}";
  private static final String LEAVE = JOIN.replace("\"join\"", "\"leave\"");
  private static final String STATE =
      "{\"command\":\"mesh/presence-update\",\"payload\":{\"type\":\"state\",\"connectionId\":"
          + "\"conn-mwpim559000001017ae11\",\"roomName\":\"room:a\",\"state\":{\"s\":\"typing\"},"
          + "\"timestamp\":1795211565459}}";
  private static final String CLEARED = STATE.replace("{\"s\":\"typing\"}", "null");

  @Test
  void joinsAndLeavesAreTold() {
    assertThat(told(null, PresenceValue.JOINED)).containsExactly(JOIN);
    assertThat(told(PresenceValue.JOINED, null)).containsExactly(LEAVE);
  }

  @Test
  void aLeaveTakesTheStateWithItUntold() {
    assertThat(told(PresenceValue.state(3, TYPING, false), null)).containsExactly(LEAVE);
  }

  @Test
  void everyStateIsToldAndThatItWent() {
    PresenceValue first = PresenceValue.state(3, TYPING, false);
    PresenceValue sameAgain = PresenceValue.state(4, TYPING, false);

    assertThat(told(PresenceValue.JOINED, first)).containsExactly(STATE);
    assertThat(told(first, sameAgain)).containsExactly(STATE);
    assertThat(told(sameAgain, PresenceValue.present(5))).containsExactly(CLEARED);
  }

  @Test
  void aChangeToldTwiceIsToldOnce() {
    PresenceValue state = PresenceValue.state(3, TYPING, false);
    PresenceValue cleared = PresenceValue.present(4);

    assertThat(told(state, state)).isEmpty();
    assertThat(told(cleared, cleared)).isEmpty();
    assertThat(told(PresenceValue.JOINED, PresenceValue.JOINED)).isEmpty();
  }

  @Test
  void aSilentStateIsNotToldButItsEndIs() {
    PresenceValue silent = PresenceValue.state(3, TYPING, true);

    assertThat(told(PresenceValue.JOINED, silent)).isEmpty();
    assertThat(told(null, silent)).containsExactly(JOIN);
    assertThat(told(silent, PresenceValue.present(4))).containsExactly(CLEARED);
  }

  @Test
  void theAbsentHaveLeftAndJoinWhenTheyAreBack() {
    PresenceValue state = PresenceValue.state(3, TYPING, false);
    PresenceValue absent = PresenceValue.absent(4);

    assertThat(told(state, absent)).containsExactly(LEAVE);
    assertThat(told(absent, null)).isEmpty();
    assertThat(told(null, absent)).isEmpty();
    assertThat(told(absent, PresenceValue.present(5))).containsExactly(JOIN);
    assertThat(told(absent, PresenceValue.state(5, TYPING, false))).containsExactly(JOIN, STATE);
  }

  @Test
  void whoComesWithAStateIsToldWithIt() {
    assertThat(told(null, PresenceValue.state(3, TYPING, false))).containsExactly(JOIN, STATE);
  }

  @Test
  void framesBearThePrefixOfTheSubscriber() {
    PresencePush push = PresencePush.join(ROOM, ID, NOW);

    assertThat(text(push.frame(Generation.MESH))).isEqualTo(JOIN);
    assertThat(text(push.frame(Generation.V1))).isEqualTo(JOIN);
    assertThat(text(push.frame(Generation.REALTIME))).isEqualTo(JOIN.replace("mesh/", "rt/"));
    assertThat(text(push.frame(Generation.BARE))).isEqualTo(JOIN.replace("mesh/", ""));
  }

  @Test
  void aFrameIsMadeOnceForAllOfItsGeneration() {
    PresencePush push = PresencePush.state(ROOM, ID, TYPING, NOW);

    assertThat(push.frame(Generation.REALTIME)).isSameAs(push.frame(Generation.REALTIME));
  }

  @Test
  void clientsWithoutAPrefixKnowNoStates() {
    assertThat(PresencePush.state(ROOM, ID, TYPING, NOW).frame(Generation.BARE)).isNull();
  }

  private static List<String> told(@Nullable PresenceValue before, @Nullable PresenceValue after) {
    return PresenceChanges.between(ROOM, ID, before, after, NOW).stream()
        .map(push -> text(push.frame(Generation.MESH)))
        .toList();
  }

  private static String text(byte[] frame) {
    return new String(frame, StandardCharsets.UTF_8);
  }
}
