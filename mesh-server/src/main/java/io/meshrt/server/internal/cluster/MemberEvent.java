// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change of a group, as published on its events.
 *
 * <p>As bytes: the type's letter, owner, version number, version stamp and member length, each
 * followed by a space, then the member, then the value if there is one after a further space.
 *
 * @param member as it is after the change; a member that left is told without a value
 */
public record MemberEvent(Type type, Member member) {
  /** What happened. */
  public enum Type {
    /** Was not there and is now. */
    JOINED,
    /** Was there and is no more. */
    LEFT,
    /** Has another value, or none any more. */
    CHANGED;

    private byte letter() {
      return (byte) name().charAt(0);
    }
  }

  /** The payload of the publication. */
  public byte[] encode() {
    byte[] id = member.id().getBytes(UTF_8);
    Version version = member.version();
    byte @Nullable [] value = member.value();
    String head =
        String.join(
            " ",
            type.name().substring(0, 1),
            member.owner().toString(),
            Long.toString(version.number()),
            version.stamp(),
            Integer.toString(id.length),
            "");
    byte[] headBytes = head.getBytes(UTF_8);
    int length = headBytes.length + id.length + (value == null ? 0 : 1 + value.length);
    byte[] bytes = Arrays.copyOf(headBytes, length);
    System.arraycopy(id, 0, bytes, headBytes.length, id.length);
    if (value != null) {
      bytes[headBytes.length + id.length] = ' ';
      System.arraycopy(value, 0, bytes, length - value.length, value.length);
    }
    return bytes;
  }

  /** Reads a payload; empty if it is not one of an event. */
  public static Optional<MemberEvent> decode(byte[] payload) {
    try {
      return Optional.of(parse(payload));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static MemberEvent parse(byte[] payload) {
    String[] head = new String[5];
    int from = 0;
    for (int i = 0; i < head.length; i++) {
      int to = from;
      while (payload[to] != ' ') {
        to++;
      }
      head[i] = new String(payload, from, to - from, UTF_8);
      from = to + 1;
    }
    int end = from + Integer.parseInt(head[4]);
    String id = new String(payload, from, end - from, UTF_8);
    byte @Nullable [] value =
        end < payload.length ? Arrays.copyOfRange(payload, end + 1, payload.length) : null;
    Version version = new Version(Long.parseLong(head[2]), head[3]);
    Type type =
        Arrays.stream(Type.values())
            .filter(t -> head[0].length() == 1 && t.letter() == payload[0])
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("type"));
    return new MemberEvent(type, new Member(id, NodeId.parse(head[1]), version, value));
  }
}
