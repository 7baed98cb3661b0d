// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is published for the connections of a room, an identity or of everyone.
 *
 * <p>As bytes: the letter of the type, the ids of those left out with commas between, a line feed,
 * then the content.
 *
 * @param type what to do with the content
 * @param except whom it is not for, as {@link Exceptions} has them
 * @param content a frame, or for a close its code and reason with a space between
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
record Parcel(Type type, Set<String> except, byte[] content) {
  private static final Pattern CLOSING = Pattern.compile("[1-4][0-9]{3} .*", Pattern.DOTALL);

  /** What to do. */
  enum Type {
    /** Send the content, which is a frame. */
    PUSH('P'),
    /** Close the connection. */
    CLOSE('X'),
    /** Members were removed; each node looks who. */
    CLEARED('C');

    private final byte letter;

    Type(char letter) {
      this.letter = (byte) letter;
    }
  }

  static Parcel push(byte[] frame, Set<String> except) {
    return new Parcel(Type.PUSH, except, frame);
  }

  static Parcel close(int code, String reason) {
    return new Parcel(Type.CLOSE, Set.of(), (code + " " + reason).getBytes(UTF_8));
  }

  static Parcel cleared() {
    return new Parcel(Type.CLEARED, Set.of(), new byte[0]);
  }

  byte[] encode() {
    byte[] ids = String.join(",", except).getBytes(UTF_8);
    return ByteBuffer.allocate(ids.length + content.length + 2)
        .put(type.letter)
        .put(ids)
        .put((byte) '\n')
        .put(content)
        .array();
  }

  /** Reads a payload; empty if it is not one of a parcel. */
  static Optional<Parcel> decode(byte[] payload) {
    int line = 0;
    while (line < payload.length && payload[line] != '\n') {
      line++;
    }
    if (line == 0 || line == payload.length) {
      return Optional.empty();
    }
    String ids = new String(payload, 1, line - 1, UTF_8);
    Set<String> except = ids.isEmpty() ? Set.of() : new HashSet<>(List.of(ids.split(",", -1)));
    byte[] content = Arrays.copyOfRange(payload, line + 1, payload.length);
    return Arrays.stream(Type.values())
        .filter(type -> type.letter == payload[0])
        .findFirst()
        .map(type -> new Parcel(type, except, content))
        .filter(Parcel::isSound);
  }

  /** Whether the content can be what the type says; strangers may publish anything. */
  private boolean isSound() {
    return switch (type) {
      case PUSH -> content.length > 1 && content[0] == '{' && content[content.length - 1] == '}';
      case CLOSE -> CLOSING.matcher(text()).matches();
      case CLEARED -> true;
    };
  }

  int closeCode() {
    String text = text();
    return Integer.parseInt(text.substring(0, text.indexOf(' ')));
  }

  String closeReason() {
    String text = text();
    return text.substring(text.indexOf(' ') + 1);
  }

  private String text() {
    return new String(content, UTF_8);
  }
}
