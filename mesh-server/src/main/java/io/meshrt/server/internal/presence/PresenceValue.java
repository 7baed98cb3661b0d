// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.core.codec.RawJson;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the value of a room's member says about its presence.
 *
 * <p>As bytes: nothing for a member that just joined, else a letter and the number, then the state
 * if there is one, after a space: {@code s17 {"typing":true}}. The number is another one for every
 * change of a member, so that a change told twice is recognised, and so is the state that an expiry
 * was set for.
 *
 * @param number 0 for a member that just joined
 */
record PresenceValue(Kind kind, long number, Optional<RawJson> state) {
  /** A member that just joined: present, without a state. */
  static final PresenceValue JOINED = new PresenceValue(Kind.PRESENT, 0, Optional.empty());

  /** What a member is. */
  enum Kind {
    /** Present, without a state. */
    PRESENT('p'),
    /** Present, with a state that is told. */
    STATE('s'),
    /** Present, with a state that is not told but can be read. */
    SILENT_STATE('q'),
    /** Still a member, but its time to live ran out. */
    ABSENT('a');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }
  }

  static PresenceValue present(long number) {
    return new PresenceValue(Kind.PRESENT, number, Optional.empty());
  }

  static PresenceValue state(long number, RawJson state, boolean silent) {
    return new PresenceValue(silent ? Kind.SILENT_STATE : Kind.STATE, number, Optional.of(state));
  }

  static PresenceValue absent(long number) {
    return new PresenceValue(Kind.ABSENT, number, Optional.empty());
  }

  /** Reads what {@link #encode} wrote; what it did not write counts as nothing. */
  static PresenceValue decode(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length < 2) {
      return JOINED;
    }
    int space = 1;
    while (space < bytes.length && bytes[space] != ' ') {
      space++;
    }
    try {
      long number = Long.parseLong(new String(bytes, 1, space - 1, UTF_8));
      return decode(bytes[0], number, Arrays.copyOfRange(bytes, space, bytes.length));
    } catch (NumberFormatException e) {
      return JOINED;
    }
  }

  private static PresenceValue decode(byte letter, long number, byte[] rest) {
    for (Kind kind : Kind.values()) {
      boolean hasState = kind == Kind.STATE || kind == Kind.SILENT_STATE;
      if (kind.letter == letter && hasState == rest.length > 1) {
        return new PresenceValue(
            kind,
            number,
            hasState
                ? Optional.of(RawJson.ofValid(Arrays.copyOfRange(rest, 1, rest.length)))
                : Optional.empty());
      }
    }
    return JOINED;
  }

  /** The value to store. */
  byte[] encode() {
    byte[] head =
        (kind.letter + Long.toString(number) + (state.isPresent() ? " " : "")).getBytes(UTF_8);
    if (state.isEmpty()) {
      return head;
    }
    RawJson json = state.get();
    byte[] bytes = Arrays.copyOf(head, head.length + json.length());
    json.copyTo(bytes, head.length);
    return bytes;
  }

  boolean isPresent() {
    return kind != Kind.ABSENT;
  }

  /** Whether subscribers are told of a change to this value. */
  boolean isTold() {
    return kind != Kind.SILENT_STATE;
  }
}
