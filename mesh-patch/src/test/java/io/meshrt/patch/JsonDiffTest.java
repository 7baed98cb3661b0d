// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static io.meshrt.patch.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonDiffTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'a':1}           | {'a':1,'b':2}     | [{'op':'add','path':'/b','value':2}]",
        "{'a':1,'b':2}     | {'a':1}           | [{'op':'remove','path':'/b'}]",
        "{'a':1}           | {'a':'x'}         | [{'op':'replace','path':'/a','value':'x'}]",
        "{'a':{}}          | {'a':[]}          | [{'op':'replace','path':'/a','value':[]}]",
        "{'a':1}           | {'a':null}        | [{'op':'replace','path':'/a','value':null}]",
        "{'a':{'b':{'c':1}}}|{'a':{'b':{'c':2}}}|[{'op':'replace','path':'/a/b/c','value':2}]",
        "{'l':[1,2,3]}     | {'l':[2,3]}       | [{'op':'remove','path':'/l/0'}]",
        "{'l':[1,2,3]}     | {'l':[1,9,2,3]}   | [{'op':'add','path':'/l/1','value':9}]",
        "{'l':[{'n':1},2]} | {'l':[{'n':3},2]} | [{'op':'replace','path':'/l/0/n','value':3}]",
        "[1,2]             | [1,2,3]           | [{'op':'add','path':'/2','value':3}]",
        "{}                | {'a/b~c':1}       | [{'op':'add','path':'/a~1b~0c','value':1}]",
        "{'':1}            | {'':2}            | [{'op':'replace','path':'/','value':2}]",
      })
  void oneChangeIsOneOperation(String before, String after, String patch) {
    assertThat(diff(json(before), json(after)).toJson()).isEqualTo(json(patch));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "null  | {'a':1}",
        "null  | {}",
        "null  | []",
        "null  | 4",
        "{}    | null",
        "{}    | []",
        "[]    | {}",
        "{}    | true",
        "1     | 2",
        "'x'   | {'x':1}",
        "[1]   | null",
        "false | null",
      })
  void changeOfTheWholeDocumentIsOneOperation(String before, String after) {
    Patch patch = diff(json(before), json(after));

    assertThat(patch.operations()).hasSize(1);
    assertThat(patch.applyTo(json(before))).isEqualTo(json(after));
  }

  @Test
  void nullBecomesAnObjectByOneAddPerMember() {
    Patch patch = diff(null, json("{'a':1,'b':{'c':2}}"));

    assertThat(patch.operations())
        .containsExactly(
            new PatchOperation.Add("/a", json("1")), new PatchOperation.Add("/b", json("{'c':2}")));
  }

  @Test
  void nullBecomesAnEmptyObjectByReplacing() {
    assertThat(diff(null, json("{}")).operations())
        .containsExactly(new PatchOperation.Replace("", json("{}")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {"[1,2] | {'a':1}", "{'a':1} | 5", "7 | 8", "{'a':1} | null", "null | [1]"})
  void anotherKindOfDocumentReplacesTheRoot(String before, String after) {
    assertThat(diff(json(before), json(after)).operations())
        .containsExactly(new PatchOperation.Replace("", json(after)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'a':1,'b':[1,2]} | {'b':[1.0,2],'a':1.0}",
        "{'a':[[1],[2]]}   | {'a':[[1e0],[20e-1]]}",
        "null              | null",
        "5                 | 5.0",
        "[]                | []",
        "{}                | {}",
      })
  void sameValuesNeedNoOperation(String before, String after) {
    assertThat(diff(json(before), json(after)).isEmpty()).isTrue();
  }

  @Test
  void unchangedNumbersOfAnotherTypeStayAroundAChangedItem() {
    ObjectNode before = NODES.objectNode();
    before.putArray("l").add(1).add(2L).add(3.0).add("x");
    ObjectNode after = NODES.objectNode();
    after.putArray("l").add("new").add(1.0).add(2).add(3L).add("x");

    assertThat(diff(before, after).operations())
        .containsExactly(new PatchOperation.Add("/l/0", NODES.textNode("new")));
  }

  @Test
  void severalEditsOfAListAreFound() {
    Patch patch =
        diff(
            json("[{'id':1,'n':0},{'id':2,'n':0},{'id':3,'n':0},{'id':4,'n':0}]"),
            json("[{'id':2,'n':0},{'id':3,'n':5},{'id':4,'n':0},{'id':6,'n':0}]"));

    assertThat(patch.operations())
        .containsExactly(
            new PatchOperation.Remove("/0"),
            new PatchOperation.Replace("/1/n", json("5")),
            new PatchOperation.Add("/3", json("{'id':6,'n':0}")));
  }

  @Test
  void neitherTreeIsChanged() {
    JsonNode before = json("{'a':[1,{'b':2}],'c':3}");
    JsonNode after = json("{'a':[{'b':4}],'d':{'e':[5]}}");

    diff(before, after).applyTo(before);

    assertThat(before).isEqualTo(json("{'a':[1,{'b':2}],'c':3}"));
    assertThat(after).isEqualTo(json("{'a':[{'b':4}],'d':{'e':[5]}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'a':{'__proto__':1},'z':0}        | {'a':{'__proto__':2},'z':0}",
        "{'a':{'__proto__':{'b':1}},'z':0}  | {'a':{'__proto__':{'b':2}},'z':0}",
        "{'a':{},'z':0}                     | {'a':{'__proto__':2},'z':0}",
        "{'a':{'__proto__':1},'z':0}        | {'a':{},'z':0}",
        "{'a':{'constructor':{'prototype':1}}}|{'a':{'constructor':{'prototype':2}}}",
      })
  void memberThatJavaScriptRefusesIsReplacedWithItsParent(String before, String after) {
    Patch patch = diff(json(before), json(after));

    assertThat(patch.operations()).hasSize(1);
    assertThat(patch.operations().get(0).path()).isIn("/a", "/a/constructor");
    assertThat(patch.applyTo(json(before))).isEqualTo(json(after));
  }

  @Test
  void memberThatJavaScriptRefusesAtTheTopMakesTheValueBetter() {
    assertThat(JsonDiff.between(json("{'__proto__':1}"), json("{'__proto__':2}"))).isEmpty();
    assertThat(JsonDiff.between(json("null"), json("{'__proto__':2}"))).isEmpty();
  }

  @Test
  void memberThatJavaScriptRefusesMayStayAsItIs() {
    assertThat(
            diff(json("{'__proto__':{'a':1},'b':1}"), json("{'__proto__':{'a':1},'b':2}"))
                .operations())
        .containsExactly(new PatchOperation.Replace("/b", json("2")));
  }

  @Test
  void whatIsNotJsonIsRefused() {
    JsonNode before = json("{'a':1}");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonDiff.between(before, NODES.objectNode().put("a", Double.NaN)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonDiff.between(before, NODES.objectNode().put("b", Float.NaN)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonDiff.between(before, NODES.objectNode().putPOJO("b", this)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonDiff.between(before, NODES.missingNode()));
  }

  private static Patch diff(JsonNode before, JsonNode after) {
    return JsonDiff.between(before, after).orElseThrow();
  }
}
