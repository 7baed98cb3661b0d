// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Parcels say whom they are not for, whatever identities are called. */
class ParcelTest {
  @Test
  void exceptionsOfAnyNameTravelBesideTheContent() {
    Set<String> except =
        Exceptions.of(List.of("n1-a", "no,connection", "\n"), List.of("=a,b\nc", "ünï", "*"));

    Parcel read = Parcel.decode(Parcel.push("{\n}".getBytes(UTF_8), except).encode()).orElseThrow();

    assertThat(read.except()).isEqualTo(except).hasSize(4).contains("n1-a");
    assertThat(new String(read.content(), UTF_8)).isEqualTo("{\n}");
  }
}
