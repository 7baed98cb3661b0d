// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationNamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo",
        "subscribe-channel",
        "join-room",
        "noop",
        "mesh",
        "rt:x",
        "pings",
        "été",
        "\ud83d\ude00"
      })
  void ordinaryNamesAreTheApplications(String name) {
    assertThat(ApplicationNames.require(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mesh/",
        "mesh/echo",
        "rt/echo",
        "ping",
        "pong",
        "latency",
        "latency:request",
        "latency:response",
        "a\nb",
        "a\u202eb",
        "a\u0000"
      })
  void reservedAndUnprintableNamesAreRefused(String name) {
    assertThatThrownBy(() -> ApplicationNames.require(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void halvesOfSurrogatesAreRefusedAsNoOtherNodeGetsThem() {
    for (String name : List.of("\ud800", "a\udc00b", "\udc00\ud800")) {
      assertThat(ApplicationNames.flawOf(name)).contains("surrogate");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {254, 255})
  void namesUpToTheLimitAreTaken(int bytes) {
    assertThat(ApplicationNames.require("x".repeat(bytes))).hasSize(bytes);
  }

  @Test
  void oneByteMoreIsRefused() {
    assertThatThrownBy(() -> ApplicationNames.require("x".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLimitCountsBytesNotCharacters() {
    String atLimit = "€".repeat(85);

    assertThat(ApplicationNames.require(atLimit)).isEqualTo(atLimit);
    assertThatThrownBy(() -> ApplicationNames.require(atLimit + "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
