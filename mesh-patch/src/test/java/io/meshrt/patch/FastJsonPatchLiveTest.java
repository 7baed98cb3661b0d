// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Asks the JavaScript clients' library itself. Needs Node.js and npm. */
@Tag("full")
@Tag("interop")
class FastJsonPatchLiveTest {
  private static NodeScript script;

  @BeforeAll
  static void installFastJsonPatch() {
    script = NodeScript.install("/interop/apply.mjs", "fast-json-patch@3.1.1");
  }

  @Test
  void changedDocumentsAreTheSameInJavaScript() {
    var pairs = new ArrayList<Pair>();
    for (int seed = 0; seed < 400; seed++) {
      var random = new RandomJson(seed);
      JsonNode before = random.document();
      pairs.add(new Pair(before, random.changed(before)));
    }

    assertAgreement(pairs);
  }

  @Test
  void unrelatedDocumentsAreTheSameInJavaScript() {
    var pairs = new ArrayList<Pair>();
    for (int seed = 0; seed < 200; seed++) {
      pairs.add(new Pair(new RandomJson(seed).document(), new RandomJson(-1 - seed).document()));
      pairs.add(new Pair(JsonNodeFactory.instance.nullNode(), new RandomJson(seed).document()));
    }

    assertAgreement(pairs);
  }

  @Test
  void namesOfPrototypesAreTheSameInJavaScript() {
    assertAgreement(
        List.of(
            pair("{'a':{'__proto__':1}}", "{'a':{'__proto__':2}}"),
            pair("{'a':{'__proto__':{'b':1}}}", "{'a':{'__proto__':{'b':2}}}"),
            pair("{'a':{'b':1}}", "{'a':{'b':1,'__proto__':2}}"),
            pair("{'a':{'__proto__':2,'b':1}}", "{'a':{'b':1}}"),
            pair("{'constructor':{'prototype':1}}", "{'constructor':{'prototype':2}}"),
            pair("{'prototype':1,'constructor':1}", "{'prototype':2,'constructor':2}"),
            pair("{'__proto__':1,'a':1}", "{'__proto__':1,'a':2}")));
  }

  private static void assertAgreement(List<Pair> all) {
    List<Pair> pairs = all.stream().filter(pair -> !pair.patch.isEmpty()).toList();
    List<JsonNode> answers = script.ask(pairs.stream().map(Pair::question).toList());

    for (int i = 0; i < pairs.size(); i++) {
      Pair pair = pairs.get(i);
      JsonNode answer = answers.get(i);
      String about = "pair " + i + ": " + pair + " answered " + answer;
      assertThat(JsonEquality.same(answer.get("result"), pair.after)).as(about).isTrue();
      assertThat(answer.get("inPlace").booleanValue()).as(about).isEqualTo(!pair.replacesRoot());
      if (answer.get("patch").isArray()) {
        JsonNode result = Patch.fromJson(answer.get("patch")).applyTo(pair.before);
        assertThat(JsonEquality.same(result, pair.after)).as(about).isTrue();
      }
    }
  }

  private static Pair pair(String before, String after) {
    return new Pair(Json.json(before), Json.json(after));
  }

  private record Pair(JsonNode before, JsonNode after, Patch patch) {
    Pair(JsonNode before, JsonNode after) {
      this(before, after, JsonDiff.between(before, after).orElseThrow());
    }

    boolean replacesRoot() {
      return patch.operations().stream().anyMatch(operation -> operation.path().isEmpty());
    }

    JsonNode question() {
      ObjectNode question = JsonNodeFactory.instance.objectNode();
      question.set("before", before);
      question.set("after", after);
      question.set("patch", patch.toJson());
      return question;
    }
  }
}
