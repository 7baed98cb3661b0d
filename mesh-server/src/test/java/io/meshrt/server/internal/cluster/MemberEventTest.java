// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemberEventTest {
  private static final NodeId NODE = new NodeId("n-1", "x7");

  @Test
  void readsWhatItWrites() {
    for (byte[] value : new byte[][] {null, {}, {' ', 0, -1}}) {
      Member member = new Member("a b ü", NODE, new Version(3, "s"), value);

      Member read =
          MemberEvent.decode(new MemberEvent(MemberEvent.Type.CHANGED, member).encode())
              .orElseThrow()
              .member();

      assertThat(read.id()).isEqualTo("a b ü");
      assertThat(read.owner()).isEqualTo(NODE);
      assertThat(read.version()).isEqualTo(new Version(3, "s"));
      assertThat(read.value()).isEqualTo(value);
    }
  }

  @Test
  void refusesAnythingElse() {
    for (String payload :
        List.of(
            "",
            "J",
            "X n:1 0  1 a",
            "J n 0  1 a",
            "J n:1 x  1 a",
            "J n:1 0  9 a",
            "J n:1 0  -1 a")) {
      assertThat(MemberEvent.decode(payload.getBytes(UTF_8))).as(payload).isEmpty();
    }
  }
}
