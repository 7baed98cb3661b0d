// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCounterTest {
  private static final byte[] REQUESTS =
      String.join(
              "\r\n",
              List.of(
                  "*1",
                  "$4",
                  "PING", //
                  "*3",
                  "$7",
                  "evalsha",
                  "$3",
                  "a\r\n",
                  "$0",
                  "", //
                  "*2",
                  "$7",
                  "PUBLISH",
                  "$12",
                  "*2\r\n$4\r\nPING",
                  ""))
          .getBytes(US_ASCII);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 1_000})
  void requestsAreToldHoweverTheyAreCut(int slice) {
    List<String> told = new ArrayList<>();
    RequestCounter counter = new RequestCounter(told::add);

    for (int from = 0; from < REQUESTS.length; from += slice) {
      counter.read(REQUESTS, from, Math.min(slice, REQUESTS.length - from));
    }

    assertThat(told).containsExactly("PING", "EVALSHA", "PUBLISH");
  }
}
