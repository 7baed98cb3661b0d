// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  @ParameterizedTest
  @ValueSource(strings = {"http://localhost", "localhost:8080", "ws:///x", "ws://host/#part", ""})
  void onlyWebSocketAddressesAreTaken(String uri) {
    assertThatThrownBy(() -> MeshClient.builder(uri)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws://localhost:8080", "wss://example.com/a?b=c", "WS://[::1]:1"})
  void webSocketAddressesAreTaken(String uri) {
    assertThatCode(() -> MeshClient.builder(uri).build()).doesNotThrowAnyException();
  }

  @Test
  void headersOfTheHandshakeAreRefused() {
    refused(b -> b.header("Sec-WebSocket-Key", "x"));
    refused(b -> b.header("Host", "x"));
    refused(b -> b.header("upgrade", "x"));
    refused(b -> b.header("with space", "x"));
    refused(b -> b.header("", "x"));
    refused(b -> b.header("X-Value", "a\r\nb: c"));
    refused(b -> b.header("Content-Length", "1"));
    refused(b -> b.proxyHeader("Host", "x"));
    refused(b -> b.proxyHeader("X-Value", "a\nb: c"));
  }

  @Test
  void timesArePositiveAndAtMostADay() {
    refused(b -> b.connectTimeout(Duration.ZERO));
    refused(b -> b.commandTimeout(Duration.ofMillis(-1)));
    refused(b -> b.pingTimeout(Duration.ZERO));
    refused(b -> b.commandTimeout(Duration.ofDays(1).plusNanos(1)));
    assertThatCode(() -> builder().commandTimeout(Duration.ofDays(1))).doesNotThrowAnyException();
  }

  @Test
  void countsAreInRange() {
    refused(b -> b.maxMissedPings(-1));
    refused(b -> b.limits(ClientLimits.defaults().withMaxMessageBytes(0)));
    refused(b -> b.limits(ClientLimits.defaults().withMaxMessageBytes((1 << 30) + 1)));
    refused(b -> b.limits(ClientLimits.defaults().withQueuedCalls(0, 1)));
    refused(b -> b.limits(ClientLimits.defaults().withQueuedMessages(1, 0)));
    assertThatCode(() -> builder().maxMissedPings(0)).doesNotThrowAnyException();
  }

  @Test
  void reconnectPolicyIsChecked() {
    refused(b -> b.reconnect(ReconnectPolicy.fixed(Duration.ZERO)));
    refused(
        b -> b.reconnect(ReconnectPolicy.fullJitter(Duration.ofSeconds(2), Duration.ofSeconds(1))));
    refused(b -> b.reconnect(ReconnectPolicy.defaults().withMaxAttempts(0)));
  }

  @Test
  void tokenAndAuthorizationHeaderExcludeEachOther() {
    MeshClientBuilder both =
        builder().header("authorization", "Basic x").blockingTokenSupplier(() -> "t");

    assertThatThrownBy(both::build).isInstanceOf(IllegalStateException.class);
  }

  private static void refused(Consumer<MeshClientBuilder> option) {
    assertThatThrownBy(() -> option.accept(builder())).isInstanceOf(IllegalArgumentException.class);
  }

  private static MeshClientBuilder builder() {
    return MeshClient.builder("ws://localhost:8080");
  }
}
