// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class IdentityTest {
  @Test
  void anyTextIsAnId() {
    for (String id : List.of("ann", " ", "a\nb", "\ud83d\ude00", "\ufffd")) {
      assertThat(Identity.of(id).id()).isEqualTo(id);
    }
  }

  @Test
  void whatNoOtherNodeWouldGetIsNone() {
    for (String id : List.of("", "\ud83d", "a\ude00b", "\ude00\ud83d")) {
      assertThatThrownBy(() -> Identity.of(id))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("id: ");
    }
  }
}
