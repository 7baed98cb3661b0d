// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static io.meshrt.patch.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonMergeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'a':1,'b':1}         | {'b':2,'c':2}   | {'a':1,'b':2,'c':2}",
        "{'a':{'x':1}}         | {'a':{'y':2}}   | {'a':{'y':2}}",
        "{'a':1}               | {'a':null}      | {'a':null}",
        "{'a':1}               | {}              | {'a':1}",
        "{'a':1}               | [1]             | [1]",
        "[1]                   | {'a':1}         | {'a':1}",
        "null                  | {'a':1}         | {'a':1}",
        "{'a':1}               | null            | null",
        "1                     | 2               | 2",
      })
  void shallowMergeJoinsTheMembersOfTwoObjects(String stored, String change, String merged) {
    assertThat(JsonMerge.shallow(json(stored), json(change))).isEqualTo(json(merged));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'a':1,'n':{'x':1}}   | {'n':{'y':2}}   | {'a':1,'n':{'x':1,'y':2}}",
        "{'n':{'x':{'p':1}}}   | {'n':{'x':{'q':2}}} | {'n':{'x':{'p':1,'q':2}}}",
        "{'n':{'x':1}}         | {'n':[1]}       | {'n':[1]}",
        "{'n':[1,2]}           | {'n':[3]}       | {'n':[3]}",
        "{'n':[{'x':1}]}       | {'n':[{'y':1}]} | {'n':[{'y':1}]}",
        "{'n':{'x':1}}         | {'n':null}      | {'n':null}",
        "{'n':1}               | {'n':{'x':1}}   | {'n':{'x':1}}",
        "{'a':1}               | 'text'          | 'text'",
        "null                  | {'a':{'b':1}}   | {'a':{'b':1}}",
      })
  void deepMergeJoinsObjectsOnEveryLevel(String stored, String change, String merged) {
    assertThat(JsonMerge.deep(json(stored), json(change))).isEqualTo(json(merged));
  }

  @Test
  void storedMembersKeepTheirPlace() {
    assertThat(JsonMerge.shallow(json("{'b':1,'a':1}"), json("{'c':2,'a':2}")).toString())
        .isEqualTo("{\"b\":1,\"a\":2,\"c\":2}");
  }

  @Test
  void javasNullIsJsonsNull() {
    assertThat(JsonMerge.shallow(null, json("{'a':1}"))).isEqualTo(json("{'a':1}"));
    assertThat(JsonMerge.deep(json("{'a':1}"), null)).isEqualTo(json("null"));
  }

  @Test
  void neitherTreeIsChanged() {
    JsonNode stored = json("{'n':{'x':{'p':1}}}");
    JsonNode change = json("{'n':{'x':{'q':2}},'m':1}");

    JsonMerge.shallow(stored, change);
    JsonMerge.deep(stored, change);

    assertThat(stored).isEqualTo(json("{'n':{'x':{'p':1}}}"));
    assertThat(change).isEqualTo(json("{'n':{'x':{'q':2}},'m':1}"));
  }
}
