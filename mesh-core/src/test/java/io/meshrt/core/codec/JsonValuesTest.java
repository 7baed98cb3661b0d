// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import com.fasterxml.jackson.databind.node.NullNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonValuesTest {
  private final JsonValues values = new JsonValues();

  enum Size {
    SMALL,
    LARGE
  }

  record Item(
      int price,
      double weight,
      @Nullable String name,
      @Nullable Size size,
      boolean sold,
      byte shelf,
      @Nullable Shape shape) {}

  record Order(
      @Nullable UUID id,
      @Nullable List<Item> items,
      @Nullable Map<String, Item> byName,
      @Nullable BigDecimal total,
      @Nullable Set<Integer> counts) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  interface Shape {}

  record Required(@JsonProperty(value = "name", required = true) String name) {}

  record Positive(int count) {
    Positive {
      if (count < 0) {
        throw CommandException.badRequest("count has to be positive");
      }
      if (count > 100) {
        throw new IllegalArgumentException("internal words about count");
      }
    }
  }

  static class Unreadable {
    Unreadable(int one, int two) {}
  }

  static class Unwritable {
    public int getValue() {
      throw new IllegalStateException("boom");
    }
  }

  @Test
  void commonValuesAreWritten() {
    assertThat(values.encode(null)).isSameAs(RawJson.NULL);
    assertThat(values.encode(true)).hasToString("true");
    assertThat(values.encode(12)).hasToString("12");
    assertThat(values.encode(List.of(1, "a"))).hasToString("[1,\"a\"]");
    assertThat(values.encode(new Required("x"))).hasToString("{\"name\":\"x\"}");
    assertThat(values.encode(NullNode.instance)).hasToString("null");
    assertThat(values.encode(new Calendar.Builder().setInstant(0).build()))
        .hasToString("\"1970-01-01T00:00:00.000+00:00\"");
    assertThat(values.encode(Double.POSITIVE_INFINITY)).hasToString("\"Infinity\"");
  }

  @Test
  void rawJsonIsPassedThroughBothWays() {
    RawJson raw = RawJson.parse("{\"a\": 1.0}");

    assertThat(values.encode(raw)).isSameAs(raw);
    assertThat(values.decode(raw, RawJson.class)).isSameAs(raw);
  }

  @Test
  void textsSurviveTheRoundTrip() {
    RandomJson random = new RandomJson(33);
    for (int i = 0; i < 2_000; i++) {
      String text = random.text();

      assertThat(values.decode(values.encode(text), String.class)).isEqualTo(text);
      assertThat(values.decode(values.encode(List.of(text)), new TypeReference<List<String>>() {}))
          .isEqualTo(List.of(text));
    }
  }

  @Test
  void whateverIsWrittenTheStrictReaderTakes() {
    RandomJson random = new RandomJson(34);
    for (int i = 0; i < 3_000; i++) {
      RawJson json = values.encode(Map.of(random.anyChars(), List.of(random.anyChars())));

      assertThatCode(() -> RawJson.parse(json.toByteArray())).doesNotThrowAnyException();
    }
  }

  @Test
  void loneSurrogatesBecomeReplacementCharactersAtEveryDepth() {
    assertThat(values.decode(values.encode("a\ud800b"), String.class)).isEqualTo("a\ufffdb");
    assertThat(values.encode(List.of("\udc00\\ud800😀\ud83d")))
        .hasToString("[\"\\ufffd\\\\ud800😀\\ufffd\"]");
  }

  @Test
  void valueThatCannotBeWrittenNamesItsType() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);

    assertThatThrownBy(() -> values.encode(new Unwritable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot be written as JSON: a value of " + Unwritable.class.getName());
    assertThatThrownBy(() -> values.encode(new Object()))
        .hasMessage("cannot be written as JSON: a value of java.lang.Object");
    assertThatThrownBy(() -> values.encode(endless))
        .hasMessage("cannot be written as JSON: a value of java.util.ArrayList");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"items\":[{},{\"price\":\"x\"}]}       | payload.items[1].price: expected a whole number",
        "{\"items\":[{\"price\":true}]}           | payload.items[0].price: expected a whole number",
        "{\"items\":[{\"price\":1.5}]}            | payload.items[0].price: expected a whole number",
        "{\"items\":[{\"price\":99999999999}]}    | payload.items[0].price: a number out of range",
        "{\"items\":[{\"shelf\":3000}]}           | payload.items[0].shelf: a number out of range",
        "{\"items\":[{\"weight\":\"x\"}]}         | payload.items[0].weight: expected a number",
        "{\"items\":[{\"sold\":\"x\"}]}           | payload.items[0].sold: expected true or false",
        "{\"items\":[{\"name\":{}}]}              | payload.items[0].name: expected a text",
        "{\"items\":[{\"size\":\"HUGE\"}]}        | payload.items[0].size: not one of the values allowed here",
        "{\"items\":[{\"shape\":{\"kind\":\"x\"}}]} | payload.items[0].shape: unknown type",
        "{\"items\":5}                            | payload.items: expected an array",
        "{\"items\":[5]}                          | payload.items[0]: expected an object",
        "{\"byName\":{\"a b\":{\"price\":[]}}}    | payload.byName.a?b.price: expected a whole number",
        "{\"byName\":[]}                          | payload.byName: expected an object",
        "{\"total\":\"x\"}                        | payload.total: expected a number",
        "{\"counts\":{}}                          | payload.counts: expected an array",
        "{\"id\":\"x\"}                           | payload.id: not a valid value",
        "{\"id\":{}}                              | payload.id: not a valid value",
        "[]                                       | payload: expected an object",
        "7                                        | payload: expected an object",
      })
  void payloadThatDoesNotFitNamesTheFieldInPlainWords(String json, String problem) {
    CommandException refusal = refusal(values, json, Order.class);

    assertThat(refusal.is(ErrorCode.BAD_REQUEST)).isTrue();
    assertThat(refusal).hasMessage(problem).hasNoCause();
  }

  @Test
  void scalarsThatDoNotFitAreRefusedAtTheRoot() {
    assertThat(refusal(values, "\"x\"", Integer.class))
        .hasMessage("payload: expected a whole number");
    assertThat(refusal(values, "99999999999", int.class))
        .hasMessage("payload: a number out of range");
    assertThat(refusal(values, "[1]", String.class)).hasMessage("payload: expected a text");
  }

  @Test
  void missingAndUnknownFieldsAreNamedWhereTheMapperMinds() {
    JsonValues strict =
        new JsonValues(
            JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .build());

    assertThat(refusal(strict, "{\"name\":\"a\",\"nick\":\"b\"}", Required.class))
        .hasMessage("payload.nick: unknown field");
    assertThat(refusal(strict, "{}", Required.class)).hasMessage("payload.name: missing");
    assertThat(refusal(strict, "{\"name\":null}", Required.class))
        .hasMessage("payload.name: must not be null");
  }

  @Test
  void typesMayRefuseInTheirOwnWordsOnlyThroughCommandException() {
    assertThat(refusal(values, "{\"count\":-1}", Positive.class))
        .hasMessage("count has to be positive");
    assertThat(refusal(values, "{\"count\":101}", Positive.class))
        .hasMessage("payload: not a valid value");
  }

  @Test
  void longPathsAreCutAndMadeVisible() {
    String key = "\\n\\u001b\\u202e" + "k".repeat(250);

    CommandException refusal =
        refusal(values, "{\"byName\":{\"" + key + "\":{\"price\":\"x\"}}}", Order.class);

    assertThat(refusal.getMessage())
        .startsWith("payload.byName.???kkk")
        .endsWith("kkk…: expected a whole number")
        .hasSizeLessThan(250);
  }

  @Test
  void typeThatNoPayloadFitsIsTheApplicationsFault() {
    assertThatThrownBy(() -> values.decode(RawJson.EMPTY_OBJECT, Unreadable.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Unreadable");
  }

  @Test
  void unknownFieldsAreIgnoredByTheMapperOfOurOwn() {
    RawJson json = RawJson.parse("{\"name\":\"x\",\"later\":{\"a\":1}}");

    assertThat(values.decode(json, Required.class)).isEqualTo(new Required("x"));
  }

  @Test
  void typesWithParametersAreReadAlike() {
    RawJson json = RawJson.parse("{\"a\":[{\"name\":\"x\"}]}");
    TypeReference<Map<String, List<Required>>> type = new TypeReference<>() {};
    Map<String, List<Required>> expected = Map.of("a", List.of(new Required("x")));

    Map<String, List<Required>> byJavaType =
        values.decode(json, new ObjectMapper().constructType(type));

    assertThat(values.decode(json, type)).isEqualTo(expected);
    assertThat(byJavaType).isEqualTo(expected);
  }

  @Test
  void nullIsNullForValuesAndANodeForTrees() {
    assertThat(values.decode(RawJson.NULL, Required.class)).isNull();
    assertThat(values.decode(RawJson.NULL, String.class)).isNull();
    assertThat(values.tree(RawJson.NULL)).isEqualTo(NullNode.instance);
    assertThat(values.tree(RawJson.parse("{\"a\":[1]}")).at("/a/0").intValue()).isEqualTo(1);
  }

  @Test
  void mapperOfTheApplicationIsUsedButNotChanged() throws Exception {
    ObjectMapper mapper =
        JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();
    JsonValues snakes = new JsonValues(mapper);

    assertThat(snakes.encode(new Order(null, null, Map.of(), null, null)))
        .hasToString("{\"id\":null,\"items\":null,\"by_name\":{},\"total\":null,\"counts\":null}");
    assertThat(refusal(snakes, "{\"by_name\":3}", Order.class))
        .hasMessage("payload.by_name: expected an object");
    assertThat(mapper.writeValueAsString(Map.of("a", 1))).contains("\n");
  }

  @Test
  void mappersThatOpenDoorsOrWriteNoJsonAreRefused() {
    ObjectMapper typing =
        JsonMapper.builder()
            .activateDefaultTyping(
                BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build())
            .build();
    ObjectMapper other =
        new ObjectMapper(
            new JsonFactory() {
              @Override
              public String getFormatName() {
                return "YAML";
              }
            });

    assertThatThrownBy(() -> new JsonValues(typing)).hasMessage("mapper: has default typing");
    assertThatThrownBy(() -> new JsonValues(other)).hasMessage("mapper: writes YAML");
  }

  private static CommandException refusal(JsonValues values, String json, Class<?> type) {
    return catchThrowableOfType(
        CommandException.class, () -> values.decode(RawJson.parse(json), type));
  }
}
