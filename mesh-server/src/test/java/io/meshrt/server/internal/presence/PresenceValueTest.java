// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.presence.PresenceValue.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceValueTest {
  private static final RawJson STATE = RawJson.parse("{\"a b\":[1, 2],\"ü\":\"s17 x\"}");

  @Test
  void whatIsWrittenIsReadAgain() {
    List<PresenceValue> values =
        List.of(
            PresenceValue.present(7),
            PresenceValue.state(8, STATE, false),
            PresenceValue.state(Long.MAX_VALUE, STATE, true),
            PresenceValue.state(10, RawJson.FALSE, false),
            PresenceValue.absent(11));

    assertThat(values)
        .allSatisfy(value -> assertThat(PresenceValue.decode(value.encode())).isEqualTo(value));
  }

  @Test
  void aStateIsItsLetterItsNumberAndTheText() {
    byte[] bytes = PresenceValue.state(17, RawJson.parse("{\"t\":1}"), false).encode();

    assertThat(new String(bytes, UTF_8)).isEqualTo("s17 {\"t\":1}");
  }

  @Test
  void whoJustJoinedIsPresentWithoutAState() {
    PresenceValue joined = PresenceValue.decode(null);

    assertThat(joined).isEqualTo(PresenceValue.JOINED);
    assertThat(joined.isPresent()).isTrue();
    assertThat(joined.state()).isEmpty();
  }

  @Test
  void onlyTheAbsentAreNotPresent() {
    assertThat(PresenceValue.absent(1).isPresent()).isFalse();
    assertThat(PresenceValue.present(1).isPresent()).isTrue();
    assertThat(PresenceValue.state(1, STATE, true).isPresent()).isTrue();
    assertThat(PresenceValue.state(1, STATE, true).kind()).isEqualTo(Kind.SILENT_STATE);
  }

  @Test
  void anythingElseCountsAsNothing() {
    for (String text : List.of("", "s", "s1", "s1 ", "x1", "a1 {}", "s {}", "sx {}", "s1x{}")) {
      assertThat(PresenceValue.decode(text.getBytes(UTF_8)))
          .as(text)
          .isEqualTo(PresenceValue.JOINED);
    }
  }
}
