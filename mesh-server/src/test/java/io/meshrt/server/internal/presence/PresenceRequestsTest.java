// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.RequestId;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.Request;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceRequestsTest {
  private final PresenceRequests requests = new PresenceRequests(new JsonValues());

  @Test
  void everythingIsRead() {
    PresenceRequests.Publication publication =
        v1("{\"roomName\":\"a\",\"state\":{\"x\":[1,\"ü\"]},\"expireAfter\":300,\"silent\":true}");

    assertThat(publication)
        .isEqualTo(
            new PresenceRequests.Publication(
                "a", RawJson.parse("{\"x\":[1,\"ü\"]}"), Duration.ofMillis(300), true));
  }

  @Test
  void stateAloneNeverExpiresAndIsTold() {
    PresenceRequests.Publication publication =
        v1("{\"roomName\":\"a\",\"state\":1,\"expireAfter\":null,\"silent\":null}");

    assertThat(publication.expireAfter()).isNull();
    assertThat(publication.silent()).isFalse();
  }

  @Test
  void anExpiryOfNothingOrLessIsNone() {
    assertThat(expiry("0")).isNull();
    assertThat(expiry("-5")).isNull();
    assertThat(expiry("0.2")).isEqualTo(Duration.ofMillis(1));
    assertThat(expiry("1e300")).isEqualTo(Duration.ofDays(366));
    assertThat(expiry("99999999999999999999999")).isEqualTo(Duration.ofDays(366));
  }

  @Test
  void mesh1TakesAnyStateButNull() {
    for (String state : List.of("false", "0", "\"\"", "[]", "{}")) {
      assertThat(v1("{\"roomName\":\"a\",\"state\":" + state + "}").state())
          .isEqualTo(RawJson.parse(state));
    }
    assertRefused(Generation.V1, "{\"roomName\":\"a\",\"state\":null}", "state: missing");
    assertRefused(Generation.V1, "{\"roomName\":\"a\"}", "state: missing");
  }

  @Test
  void theOldersRefuseWhatJavaScriptTakesForNothing() {
    for (String state : List.of("false", "0", "0.0", "-0", "\"\"", "null")) {
      String payload = "{\"roomName\":\"a\",\"state\":" + state + "}";
      assertRefused(Generation.MESH, payload, "state: missing");
      assertRefused(Generation.REALTIME, payload, "state: missing");
    }
    assertRefused(Generation.MESH, "{\"roomName\":\"a\"}", "state: missing");
  }

  @Test
  void whatDoesNotFitIsNamed() {
    assertRefused(Generation.V1, "[]", "payload");
    assertRefused(Generation.V1, "{\"state\":1}", "roomName");
    assertRefused(Generation.V1, "{\"roomName\":7,\"state\":1}", "roomName");
    assertRefused(Generation.V1, "{\"roomName\":\"\",\"state\":1}", "roomName");
    assertRefused(Generation.V1, "{\"roomName\":\"a\\u0007\",\"state\":1}", "roomName");
    assertRefused(
        Generation.V1, "{\"roomName\":\"a\",\"state\":1,\"expireAfter\":\"1\"}", "expireAfter");
    assertRefused(Generation.V1, "{\"roomName\":\"a\",\"state\":1,\"silent\":1}", "silent");
  }

  private Duration expiry(String number) {
    return v1("{\"roomName\":\"a\",\"state\":1,\"expireAfter\":" + number + "}").expireAfter();
  }

  private PresenceRequests.Publication v1(String payload) {
    return requests.publication(request(Generation.V1, payload));
  }

  private void assertRefused(Generation generation, String payload, String text) {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> requests.publication(request(generation, payload)))
        .satisfies(failure -> assertThat(failure.code()).isEqualTo("EBADREQUEST"))
        .withMessageStartingWith(text);
  }

  private static Request request(Generation generation, String payload) {
    String name = "publish-presence-state";
    return new Request(RequestId.of(7), name, name, true, generation, RawJson.parse(payload));
  }
}
