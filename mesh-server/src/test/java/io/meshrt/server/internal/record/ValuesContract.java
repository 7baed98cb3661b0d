// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.patch.JsonEquality;
import io.meshrt.server.fakes.LivePeer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever is JSON is a record, and reaches every kind of subscriber. */
abstract class ValuesContract extends RecordContract {
  private static final int LIMIT = 256 * 1024;

  @Test
  void everyKindOfValueFollowsEveryOther() {
    List<String> values =
        List.of("4", "true", "{}", "[]", "null", "\"\"", "{\"a\":null}", "[1,2,3]", "0.5", "{}");

    follow(DOC, values);
  }

  @Test
  void oddKeysArePatched() {
    follow(
        DOC,
        List.of(
            "{\"a/b~c\":1,\"\":2,\"0\":3,\"=\":4,\"ä€😀\":5,\"~1\":6}",
            "{\"a/b~c\":2,\"\":{\"\":1},\"0\":[3],\"=\":null,\"ä€😀\":6,\"~1\":[]}",
            "{\"\":{\"\":2},\"0\":[],\"01\":1}",
            "{\"__proto__\":{\"a\":1},\"constructor\":{\"prototype\":1}}",
            "{\"__proto__\":{\"a\":2},\"constructor\":{\"prototype\":2}}"));
  }

  @Test
  void numbersStayAsTheyWere() {
    String odd = "[12345678901234567890123,0.1234567890123456789,1e300,-0.0,9007199254740993]";
    write(first(), DOC, odd);

    assertThat(subscribe(second().v1(), DOC, "full").get("record").toString())
        .isEqualTo(json(odd).toString());
  }

  @Test
  void valuesAtTheLimitFollowEachOther() {
    String large = "\"" + "x".repeat(LIMIT - 2) + "\"";
    String other = "\"" + "y".repeat(LIMIT - 2) + "\"";

    follow(DOC, List.of(large, "1", other, large));
  }

  @Test
  void rearrangedArrayStopsAtTheBudgetAndIsSentAsTheValue() {
    String ascending = array(IntStream.range(0, 20_000));
    String descending = array(IntStream.range(0, 20_000).map(i -> 19_999 - i));

    follow(DOC, List.of(ascending, descending, ascending));
  }

  private static String array(IntStream numbers) {
    return numbers.mapToObj(Integer::toString).collect(Collectors.joining(",", "[", "]"));
  }

  /** Writes them one after the other, and waits until everybody has each. */
  private void follow(String id, List<String> values) {
    List<LivePeer> peers = new ArrayList<>();
    for (RecordNode node : nodes()) {
      for (String mode : List.of("full", "patch")) {
        peers.add(following(node, id, mode));
        peers.add(legacyFollowing(node, id, mode));
      }
    }

    long version = 0;
    for (String value : values) {
      version++;
      assertThat(write(first(), id, value).number()).as(value).isEqualTo(version);
      for (LivePeer peer : peers) {
        String number = "\"version\":" + version;
        peer.await(frame -> frame.contains(number + "}") || frame.contains(number + ","));
        Replica.Held held = Replica.of(peer, id, 1).get(id);
        assertThat(held.version()).isEqualTo(version);
        assertSame(json(value), held.value());
      }
    }
  }

  private static void assertSame(JsonNode expected, JsonNode actual) {
    assertThat(JsonEquality.same(expected, actual)).isTrue();
  }
}
