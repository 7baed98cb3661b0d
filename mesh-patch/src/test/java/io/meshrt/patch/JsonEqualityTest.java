// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static io.meshrt.patch.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JsonEqualityTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Each list holds ways to say one number; no two lists hold the same. */
  static Stream<List<JsonNode>> numbers() {
    return Stream.of(
        List.of(
            NODES.numberNode((short) 1),
            NODES.numberNode(1),
            NODES.numberNode(1L),
            NODES.numberNode(1f),
            NODES.numberNode(1.0),
            NODES.numberNode(BigInteger.ONE),
            NODES.numberNode(new BigDecimal("1.000")),
            NODES.numberNode(new BigDecimal("10e-1"))),
        List.of(
            NODES.numberNode(0),
            NODES.numberNode(0.0),
            NODES.numberNode(-0.0),
            NODES.numberNode(-0f),
            NODES.numberNode(new BigDecimal("0.00"))),
        List.of(
            NODES.numberNode(0.1f), NODES.numberNode(0.1), NODES.numberNode(new BigDecimal("0.1"))),
        List.of(
            NODES.numberNode(1L << 53),
            NODES.numberNode(0x1p53),
            NODES.numberNode(BigInteger.TWO.pow(53))),
        List.of(
            NODES.numberNode((1L << 53) + 1),
            NODES.numberNode(BigInteger.TWO.pow(53).add(BigInteger.ONE))),
        List.of(
            NODES.numberNode(1e100),
            NODES.numberNode(BigInteger.TEN.pow(100)),
            NODES.numberNode(new BigDecimal("1e100"))),
        List.of(NODES.numberNode(new BigDecimal("1e1000000000"))),
        List.of(NODES.numberNode(Long.MAX_VALUE)),
        List.of(NODES.numberNode(BigInteger.TWO.pow(63))));
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void numbersCompareByValue(List<JsonNode> ways) {
    for (JsonNode a : ways) {
      for (JsonNode b : ways) {
        assertThat(JsonEquality.same(a, b)).as("%s %s", a.numberType(), b.numberType()).isTrue();
        assertThat(JsonEquality.hash(a)).isEqualTo(JsonEquality.hash(b));
      }
    }
  }

  @Test
  void differentNumbersDiffer() {
    List<List<JsonNode>> all = numbers().toList();
    for (List<JsonNode> some : all) {
      for (List<JsonNode> others : all) {
        boolean equal = some.equals(others);
        assertThat(JsonEquality.same(some.get(0), others.get(0))).isEqualTo(equal);
        assertThat(JsonEquality.same(some.get(0), others.get(others.size() - 1))).isEqualTo(equal);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'a':1,'b':{'c':2,'d':3}} | {'b':{'d':3.0,'c':2},'a':1e0}",
        "[1,[2,{}]]                | [1.0,[2,{}]]",
        "'x'                       | 'x'",
        "null                      | null",
      })
  void sameValuesInOtherWordsAreTheSame(String a, String b) {
    assertThat(JsonEquality.same(json(a), json(b))).isTrue();
    assertThat(JsonEquality.hash(json(a))).isEqualTo(JsonEquality.hash(json(b)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'a':1}    | {'a':1,'b':null}",
        "{'a':null} | {}",
        "{'a':null} | {'b':null}",
        "{'a':1}    | {'a':'1'}",
        "[1,2]      | [2,1]",
        "[1]        | [1,1]",
        "[]         | {}",
        "0          | false",
        "''         | null",
        "'a'        | 'A'",
        "true       | false",
        "null       | {}",
      })
  void otherValuesDiffer(String a, String b) {
    assertThat(JsonEquality.same(json(a), json(b))).isFalse();
    assertThat(JsonEquality.same(json(b), json(a))).isFalse();
  }

  @Test
  void javasNullIsJsonsNull() {
    assertThat(JsonEquality.same(null, json("null"))).isTrue();
    assertThat(JsonEquality.same(null, null)).isTrue();
    assertThat(JsonEquality.same(json("{}"), null)).isFalse();
  }

  @Test
  void bytesAreTheStringTheyAreWrittenAs() {
    JsonNode bytes = NODES.binaryNode("hello".getBytes(StandardCharsets.UTF_8));

    assertThat(JsonEquality.same(bytes, NODES.textNode("aGVsbG8="))).isTrue();
    assertThat(JsonEquality.same(NODES.textNode("aGVsbG8="), bytes)).isTrue();
  }

  @Test
  void whatIsNotJsonIsRefused() {
    for (JsonNode node :
        List.of(
            NODES.numberNode(Double.NaN),
            NODES.numberNode(Double.POSITIVE_INFINITY),
            NODES.numberNode(Float.NEGATIVE_INFINITY),
            NODES.pojoNode(this),
            NODES.missingNode())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> JsonEquality.same(node, node.isNumber() ? json("1") : json("'x'")));
      assertThatIllegalArgumentException().isThrownBy(() -> JsonEquality.hash(node));
    }
  }
}
