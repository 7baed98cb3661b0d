// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloseCodeTest {
  @ParameterizedTest
  @ValueSource(
      ints = {1000, 1001, 1005, 1006, 1011, 1012, 1013, 4000, 4001, 4008, 4009, 4010, 4029, 4499})
  void theseInviteTheClientToReconnect(int code) {
    assertThat(CloseCode.invitesReconnect(code)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1002, 1003, 1007, 1008, 1009, 4500, 4501, 4503, 4505, 4526, 4999})
  void theseTellTheClientToStayAway(int code) {
    assertThat(CloseCode.invitesReconnect(code)).isFalse();
  }

  @Test
  void unknownCodesOutsideOurRangesInvite() {
    assertThat(CloseCode.invitesReconnect(3000)).isTrue();
    assertThat(CloseCode.invitesReconnect(5000)).isTrue();
  }

  @Test
  void noTwoReasonsShareACode() {
    assertThat(Arrays.stream(CloseCode.values()).map(CloseCode::code)).doesNotHaveDuplicates();
  }

  @Test
  void ourOwnCodesAreInThePrivateRange() {
    assertThat(CloseCode.SHUTDOWN.code()).isEqualTo(4001);
    assertThat(CloseCode.SLOW_CONSUMER.code()).isEqualTo(4008);
    assertThat(CloseCode.NO_PONG.code()).isEqualTo(4010);
    assertThat(CloseCode.CREDENTIALS_EXPIRED.code()).isEqualTo(4501);
    assertThat(CloseCode.VERSION_MISMATCH.code()).isEqualTo(4526);
  }
}
