// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.dialect.CollectionShapes.Item;
import io.meshrt.server.internal.dialect.CollectionShapes.Part;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectionShapesTest {
  private static final Item ONE = item("doc:c1", "{\"id\":\"doc:c1\",\"t\":1}", 7, 0);
  private static final Item TWO = item("doc:c2", "{\"id\":\"doc:c2\",\"t\":2}", 1, 1);

  @Test
  void theFamilyIsAnsweredByIdsAndRecords() {
    assertThat(CollectionShapes.legacyReply(List.of(ONE)))
        .hasToString(
            "{\"success\":true,\"ids\":[\"doc:c1\"],\"records\":[{\"id\":\"doc:c1\","
                + "\"record\":{\"id\":\"doc:c1\",\"t\":1}}],\"version\":1}");
    assertThat(CollectionShapes.legacyReply(List.of()))
        .hasToString("{\"success\":true,\"ids\":[],\"records\":[],\"version\":1}");
  }

  @ParameterizedTest
  @CsvSource({
    "BARE, collection-diff",
    "MESH, mesh/collection-diff",
    "REALTIME, rt/collection-diff"
  })
  void theFamilyIsToldWhoCameAndWhoWent(Generation generation, String name) {
    byte[] push =
        CollectionShapes.legacyPush(generation, "coll:all", List.of(TWO), List.of("doc:c1"), 2);

    assertThat(new String(push, UTF_8))
        .isEqualTo(
            "{\"command\":\""
                + name
                + "\",\"payload\":{\"collectionId\":\"coll:all\",\"added\":"
                + "[{\"id\":\"doc:c2\",\"t\":2}],\"removed\":[{\"id\":\"doc:c1\"}],\"version\":2}}");
  }

  @Test
  void v1IsAnsweredInOrderWithVersions() {
    assertThat(CollectionShapes.reply(List.of(ONE), 5, false))
        .hasToString(
            "{\"success\":true,\"records\":[{\"id\":\"doc:c1\",\"record\":{\"id\":\"doc:c1\",\"t\":1},"
                + "\"version\":7,\"stamp\":\"s7\"}],\"version\":5}");
    assertThat(CollectionShapes.reply(List.of(), 5, true))
        .hasToString("{\"success\":true,\"records\":[],\"version\":5,\"more\":true}");
  }

  @Test
  void v1IsToldEverythingAboutOneChangeAtOnce() {
    Part part =
        new Part(OptionalLong.of(5), 6, List.of(TWO), List.of(ONE), List.of("a", "b"), false);

    assertThat(text(part))
        .isEqualTo(
            "{\"command\":\"mesh/collection-diff\",\"payload\":{\"collectionId\":\"c\",\"base\":5,"
                + "\"added\":[{\"id\":\"doc:c2\",\"record\":{\"id\":\"doc:c2\",\"t\":2},\"version\":1,"
                + "\"stamp\":\"s1\",\"at\":1}],\"changed\":[{\"id\":\"doc:c1\",\"record\":"
                + "{\"id\":\"doc:c1\",\"t\":1},\"version\":7,\"stamp\":\"s7\",\"at\":0}],"
                + "\"removed\":[\"a\",\"b\"],\"version\":6}}");
  }

  @Test
  void v1BeginsAnewAndIsToldThatMoreBelongsToIt() {
    Part part = new Part(OptionalLong.empty(), 6, List.of(), List.of(), List.of(), true);

    assertThat(text(part))
        .endsWith("{\"collectionId\":\"c\",\"reset\":true,\"version\":6,\"more\":true}}");
  }

  @Test
  void v1IsToldWhyASubscriptionEnded() {
    assertThat(new String(CollectionShapes.revoked("c", "EACCESS"), UTF_8))
        .isEqualTo(
            "{\"command\":\"mesh/collection-revoked\","
                + "\"payload\":{\"collectionId\":\"c\",\"code\":\"EACCESS\"}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"id\":\"r\",\"n\":1.50}; {\"id\":\"r\",\"n\":1.50}",
        "{\"n\":1.50}; {\"id\":\"r\",\"n\":1.50}",
        "{\"id\":\"other\"}; {\"id\":\"r\"}",
        "{\"id\":7}; {\"id\":\"r\"}",
        "[1]; {\"id\":\"r\",\"value\":[1]}",
        "null; {\"id\":\"r\",\"value\":null}"
      })
  void recordsOfTheFamilyCarryTheirIds(String record, String told) {
    assertThat(CollectionShapes.withId("r", RawJson.parse(record))).hasToString(told);
  }

  private static String text(Part part) {
    return new String(CollectionShapes.push("c", part), UTF_8);
  }

  private static Item item(String id, String value, long version, int at) {
    return new Item(id, RawJson.parse(value), version, "s" + version, at);
  }
}
