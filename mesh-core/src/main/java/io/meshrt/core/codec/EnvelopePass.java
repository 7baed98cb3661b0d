// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import io.meshrt.core.protocol.RequestId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One reading of one frame from its first byte to its last: checks the structure and every limit,
 * and keeps the parts of the envelope. Loops instead of recursing, so depth costs no stack.
 */
final class EnvelopePass {
  private final byte[] bytes;
  private final JsonLimits limits;
  private final JsonCursor cursor;
  private final OpenContainers open;
  private final EnvelopeKeys keys;
  private final boolean keepParts;
  private int tokensLeft;

  // The value of the envelope being read.
  private EnvelopePart part = EnvelopePart.NONE;
  private int partStart;
  private long wholeNumber;

  private @Nullable RequestId id;
  private @Nullable String command;
  private boolean commandText;
  private @Nullable RawJson payload;
  private @Nullable RawJson error;

  private EnvelopePass(
      byte[] bytes,
      int from,
      int to,
      JsonLimits limits,
      int tokenBudget,
      EnvelopeKeys keys,
      boolean keepParts) {
    this.bytes = bytes;
    this.limits = limits;
    this.keys = keys;
    this.cursor = new JsonCursor(bytes, from, to, limits.maxNumberLength());
    this.open = new OpenContainers(bytes);
    this.tokensLeft = tokenBudget;
    this.keepParts = keepParts;
  }

  /** Reads a frame. */
  static Envelope read(
      byte[] bytes, int from, int to, JsonLimits limits, int tokens, EnvelopeKeys keys) {
    return new EnvelopePass(bytes, from, to, limits, tokens, keys, true).run();
  }

  /** Checks any JSON value, whose number of tokens does not matter. */
  static void check(byte[] bytes, JsonLimits limits) {
    new EnvelopePass(bytes, 0, bytes.length, limits, Integer.MAX_VALUE, EnvelopeKeys.MESH, false)
        .run();
  }

  private Envelope run() {
    if (!cursor.hasMore()) {
      throw cursor.malformed("no value");
    }
    boolean object = cursor.peek() == '{';
    boolean envelope = object && keepParts;
    boolean fresh = value();
    while (open.depth() > 0) {
      fresh = step(fresh);
      if (!fresh && envelope && open.depth() == 1) {
        keepPart();
      }
    }
    if (cursor.hasMore()) {
      throw cursor.malformed("more than one value");
    }
    cursor.refuseInvalidUtf8();
    return object
        ? new Envelope(true, id, command, commandText, payload, error)
        : Envelope.NOT_AN_OBJECT;
  }

  /**
   * Takes one more value of the innermost array or object, or its end.
   *
   * @param fresh whether that one was opened just now
   * @return whether another one was opened in it
   */
  private boolean step(boolean fresh) {
    boolean inObject = open.inObject();
    byte next = cursor.peek();
    if (next == (inObject ? '}' : ']')) {
      countToken();
      cursor.skip();
      open.close();
      return false;
    }
    if (!fresh) {
      if (next != ',') {
        throw cursor.malformed("expected a comma or an end");
      }
      cursor.skip();
    }
    if (inObject) {
      key();
    }
    return value();
  }

  private void key() {
    countToken();
    if (cursor.peek() != '"') {
      throw cursor.malformed("expected a key");
    }
    int from = cursor.at() + 1;
    cursor.string();
    int to = cursor.at() - 1;
    boolean escaped = cursor.lastStringHadEscapes();
    if (to - from > limits.maxNameLength()
        && JsonStrings.unquote(bytes, from, to, escaped).length() > limits.maxNameLength()) {
      throw cursor.malformed("a key longer than " + limits.maxNameLength() + " characters");
    }
    if (!open.addKey(from, to, escaped)) {
      throw cursor.malformed("a key twice in one object");
    }
    cursor.colon();
    if (keepParts && open.depth() == 1) {
      part = escaped ? partOfEscaped(from, to) : keys.part(bytes, from, to);
    }
  }

  private EnvelopePart partOfEscaped(int from, int to) {
    byte[] key = JsonStrings.unquote(bytes, from, to, true).getBytes(StandardCharsets.UTF_8);
    return keys.part(key, 0, key.length);
  }

  /** Takes a whole scalar, or the beginning of an array or object; whether it was the latter. */
  private boolean value() {
    countToken();
    byte first = cursor.peek();
    if (open.depth() == 1) {
      partStart = cursor.at();
      wholeNumber = -1;
    }
    if (first == '"') {
      cursor.string();
    } else if (first == '{' || first == '[') {
      openContainer(first == '{');
      return true;
    } else if (first == '-' || (first >= '0' && first <= '9')) {
      long number = cursor.number();
      if (open.depth() == 1) {
        wholeNumber = number;
      }
    } else {
      cursor.literal();
    }
    return false;
  }

  private void openContainer(boolean object) {
    if (open.depth() == limits.maxDepth()) {
      throw cursor.malformed("nested deeper than " + limits.maxDepth());
    }
    open.open(object);
    cursor.skip();
  }

  /** The value that ends here belongs to the envelope itself. */
  private void keepPart() {
    switch (part) {
      case ID ->
          id =
              wholeNumber >= 0 && wholeNumber <= RequestId.MAX_NUMBER
                  ? RequestId.of(wholeNumber)
                  : RequestId.ofJson(partText());
      case COMMAND -> {
        commandText = bytes[partStart] == '"';
        command =
            commandText
                ? JsonStrings.unquote(
                    bytes, partStart + 1, cursor.at() - 1, cursor.lastStringHadEscapes())
                : partText();
      }
      case PAYLOAD -> payload = partJson();
      case ERROR -> error = partJson();
      case NONE -> {}
    }
    part = EnvelopePart.NONE;
  }

  private String partText() {
    return new String(bytes, partStart, cursor.at() - partStart, StandardCharsets.UTF_8);
  }

  private RawJson partJson() {
    return RawJson.ofValid(Arrays.copyOfRange(bytes, partStart, cursor.at()));
  }

  private void countToken() {
    if (--tokensLeft < 0) {
      throw cursor.malformed("too many tokens for so short a text");
    }
  }
}
