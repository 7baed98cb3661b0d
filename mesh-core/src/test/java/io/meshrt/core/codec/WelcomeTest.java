// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WelcomeTest {
  @Test
  void looksAsTheProtocolSays() {
    assertThat(welcome("user:5").toJson())
        .hasToString(
            "{\"connectionId\":\"c-1\",\"nodeId\":\"n-2\",\"pingIntervalMillis\":30000,"
                + "\"maxMissedPongs\":1,\"limits\":{\"maxMessageBytes\":327680,"
                + "\"maxRunningCommands\":64,\"maxWaitingCommands\":1024,"
                + "\"maxWaitingBytes\":1048576},\"serverTimeMillis\":1795211564353,"
                + "\"identity\":\"user:5\"}");
  }

  @Test
  void isReadBackAsItWasWritten() {
    assertThat(Welcome.fromJson(welcome("user:5").toJson())).isEqualTo(welcome("user:5"));
    assertThat(Welcome.fromJson(welcome(null).toJson())).isEqualTo(welcome(null));
  }

  @Test
  void unknownFieldsAreIgnored() {
    String json =
        welcome(null).toJson().toString().replace("\"limits\":{", "\"x\":1,\"limits\":{\"y\":2,");

    assertThat(Welcome.fromJson(RawJson.parse(json))).isEqualTo(welcome(null));
  }

  @ParameterizedTest
  @CsvSource({
    "connectionId, welcome.connectionId: expected a text",
    "nodeId, welcome.nodeId: expected a text",
    "pingIntervalMillis, welcome.pingIntervalMillis: expected a whole number",
    "maxMissedPongs, welcome.maxMissedPongs: expected a whole number",
    "maxMessageBytes, welcome.maxMessageBytes: expected a whole number",
    "maxWaitingBytes, welcome.maxWaitingBytes: expected a whole number",
    "serverTimeMillis, welcome.serverTimeMillis: expected a whole number",
  })
  void missingFieldIsNamed(String field, String problem) {
    String json = welcome(null).toJson().toString().replace(field, "other" + field);

    assertThatThrownBy(() -> Welcome.fromJson(RawJson.parse(json)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(problem);
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    String json = welcome(null).toJson().toString();

    assertThatThrownBy(() -> Welcome.fromJson(RawJson.parse(json.replace("1024", "-1"))))
        .hasMessage("welcome.maxWaitingCommands: out of range");
    assertThatThrownBy(() -> Welcome.fromJson(RawJson.parse(json.replace("1024", "3000000000"))))
        .hasMessage("welcome.maxWaitingCommands: out of range");
    assertThatThrownBy(() -> Welcome.fromJson(RawJson.NULL))
        .hasMessage("welcome.connectionId: expected a text");
  }

  private static Welcome welcome(@Nullable String identityId) {
    return new Welcome(
        "c-1", "n-2", 30_000, 1, 327_680, 64, 1_024, 1_048_576, 1_795_211_564_353L, identityId);
  }
}
