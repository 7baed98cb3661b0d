// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.patch.JsonEquality;
import io.meshrt.patch.Patch;
import io.meshrt.patch.PatchLimits;
import io.meshrt.tests.harness.V1Socket;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Values that make bad patches, written by one client and followed by another. Clients send no
 * patches; what patches may hold {@code PatchApplyTest} and {@code PatchLimitsTest} have.
 */
class PatchesIT extends HostileSuite {
  private static final String WRITE = "publish-record-update";

  /** Each is written over the one before. */
  private static final List<String> VALUES =
      List.of(
          "1",
          "{}",
          "[]",
          "{\"a/b~c\":1,\"~1\":2,\"\":3,\"~\":4,\"/\":5}",
          "{\"a/b~c\":2,\"~1\":{\"\":{}},\"\":{\"\":0},\"~\":[],\"/\":null}",
          "{\"__proto__\":{\"admin\":true},\"constructor\":{\"prototype\":1}}",
          "{\"__proto__\":{\"admin\":false},\"toString\":1}",
          "{\"0\":1,\"-\":2,\"-1\":3,\"01\":4}",
          "[{\"0\":1},{\"-\":2}]",
          "[]",
          "[[],[[]],[[[]]]]",
          "[[[]],[],[[],[]]]",
          "[1,1.0,-0.0,0,1e0,100e-2]",
          "[1.0,1,0,-0.0,1.5,1]",
          "[9007199254740993,9007199254740992,1e308,-1e308,5e-324]",
          "[9007199254740992,9007199254740993,1e307,-1e307,0]",
          "{\"é\":1,\"e\u0301\":2,\"\\u0000\":3,\"\\ud83d\\ude00\":4,\"\\u2028\":5}",
          "{\"é\":2,\"e\u0301\":1,\"\\u0000\":{},\"\\ud83d\\ude00\":[],\"\\u2028\":\"\"}",
          nested("[", "]", 59),
          nested("{\"a\":", "}", 59).replace(":}", ":1}"),
          numbers(0),
          numbers(1),
          "\"" + "x".repeat(200_000) + "\"",
          "null",
          "\"\"",
          "false");

  @ParameterizedTest
  @EnumSource
  void patchesLeadToTheSameValue(Tongue tongue) throws Exception {
    String record = "patched by " + tongue;
    try (Attacker attacker = Attacker.open(tongue, port());
        Attacker follower = Attacker.open(tongue, port())) {
      follower.askBuiltIn(
          "subscribe-record", "{\"recordId\":\"" + record + "\",\"mode\":\"patch\"}");
      JsonNode at = V1Socket.JSON.nullNode();
      for (String value : VALUES) {
        attacker.askBuiltIn(WRITE, write(record, value, "{}"));
        JsonNode expected = V1Socket.JSON.readTree(value);
        if (JsonEquality.same(at, expected)) {
          continue;
        }

        at = followed(follower, at);

        assertThat(JsonEquality.same(at, expected)).as("%.80s", value).isTrue();
        attacker.heard();
        follower.heard();
        assertHarmless("");
      }
    }
  }

  /** What cannot be merged replaces, as the protocol says, and the same holds deep inside. */
  @Test
  void anythingMayBeMergedIntoAnything() throws Exception {
    try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
      for (String strategy : List.of("merge", "deepMerge")) {
        for (String value : VALUES) {
          String options = "{\"strategy\":\"" + strategy + "\"}";
          JsonNode answer = attacker.askBuiltIn(WRITE, write("merged", value, options));

          assertThat(answer.at("/error/code").asText("")).as("%.80s", value).isIn("", "ETOOLARGE");
          assertHarmless(attacker.heard());
        }
      }
    }
  }

  private static JsonNode followed(Attacker follower, JsonNode before) throws IOException {
    JsonNode update = follower.next();
    while (!update.path("command").asText().endsWith("record-update")) {
      update = follower.next();
    }
    JsonNode patch = update.at("/payload/patch");
    if (patch.isMissingNode()) {
      return update.at("/payload/full");
    }
    JsonNode from = before.isNull() ? V1Socket.JSON.createObjectNode() : before;
    return Patch.fromJson(patch).applyTo(from, PatchLimits.defaults());
  }

  private static String write(String record, String value, String options) {
    return "{\"recordId\":\""
        + record
        + "\",\"newValue\":"
        + value
        + ",\"options\":"
        + options
        + "}";
  }

  private static String nested(String open, String close, int depth) {
    return open.repeat(depth) + close.repeat(depth);
  }

  /** Every element differs from that of the next list, so that a patch is longer than the value. */
  private static String numbers(int seed) {
    return IntStream.range(0, 3_000).mapToObj(i -> i + seed + ".5").toList().toString();
  }
}
