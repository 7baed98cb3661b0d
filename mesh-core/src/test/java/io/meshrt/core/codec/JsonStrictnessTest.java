// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonStrictnessTest {
  private static final JsonLimits LIMITS = JsonLimits.forMessages(8_000);
  private static final EnvelopeReader READER = new EnvelopeReader(LIMITS);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "``                       | no value                                | 0",
        "`  `                     | no value                                | 2",
        "{                        | the text ends too early,                | 1",
        "[1                       | the text ends too early,                | 2",
        "[1,                      | the text ends too early,                | 3",
        "{\"a\"                   | the text ends too early,                | 4",
        "{\"a\":                  | the text ends too early,                | 5",
        "\"abc                    | the text ends too early,                | 4",
        "\"abc\\                  | the text ends too early,                | 5",
        "\"\\u12                  | the text ends too early,                | 5",
        "tru                      | the text ends too early,                | 3",
        "-                        | the text ends too early,                | 1",
        "1.                       | the text ends too early,                | 2",
        "1e+                      | the text ends too early,                | 3",
        "{} {}                    | more than one value                     | 3",
        "{}x                      | more than one value                     | 2",
        "1 2                      | more than one value                     | 2",
        "12x                      | more than one value                     | 2",
        "true1                    | more than one value                     | 4",
        "[1 2]                    | expected a comma or an end              | 3",
        "[1}                      | expected a comma or an end              | 2",
        "{\"a\":1]                | expected a comma or an end              | 6",
        "{\"a\":1 \"b\":2}        | expected a comma or an end              | 7",
        "[1x]                     | expected a comma or an end              | 2",
        "[,1]                     | expected a value                        | 1",
        "[1,]                     | expected a value                        | 3",
        "[1,,2]                   | expected a value                        | 3",
        "{\"a\":}                 | expected a value                        | 5",
        "]                        | expected a value                        | 0",
        "}                        | expected a value                        | 0",
        "nul1                     | expected a value                        | 0",
        "True                     | expected a value                        | 0",
        "NaN                      | expected a value                        | 0",
        "Infinity                 | expected a value                        | 0",
        "-Infinity                | expected a digit                        | 1",
        "'a'                      | expected a value                        | 0",
        "+1                       | expected a value                        | 0",
        ".5                       | expected a value                        | 0",
        "// x                     | expected a value                        | 0",
        "/* x */ 1                | expected a value                        | 0",
        "# x                      | expected a value                        | 0",
        "{a:1}                    | expected a key                          | 1",
        "{1:1}                    | expected a key                          | 1",
        "{,}                      | expected a key                          | 1",
        "{\"a\":1,}               | expected a key                          | 7",
        "{\"a\" 1}                | expected a colon                        | 5",
        "{\"a\",1}                | expected a colon                        | 4",
        "{'a':1}                  | expected a key                          | 1",
        "01                       | a number with a leading zero            | 0",
        "[-00]                    | a number with a leading zero            | 2",
        "1.e3                     | expected a digit                        | 2",
        "1.x                      | expected a digit                        | 2",
        "[1e]                     | expected a digit                        | 3",
        "0x1                      | more than one value                     | 1",
        "1_000                    | more than one value                     | 1",
        "[1e400]                  | a number out of range                   | 1",
        "[ -1E+400]               | a number out of range                   | 2",
        "1e309                    | a number out of range                   | 0",
        "1e99999999999999999999   | a number out of range                   | 0",
        "1e-99999                 | a number out of range                   | 0",
        "1e00000000000000000000400 | a number out of range                  | 0",
        "\"\\x\"                  | an unknown escape                       | 1",
        "\"\\'\"                  | an unknown escape                       | 1",
        "\"\\u12g4\"              | an unknown escape                       | 1",
        "\"\\U0041\"              | an unknown escape                       | 1",
        "\"\\ud800\"              | a surrogate without its other half      | 1",
        "\"ab\\uDBFFx\"           | a surrogate without its other half      | 3",
        "\"\\ud800\\n\"           | a surrogate without its other half      | 1",
        "\"\\ud800\\u0041\"       | a surrogate without its other half      | 1",
        "\"\\ud800\\ud800\"       | a surrogate without its other half      | 1",
        "\"\\udc00\"              | a surrogate without its other half      | 1",
        "\"\\ud83d\\ude00\\udc00\" | a surrogate without its other half     | 13",
        "{\"\\ud800\":1}          | a surrogate without its other half      | 2",
        "{\"a\":1,\"a\":2}        | a key twice in one object               | 10",
        "{\"a\":1,\"\\u0061\":2}  | a key twice in one object               | 15",
        "{\"\\u0061\":1,\"a\":2}  | a key twice in one object               | 15",
        "[{\"b\":{\"a\":1,\"a\":1}}] | a key twice in one object            | 16",
        "{\"id\":1,\"id\":1}      | a key twice in one object               | 12",
        "{\"\":1,\"\":1}          | a key twice in one object               | 8",
        "{\"é\":1,\"\\u00E9\":1}  | a key twice in one object               | 16"
      })
  void malformedTextIsRefusedInPlainWords(String json, String problem, int offset) {
    MalformedJsonException refusal = refusalOf(json.getBytes(UTF_8));

    assertThat(refusal).hasMessage(problem + " at byte " + offset);
    assertThat(refusal.byteOffset()).isEqualTo(offset);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "-0.0e-0",
        "1E5",
        "1e+05",
        "1.7976931348623157e308",
        "0e9999",
        "123.456e-789",
        "1e-9999",
        "\"\"",
        "\"\\u0000\\u001f\\uFFFF\\ud83d\\uDE00\"",
        "\"\u007f\u0080\u07ff\u0800\uffff😀\"",
        " [ ] ",
        "\t\r\n{\"a\" : { \"a\" : [ { \"a\":1 } , {\"a\":1} ] } }\n",
        "{\"\":1,\" \":2,\"a\":3,\"A\":4}",
        "[{\"a\":1},{\"a\":1}]"
      })
  void validTextIsTaken(String json) {
    assertThatCode(() -> read(json.getBytes(UTF_8))).doesNotThrowAnyException();
    assertThat(RawJson.parse(json)).hasToString(json.strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "bf",
        "c080",
        "c1bf",
        "c3",
        "c328",
        "e08080",
        "e09fbf",
        "e282",
        "eda080",
        "edbfbf",
        "f0808080",
        "f08fbfbf",
        "f09f98",
        "f4908080",
        "f5808080",
        "fe",
        "ff",
        "e282acac"
      })
  void invalidUtf8IsRefusedInValuesAndKeys(String hex) {
    String bytes = new String(HexFormat.of().parseHex(hex), ISO_8859_1);
    byte[] value = ("{\"payload\":\"" + bytes + "\"}").getBytes(ISO_8859_1);
    byte[] key = ("{\"abc" + bytes + "\":1}").getBytes(ISO_8859_1);

    assertThat(refusalOf(value)).hasMessageStartingWith("invalid UTF-8 at byte 1");
    assertThat(refusalOf(key)).hasMessageStartingWith("invalid UTF-8 at byte ");
    assertThatThrownBy(() -> RawJson.parse(value)).isInstanceOf(MalformedJsonException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32BE", "UTF-32LE"})
  void otherEncodingsAreRefused(String encoding) {
    assertThat(refusalOf("{\"id\":1}".getBytes(Charset.forName(encoding)))).isNotNull();
    assertThat(refusalOf("1".getBytes(Charset.forName(encoding)))).isNotNull();
  }

  @Test
  void byteOrderMarkIsRefused() {
    assertThat(refusalOf("\uFEFF{}".getBytes(UTF_8))).hasMessage("expected a value at byte 0");
  }

  @Test
  void controlCharactersInStringsAreRefused() {
    for (char c = 0; c < ' '; c++) {
      assertThat(refusalOf(("[\"long enough " + c + " text\"]").getBytes(UTF_8)))
          .hasMessage("a control character in a string at byte 14");
      assertThat(refusalOf(("\"" + c + "\"").getBytes(UTF_8)))
          .hasMessage("a control character in a string at byte 1");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 12, 13, 14, 50, 2_000})
  void repeatedKeyIsFoundInObjectsOfAnySize(int keys) {
    String distinct =
        IntStream.range(0, keys)
            .mapToObj(i -> "\"k" + i + "\":{}")
            .collect(Collectors.joining(","));
    String prefix = "{\"outer\":[{\"k0\":1}],\"in\":{" + distinct;

    assertThatCode(() -> RawJson.parse(prefix + "}}")).doesNotThrowAnyException();
    assertThatThrownBy(() -> RawJson.parse(prefix + ",\"k" + (keys - 1) + "\":1}}"))
        .hasMessageStartingWith("a key twice in one object");
    assertThatThrownBy(() -> RawJson.parse(prefix + ",\"\\u006b0\":1}}"))
        .hasMessageStartingWith("a key twice in one object");
  }

  @Test
  void largeObjectsNextToEachOtherShareNoKeys() {
    String large =
        IntStream.range(0, 40)
            .mapToObj(i -> "\"k" + i + "\":{\"\\u006b0\":[],\"k1\":2}")
            .collect(Collectors.joining(",", "{", "}"));

    assertThatCode(() -> RawJson.parse("[" + large + "," + large + ",[" + large + "]]"))
        .doesNotThrowAnyException();
  }

  @Test
  void depthIsLimitedExactly() {
    assertThatCode(() -> read(nested(63))).doesNotThrowAnyException();
    assertThatCode(() -> read(nested(64))).doesNotThrowAnyException();
    assertThat(refusalOf(nested(65))).hasMessage("nested deeper than 64 at byte 64");
    assertThatThrownBy(() -> RawJson.parse(nested(65)))
        .hasMessage("nested deeper than 64 at byte 64");
    assertThatThrownBy(() -> RawJson.parse("{\"a\":".repeat(65) + "1" + "}".repeat(65)))
        .hasMessageStartingWith("nested deeper than 64");
  }

  @Test
  void depthCostsNoStackWhateverTheLimit() {
    EnvelopeReader deep =
        new EnvelopeReader(new JsonLimits(1_000_000, 100, 256, 4_000_000, 4_000_000));
    byte[] json = Arrays.copyOf(nested(1_000_000), 4_000_000);
    Arrays.fill(json, 2_000_000, json.length, (byte) ' ');

    assertThat(deep.read(json, 0, json.length).isObject()).isFalse();
  }

  @Test
  void lengthOfNumbersIsLimitedExactly() {
    assertThatCode(() -> read(digits(99))).doesNotThrowAnyException();
    assertThatCode(() -> read(digits(100))).doesNotThrowAnyException();
    assertThat(refusalOf(digits(101))).hasMessage("a number longer than 100 characters at byte 0");
    assertThatCode(() -> read(("0." + "1".repeat(98)).getBytes(UTF_8))).doesNotThrowAnyException();
    assertThat(refusalOf(("[-0." + "1".repeat(98) + "]").getBytes(UTF_8)))
        .hasMessage("a number longer than 100 characters at byte 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", "é", "€", "\\u0041", "\\n"})
  void lengthOfKeysIsLimitedExactlyAsDecoded(String character) {
    assertThatCode(() -> read(key(character.repeat(255)))).doesNotThrowAnyException();
    assertThatCode(() -> read(key(character.repeat(256)))).doesNotThrowAnyException();
    assertThat(refusalOf(key(character.repeat(257))))
        .hasMessageStartingWith("a key longer than 256 characters");
  }

  @Test
  void numberOfTokensIsLimitedExactly() {
    int budget = LIMITS.tokenBudget(4_000);

    assertThat(budget).isEqualTo(2_000);
    assertThatCode(() -> read(tokens(budget - 1, 4_000))).doesNotThrowAnyException();
    assertThatCode(() -> read(tokens(budget, 4_000))).doesNotThrowAnyException();
    assertThat(refusalOf(tokens(budget + 1, 4_000)))
        .hasMessageStartingWith("too many tokens for so short a text");
    assertThatCode(() -> RawJson.parse(tokens(budget + 1, 4_000))).doesNotThrowAnyException();
  }

  @Test
  void shortTextsMayHoldAThousandTokens() {
    assertThatCode(() -> read(tokens(1_000, 1_600))).doesNotThrowAnyException();
    assertThat(refusalOf(tokens(1_001, 1_600)))
        .hasMessageStartingWith("too many tokens for so short a text");
  }

  @Test
  void bytesAreLimitedExactly() {
    assertThatCode(() -> read(padded(7_999))).doesNotThrowAnyException();
    assertThatCode(() -> read(padded(8_000))).doesNotThrowAnyException();
    assertThat(refusalOf(padded(8_001))).hasMessage("longer than 8000 bytes at byte 0");
  }

  @Test
  void offsetsCountFromTheFrameNotTheBuffer() {
    byte[] buffer = "xxxxx[1,]xxxxx".getBytes(UTF_8);

    MalformedJsonException refusal =
        catchThrowableOfType(MalformedJsonException.class, () -> READER.read(buffer, 5, 4));

    assertThat(refusal.byteOffset()).isEqualTo(3);
  }

  @Test
  void refusalsRepeatNothingOfTheText() {
    assertThat(refusalOf("{\"secret\":\"secret\",\"secret\":1}".getBytes(UTF_8)).getMessage())
        .doesNotContain("secret");
    assertThat(refusalOf("secret".getBytes(UTF_8)).getMessage()).doesNotContain("secret");
  }

  @Test
  void limitsArePositive() {
    assertThatThrownBy(() -> new JsonLimits(0, 1, 1, 1, 1)).hasMessage("maxDepth: 0");
    assertThatThrownBy(() -> new JsonLimits(1, 0, 1, 1, 1)).hasMessage("maxNumberLength: 0");
    assertThatThrownBy(() -> new JsonLimits(1, 1, 0, 1, 1)).hasMessage("maxNameLength: 0");
    assertThatThrownBy(() -> new JsonLimits(1, 1, 1, 0, 1)).hasMessage("maxTokens: 0");
    assertThatThrownBy(() -> JsonLimits.forMessages(-1)).hasMessage("maxBytes: -1");
  }

  private static Envelope read(byte[] json) {
    return READER.read(json, 0, json.length);
  }

  private static MalformedJsonException refusalOf(byte[] json) {
    return catchThrowableOfType(MalformedJsonException.class, () -> read(json));
  }

  private static byte[] nested(int depth) {
    return ("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8);
  }

  private static byte[] digits(int count) {
    return "7".repeat(count).getBytes(UTF_8);
  }

  private static byte[] key(String key) {
    return ("{\"" + key + "\":1}").getBytes(UTF_8);
  }

  private static byte[] padded(int bytes) {
    return ("[]" + " ".repeat(bytes - 2)).getBytes(UTF_8);
  }

  /** An array of empty arrays, and of one number if that makes the count odd. */
  private static byte[] tokens(int count, int bytes) {
    int inside = count - 2;
    String last = inside % 2 == 0 ? "[]" : "[],1";
    String json = "[" + "[],".repeat(inside / 2 - 1) + last + "]";
    return (json + " ".repeat(bytes - json.length())).getBytes(UTF_8);
  }
}
