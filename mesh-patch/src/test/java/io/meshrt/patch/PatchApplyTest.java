// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static io.meshrt.patch.Json.json;
import static io.meshrt.patch.Json.patch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatchApplyTest {

  @Test
  void firstPatchAddsItsMembersToNothing() {
    Patch patch = patch("[{'op':'add','path':'/count','value':1}]");

    assertThat(patch.applyTo(null)).isEqualTo(json("{'count':1}"));
    assertThat(patch.applyTo(json("null"))).isEqualTo(json("{'count':1}"));
  }

  @Test
  void emptyPatchLeavesNothingAsItIs() {
    assertThat(patch("[]").applyTo(null)).isEqualTo(json("null"));
  }

  @Test
  void failedPatchLeavesNothingBehind() {
    JsonNode base = json("{'a':{'b':[1,2]},'c':3}");
    Patch patch =
        patch(
            "[{'op':'add','path':'/a/b/0','value':0},{'op':'remove','path':'/c'},"
                + "{'op':'move','from':'/a/b','path':'/d'},{'op':'test','path':'/d/0','value':7}]");

    assertThatExceptionOfType(PatchException.class).isThrownBy(() -> patch.applyTo(base));

    assertThat(base).isEqualTo(json("{'a':{'b':[1,2]},'c':3}"));
  }

  @Test
  void patchIsNotChangedByLaterOperationsOnItsValues() {
    Patch patch =
        patch(
            "[{'op':'add','path':'/a','value':{'n':1}},{'op':'add','path':'/a/m','value':2},"
                + "{'op':'replace','path':'/a/n','value':3}]");

    JsonNode once = patch.applyTo(null);
    JsonNode twice = patch.applyTo(null);

    assertThat(once).isEqualTo(json("{'a':{'n':3,'m':2}}")).isEqualTo(twice);
    assertThat(patch.operations().get(0).value()).isEqualTo(json("{'n':1}"));
  }

  @Test
  void unchangedPartsAreShared() {
    JsonNode base = json("{'a':{'x':1},'b':{'y':[1]}}");

    JsonNode result = patch("[{'op':'replace','path':'/a/x','value':2}]").applyTo(base);

    assertThat(result.get("b")).isSameAs(base.get("b"));
    assertThat(base.at("/a/x").intValue()).isEqualTo(1);
  }

  @Test
  void memberNamedNullIsNoDocumentNamedNull() {
    assertThatExceptionOfType(PatchException.class)
        .isThrownBy(
            () -> patch("[{'op':'add','path':'/a/b','value':1}]").applyTo(json("{'a':null}")));
  }

  @Test
  void failureNamesTheOperationButNoContent() {
    Patch patch =
        patch(
            "[{'op':'add','path':'/secret','value':'s3cret'},"
                + "{'op':'test','path':'/secret','value':'guess'}]");

    assertThatExceptionOfType(PatchException.class)
        .isThrownBy(() -> patch.applyTo(json("{}")))
        .satisfies(
            e -> {
              assertThat(e.operationIndex()).isEqualTo(1);
              assertThat(e.code()).isEqualTo(PatchException.Code.TEST_FAILED);
              assertThat(e).hasMessage("operation 1: the value is another one");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a/00",
        "/a/01",
        "/a/-",
        "/a/-1",
        "/a/+1",
        "/a/1.0",
        "/a/1e0",
        "/a/0x1",
        "/a/ 1",
        "/a/",
        "/a/2147483648",
        "/a/4294967297",
        "/a/18446744073709551617",
        "/a/1/2",
        "/a/length",
        "/b",
        "/a/NaN",
        "/t/0",
        "/t/length",
        "/__proto__",
        "/constructor/prototype",
        "/A",
        "/a/1\u0000",
      })
  void hostilePathsLeadNowhere(String path) {
    JsonNode base = json("{'a':[1,2],'t':'text'}");

    for (PatchOperation operation :
        new PatchOperation[] {
          new PatchOperation.Remove(path),
          new PatchOperation.Replace(path, json("1")),
          new PatchOperation.Test(path, json("1")),
          new PatchOperation.Copy(path, "/z"),
          new PatchOperation.Move(path, "/z"),
        }) {
      assertFails(PatchException.Code.NOT_APPLICABLE, base, operation);
    }
  }

  @Test
  void veryLongPathsAreRefused() {
    JsonNode base = json("{}");

    for (String path :
        new String[] {
          "/a".repeat(100_000), "/".repeat(1_000_000), "/" + "x".repeat(1_000_000), "/0".repeat(65)
        }) {
      assertFails(PatchException.Code.TOO_LARGE, base, new PatchOperation.Remove(path));
    }
  }

  @Test
  void numbersOfAnyLengthAreNoIndex() {
    String digits = "9".repeat(10_000);

    assertFails(
        PatchException.Code.NOT_APPLICABLE, json("[1]"), new PatchOperation.Remove("/" + digits));
  }

  @Test
  void numberThatBecameInfiniteIsRefused() {
    for (String op : List.of("add", "replace", "test")) {
      Patch patch = patch("[{'op':'" + op + "','path':'/a','value':[1e400]}]");

      assertThatExceptionOfType(PatchException.class)
          .isThrownBy(() -> patch.applyTo(json("{'a':1}")))
          .satisfies(e -> assertThat(e.code()).isEqualTo(PatchException.Code.MALFORMED));
    }
  }

  @Test
  void javaScriptNamesAreOrdinaryMembers() {
    Patch patch =
        patch(
            "[{'op':'add','path':'/__proto__','value':{}},"
                + "{'op':'add','path':'/__proto__/polluted','value':true}]");

    ObjectNode result = (ObjectNode) patch.applyTo(json("{}"));

    assertThat(result).isEqualTo(json("{'__proto__':{'polluted':true}}"));
  }

  private static void assertFails(
      PatchException.Code code, JsonNode base, PatchOperation operation) {
    Patch patch = new Patch(List.of(operation));
    assertThatExceptionOfType(PatchException.class)
        .as("%s", operation.kind())
        .isThrownBy(() -> patch.applyTo(base))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }
}
