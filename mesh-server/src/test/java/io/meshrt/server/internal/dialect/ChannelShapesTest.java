// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.dialect.ChannelShapes.Entry;
import io.meshrt.server.internal.dialect.ChannelShapes.Page;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelShapesTest {
  private static final List<Entry> TWO = List.of(entry("\"a\"", 6), entry("{\"b\":1}", 7));

  @ParameterizedTest
  @CsvSource({
    "BARE, subscription-message",
    "MESH, mesh/subscription-message",
    "REALTIME, rt/subscription-message"
  })
  void theFamilyGetsTextsUnderItsPrefix(Generation generation, String name) {
    assertThat(push(generation, "\"a\\u0007 \\\" é\""))
        .isEqualTo(
            "{\"command\":\""
                + name
                + "\",\"payload\":{\"channel\":\"c\",\"message\":\"a\\u0007 \\\" é\"}}");
    assertThat(push(generation, "[1,\"x\"]"))
        .isEqualTo(
            "{\"command\":\""
                + name
                + "\",\"payload\":{\"channel\":\"c\",\"message\":\"[1,\\\"x\\\"]\"}}");
  }

  @Test
  void v1GetsValuesAndWhereTheyStand() {
    assertThat(push(Generation.V1, "[1]"))
        .isEqualTo(
            "{\"command\":\"mesh/subscription-message\",\"payload\":{\"channel\":\"c\","
                + "\"message\":[1],\"epoch\":\"e\",\"offset\":7,\"time\":1000}}");
  }

  @Test
  void historyHasTheOrderOfEachGeneration() {
    Page page = new Page(TWO, "e", 7, false, true, true);

    assertThat(ChannelShapes.history(Generation.BARE, page))
        .hasToString("{\"success\":true,\"history\":[\"{\\\"b\\\":1}\",\"a\"]}");
    assertThat(ChannelShapes.history(Generation.REALTIME, page))
        .hasToString("{\"success\":true,\"history\":[\"a\",\"{\\\"b\\\":1}\"]}");
    assertThat(ChannelShapes.history(Generation.V1, page))
        .hasToString(
            "{\"success\":true,\"history\":["
                + "{\"message\":{\"b\":1},\"offset\":7,\"time\":1000},"
                + "{\"message\":\"a\",\"offset\":6,\"time\":1000}],"
                + "\"epoch\":\"e\",\"offset\":7,\"more\":true}");
  }

  @Test
  void whatFollowsAPositionComesInOrder() {
    assertThat(ChannelShapes.history(Generation.V1, new Page(TWO, "e", 7, true, false, false)))
        .hasToString(
            "{\"success\":true,\"history\":[],\"epoch\":\"e\",\"offset\":7,\"recovered\":false,"
                + "\"publications\":[{\"message\":\"a\",\"offset\":6,\"time\":1000},"
                + "{\"message\":{\"b\":1},\"offset\":7,\"time\":1000}]}");
  }

  @Test
  void messagesOfAnotherEpochThanTheChannelTellTheirs() {
    Page page =
        new Page(
            List.of(entry("1", 9), new Entry(RawJson.parse("2"), "f", 1, 1_001)),
            "f",
            1,
            true,
            true,
            false);

    assertThat(ChannelShapes.history(Generation.V1, page))
        .hasToString(
            "{\"success\":true,\"history\":[],\"epoch\":\"f\",\"offset\":1,\"recovered\":true,"
                + "\"publications\":[{\"message\":1,\"epoch\":\"e\",\"offset\":9,\"time\":1000},"
                + "{\"message\":2,\"offset\":1,\"time\":1001}]}");
  }

  @Test
  void whatHasNoNumbersHasNoPosition() {
    assertThat(ChannelShapes.history(Generation.V1, new Page(List.of(), "", 0, false, true, false)))
        .hasToString("{\"success\":true,\"history\":[]}");
    assertThat(new String(ChannelShapes.gap("c", "", 0), UTF_8))
        .isEqualTo("{\"command\":\"mesh/channel-gap\",\"payload\":{\"channel\":\"c\"}}");
  }

  @Test
  void gapsAndRevocationsAreToldInV1() {
    assertThat(new String(ChannelShapes.gap("c", "e", 9), UTF_8))
        .isEqualTo(
            "{\"command\":\"mesh/channel-gap\",\"payload\":"
                + "{\"channel\":\"c\",\"epoch\":\"e\",\"offset\":9}}");
    assertThat(new String(ChannelShapes.revoked("c"), UTF_8))
        .isEqualTo("{\"command\":\"mesh/channel-revoked\",\"payload\":{\"channel\":\"c\"}}");
  }

  private static Entry entry(String json, long offset) {
    return new Entry(RawJson.parse(json), "e", offset, 1_000);
  }

  private static String push(Generation generation, String json) {
    return new String(ChannelShapes.push(generation, "c", entry(json, 7)), UTF_8);
  }
}
