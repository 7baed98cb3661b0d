// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginPolicyTest {
  @ParameterizedTest
  @CsvSource({
    "http://example.com, example.com, true",
    "https://example.com, example.com, true",
    "https://EXAMPLE.com, example.COM, true",
    "http://example.com:8080, example.com:8080, true",
    "http://example.com:80, example.com, true",
    "http://example.com, example.com:80, true",
    "https://example.com:443, example.com, true",
    "http://[::1]:8080, [::1]:8080, true",
    "https://example.com, example.com:80, false",
    "https://example.com:8443, example.com, false",
    "http://example.com.evil.org, example.com, false",
    "http://evil.org, example.com, false",
    "chrome-extension://example.com, example.com, false",
    "example.com, example.com, false",
    "null, example.com, false",
    "'', example.com, false"
  })
  void sameHostComparesHostAndPort(String origin, String host, boolean allowed) {
    assertThat(OriginPolicy.sameHost().allows(origin, host)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example.com, true",
    "https://APP.example.com:443, true",
    "capacitor://localhost, true",
    "http://app.example.com, false",
    "https://app.example.com:8443, false",
    "https://example.com, false",
    "null, false"
  })
  void listIsExact(String origin, boolean allowed) {
    OriginPolicy policy =
        OriginPolicy.only(List.of("https://app.example.com", "capacitor://localhost"));

    assertThat(policy.allows(origin, "example.com")).isEqualTo(allowed);
  }

  @Test
  void nullOriginCanBeListed() {
    assertThat(OriginPolicy.only(List.of("null")).allows("null", "example.com")).isTrue();
  }

  @Test
  void anyAllowsEverything() {
    assertThat(OriginPolicy.any().allows("null", "example.com")).isTrue();
    assertThat(OriginPolicy.any().allows("http://evil.org", "example.com")).isTrue();
  }

  @Test
  void requestsWithoutOriginAreAllowed() {
    assertThat(OriginPolicy.sameHost().allows(null, "example.com")).isTrue();
    assertThat(OriginPolicy.only(List.of()).allows(null, "example.com")).isTrue();
  }

  @Test
  void listedOriginsHaveToBeOrigins() {
    assertThatThrownBy(() -> OriginPolicy.only(List.of("https://example.com/")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("https://example.com/");
  }
}
