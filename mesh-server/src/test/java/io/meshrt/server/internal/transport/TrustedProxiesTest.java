// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  private static final TrustedProxies PROXIES =
      TrustedProxies.of(List.of("10.0.0.0/8", "192.168.1.7", "fd00::/8"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.1.2.3    | 203.0.113.9                       | 203.0.113.9",
        "192.168.1.7 | 203.0.113.9                       | 203.0.113.9",
        "192.168.1.8 | 203.0.113.9                       | 192.168.1.8",
        "fd00::1     | 203.0.113.9                       | 203.0.113.9",
        "10.1.2.3    | 1.1.1.1, 203.0.113.9              | 203.0.113.9",
        "10.1.2.3    | 203.0.113.9, 10.9.9.9             | 203.0.113.9",
        "10.1.2.3    | 1.1.1.1, 203.0.113.9,10.9.9.9     | 203.0.113.9",
        "10.1.2.3    | 10.7.7.7, 10.9.9.9                | 10.7.7.7",
        "10.1.2.3    | 203.0.113.9:4711                  | 203.0.113.9",
        "10.1.2.3    | [2001:db8::5]:4711                | 2001:db8:0:0:0:0:0:5",
        "10.1.2.3    | 2001:db8::5                       | 2001:db8:0:0:0:0:0:5",
        "10.1.2.3    | ::ffff:203.0.113.9                | 203.0.113.9",
        "10.1.2.3    | unknown                           | 10.1.2.3",
        "10.1.2.3    | 203.0.113.9, unknown, 10.9.9.9    | 10.9.9.9",
        "10.1.2.3    | localhost                         | 10.1.2.3",
        "10.1.2.3    | 203.0.113.999                     | 10.1.2.3",
        "10.1.2.3    | ''                                | 10.1.2.3",
        "127.0.0.1   | 203.0.113.9                       | 127.0.0.1"
      })
  void headerIsReadFromTheRightAsFarAsHopsAreTrusted(String peer, String header, String expected)
      throws Exception {
    assertThat(PROXIES.clientAddress(InetAddress.getByName(peer), List.of(header)))
        .isEqualTo(expected);
  }

  @Test
  void severalHeaderLinesAreOneList() throws Exception {
    String client =
        PROXIES.clientAddress(
            InetAddress.getByName("10.0.0.1"), List.of("1.1.1.1, 203.0.113.9", "10.2.2.2"));

    assertThat(client).isEqualTo("203.0.113.9");
  }

  @Test
  void withoutTrustedProxiesTheHeaderMeansNothing() throws Exception {
    String client =
        TrustedProxies.none()
            .clientAddress(InetAddress.getByName("10.0.0.1"), List.of("203.0.113.9"));

    assertThat(client).isEqualTo("10.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy.local", "10.0.0.0/33", "10.0.0.0/", "10.0.0", "fd00::/129", ""})
  void networksAreAddresses(String network) {
    assertThatThrownBy(() -> TrustedProxies.of(List.of(network)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("trusted proxy: " + network);
  }
}
