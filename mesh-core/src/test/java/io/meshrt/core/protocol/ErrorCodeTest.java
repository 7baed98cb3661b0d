// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {
  @Test
  void wireNamesAreThoseOfTheProtocol() {
    assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::wire))
        .containsExactlyInAnyOrder(
            "EBADREQUEST",
            "ENOTFOUND",
            "EACCESS",
            "EUNAUTHORIZED",
            "ELIMIT",
            "ERATE",
            "ETOOLARGE",
            "ETIMEOUT",
            "ECONFLICT",
            "ENOWORKER",
            "EUNAVAILABLE",
            "ESERVER",
            "CONNECTION_LOST",
            "CLOSED");
  }
}
