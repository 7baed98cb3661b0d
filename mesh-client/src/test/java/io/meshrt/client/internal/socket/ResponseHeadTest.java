// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadTest {
  @Test
  void valuesAreTakenWithoutTheBlanksAroundThem() throws Exception {
    ResponseHead head = read("HTTP/1.1 101 a reason|X:|x: \t a \t b\t |");

    assertThat(head.status()).isEqualTo(101);
    assertThat(head.values("X")).containsExactly("", "a \t b");
  }

  @Test
  void bytesBeyondAsciiMayStandInTextOnly() throws Exception {
    ResponseHead head = read("HTTP/1.0 404 n\u0085o|X: \u0085\u00e9|");

    assertThat(head.status()).isEqualTo(404);
    assertThat(head.values("x")).containsExactly("\u0085\u00e9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 101x|",
        "HTTP/1.1 1|",
        "HTTP/1.1 099 x|",
        "HTTP/1.1 600|",
        "HTTP/2.0 200 x|",
        "HTTP/1.x 200 x|",
        "HTTP/1.1  200|",
        "HTTP/1.1 2\u066000 x|",
        "HTTP/1.1 200 a\nb|",
        "HTTP/1.1 200 x|no colon|",
        "HTTP/1.1 200 x|: no name|",
        "HTTP/1.1 200 x|a blank : x|",
        "HTTP/1.1 200 x|n\u00e9: x|",
        "HTTP/1.1 200 x| folded: x|",
        "HTTP/1.1 200 x|X: a\0b|",
        "HTTP/1.1 200 x|X: a\rb|",
        "HTTP/1.1 200 x|X: a\nb|",
      })
  void malformedResponseIsRefused(String response) {
    assertThatThrownBy(() -> read(response)).isInstanceOf(IOException.class);
  }

  @Test
  void blanksWithoutEndTakeNoTime() {
    String blanks = " \t".repeat(8_000);

    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThat(read("HTTP/1.1 200 x|X:" + blanks + "x" + blanks.substring(15_800) + "|"))
                .satisfies(head -> assertThat(head.values("X")).containsExactly("x")));
  }

  @Test
  void blanksThatEndInAMalformedLineTakeNoTime() {
    String blanks = " \t".repeat(8_000);

    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThatThrownBy(() -> read("HTTP/1.1 200 x|X:" + blanks + "\n|"))
                .hasMessageContaining("malformed"));
  }

  private static ResponseHead read(String response) throws IOException {
    byte[] bytes = (response.replace("|", "\r\n") + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    ResponseHead head = new ResponseHead();
    int end = head.read(bytes, 0, bytes.length);
    if (!head.isComplete()) {
      throw new IOException("not complete after " + end + " bytes");
    }
    return head;
  }
}
