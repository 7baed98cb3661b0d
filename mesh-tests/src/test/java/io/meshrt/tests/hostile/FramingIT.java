// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static io.meshrt.testkit.RawFrame.BINARY;
import static io.meshrt.testkit.RawFrame.CLOSE;
import static io.meshrt.testkit.RawFrame.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.meshrt.testkit.RawFrame;
import io.meshrt.testkit.RawFrame.LengthForm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Frames that a whole server closes for, and texts that are not UTF-8; {@code test-data/websocket}
 * has all the cases there are, tested where frames are decoded.
 */
class FramingIT extends HostileSuite {
  private static final int PING = 9;
  private static final int CONTINUATION = 0;
  private static final byte[] HELLO = Attacker.utf8("hello");

  static Stream<Arguments> violations() {
    return Stream.of(
        arguments("no mask", 1002, RawFrame.text("{}").bytes(false, LengthForm.MINIMAL)),
        arguments("reserved bit", 1002, new RawFrame(true, 4, TEXT, HELLO).masked()),
        arguments("reserved bits of a ping", 1002, new RawFrame(true, 7, PING, HELLO).masked()),
        arguments("opcode 3", 1002, RawFrame.of(3, HELLO).masked()),
        arguments("opcode 15", 1002, RawFrame.of(15, HELLO).masked()),
        arguments("long form", 1002, RawFrame.text("x").bytes(true, LengthForm.SIXTEEN_BITS)),
        arguments("longer form", 1002, RawFrame.text("x").bytes(true, LengthForm.SIXTY_FOUR_BITS)),
        arguments("negative length", 1002, hex("81ffffffffffffffffff00000000")),
        arguments("endless length", 1009, hex("81ff7fffffffffffffff00000000")),
        arguments("4 GiB", 1009, hex("81ff000000010000000000000000")),
        arguments("ping in parts", 1002, new RawFrame(false, 0, PING, HELLO).masked()),
        arguments("ping of 126 bytes", 1002, RawFrame.of(PING, new byte[126]).masked()),
        arguments("end without begin", 1002, RawFrame.of(CONTINUATION, HELLO).masked()),
        arguments("begin within", 1002, join(part(TEXT, HELLO), part(TEXT, HELLO))),
        arguments("close of 1 byte", 1002, RawFrame.of(CLOSE, new byte[1]).masked()),
        arguments("close 0", 1002, RawFrame.close(0, "").masked()),
        arguments("close 1005", 1002, RawFrame.close(1005, "").masked()),
        arguments("close 999", 1002, RawFrame.close(999, "").masked()),
        arguments("close 1004", 1002, RawFrame.close(1004, "").masked()),
        arguments("close 1006", 1002, RawFrame.close(1006, "").masked()),
        arguments("close 1015", 1002, RawFrame.close(1015, "").masked()),
        arguments("close 2999", 1002, RawFrame.close(2999, "").masked()),
        arguments("close 5000", 1002, RawFrame.close(5000, "").masked()),
        arguments("close 65535", 1002, RawFrame.close(65_535, "").masked()),
        arguments("large", 1009, RawFrame.of(TEXT, new byte[320 * 1024 + 1]).masked()),
        arguments("large in parts", 1009, parts(320 * 1024 + 1, 4_096)),
        arguments("binary", 1003, RawFrame.of(BINARY, HELLO).masked()));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @MethodSource("violations")
  void violationEndsItsConnectionAlone(String name, int code, byte[] stream) throws Exception {
    try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
      attacker.socket().send(stream);

      assertThat(attacker.closeCode()).isEqualTo(code);
      assertHarmless(attacker.heard());
    }
  }

  /** The worst that can be in a text, for each of these alone and at the end of something good. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "bf",
        "c0af",
        "c1bf",
        "c2",
        "c328",
        "e08080",
        "e09fbf",
        "e28028",
        "eda080",
        "edbfbf",
        "edafbfedbfbf",
        "f0808080",
        "f08fbfbf",
        "f4908080",
        "f5808080",
        "f8888080",
        "fc83bfbfbfbf",
        "fe",
        "ff",
        "fffe",
        "feff",
        "e282",
        "f09f98"
      })
  void textThatIsNotUtf8EndsItsConnection(String hex) throws Exception {
    byte[] bad = hex(hex);
    byte[] amid = join(Attacker.utf8("{\"id\":1,\"command\":\"echo\",\"payload\":\"ü"), bad);
    for (byte[] text : new byte[][] {bad, amid, join(amid, Attacker.utf8("\"}"))}) {
      assertNotUtf8(RawFrame.of(TEXT, text).masked());
      byte[] first = Arrays.copyOf(text, text.length - 1);
      byte[] last = Arrays.copyOfRange(text, text.length - 1, text.length);
      byte[] end = new RawFrame(true, 0, CONTINUATION, last).masked();
      assertNotUtf8(join(new RawFrame(false, 0, TEXT, first).masked(), end));
    }
    assertNotUtf8(RawFrame.of(CLOSE, join(hex("03e8"), bad)).masked());
  }

  /** Older clients may send binary messages, which are read as text. */
  @ParameterizedTest
  @EnumSource(names = "V1", mode = EnumSource.Mode.EXCLUDE)
  void binaryThatIsNotUtf8IsIgnored(Tongue tongue) throws Exception {
    try (Attacker attacker = Attacker.open(tongue, port())) {
      byte[] text = Attacker.utf8("{\"id\":1,\"command\":\"echo\",\"payload\":\"\u00fc\"}");
      text[text.length - 3] = (byte) 0xff;
      attacker.socket().send(RawFrame.of(BINARY, text).masked());
      attacker.socket().send(RawFrame.of(BINARY, hex("ff00fe")).masked());

      assertThat(attacker.ask("echo", "7").path("payload").asInt()).isEqualTo(7);
      assertHarmless(attacker.heard());
    }
  }

  private void assertNotUtf8(byte[] stream) throws IOException {
    try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
      attacker.socket().send(stream);

      assertThat(attacker.closeCode()).isEqualTo(1007);
      assertHarmless(attacker.heard());
    }
  }

  private static byte[] part(int opcode, byte[] payload) {
    return new RawFrame(false, 0, opcode, payload).masked();
  }

  private static byte[] parts(int bytes, int each) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int from = 0; from < bytes; from += each) {
      out.writeBytes(part(from == 0 ? TEXT : CONTINUATION, new byte[each]));
    }
    return out.toByteArray();
  }

  private static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
