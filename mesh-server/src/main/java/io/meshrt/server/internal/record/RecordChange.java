// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Version;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One record's part in a publication of its group. Everything that one commit changed is in one
 * publication.
 *
 * <p>As bytes, one behind the other, with an N before what happened after that: a letter for the
 * kind; then id, stamp of the base and stamp of the version, each behind its length in two bytes;
 * the number in eight; the JSON behind its length in four.
 *
 * @param base stamp of the version it is relative to; empty for a record that was not there
 * @param version what it leads to; of a deletion, the number of what was deleted
 * @param json a patch or a value; JSON's null for a deletion
 */
record RecordChange(Kind kind, String id, String base, Version version, RawJson json) {
  private static final byte[] NEXT = {'N'};

  /** What happened. */
  enum Kind {
    PATCH('P'),
    VALUE('V'),
    DELETED('D');

    private final byte letter;

    Kind(char letter) {
      this.letter = (byte) letter;
    }
  }

  static RecordChange deleted(String id, String base, Version version) {
    return new RecordChange(Kind.DELETED, id, base, version, RawJson.NULL);
  }

  /** What happened, one behind the other; what happened at once is in one list. */
  static byte[] encode(List<List<RecordChange>> commits) {
    List<byte[]> parts = new ArrayList<>();
    for (List<RecordChange> changes : commits) {
      if (!parts.isEmpty()) {
        parts.add(NEXT);
      }
      changes.forEach(change -> parts.add(change.encode()));
    }
    ByteBuffer all = ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
    parts.forEach(all::put);
    return all.array();
  }

  /** Reads a payload; empty if it is not one of changes. */
  static Optional<List<List<RecordChange>>> decode(byte[] payload) {
    ByteBuffer bytes = ByteBuffer.wrap(payload);
    List<List<RecordChange>> commits = new ArrayList<>(1);
    List<RecordChange> changes = new ArrayList<>(1);
    commits.add(changes);
    try {
      while (bytes.hasRemaining()) {
        if (bytes.get(bytes.position()) == NEXT[0]) {
          bytes.get();
          changes = new ArrayList<>(1);
          commits.add(changes);
        }
        changes.add(decode(bytes));
      }
      return Optional.of(commits);
    } catch (BufferUnderflowException | IllegalArgumentException | NegativeArraySizeException e) {
      return Optional.empty();
    }
  }

  private byte[] encode() {
    byte[] name = id.getBytes(UTF_8);
    byte[] from = base.getBytes(UTF_8);
    byte[] to = version.stamp().getBytes(UTF_8);
    int length = 1 + 3 * Short.BYTES + Long.BYTES + Integer.BYTES;
    ByteBuffer bytes =
        ByteBuffer.allocate(length + name.length + from.length + to.length + json.length());
    bytes.put(kind.letter);
    for (byte[] text : List.of(name, from, to)) {
      bytes.putShort((short) text.length).put(text);
    }
    bytes.putLong(version.number()).putInt(json.length());
    json.copyTo(bytes.array(), bytes.position());
    return bytes.array();
  }

  private static RecordChange decode(ByteBuffer bytes) {
    Kind kind = kind(bytes.get());
    String id = text(bytes);
    String base = text(bytes);
    String stamp = text(bytes);
    long number = bytes.getLong();
    int length = bytes.getInt();
    if (length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] json = new byte[length];
    bytes.get(json);
    return new RecordChange(kind, id, base, new Version(number, stamp), RawJson.ofValid(json));
  }

  private static Kind kind(byte letter) {
    for (Kind kind : Kind.values()) {
      if (kind.letter == letter) {
        return kind;
      }
    }
    throw new IllegalArgumentException("kind: " + letter);
  }

  private static String text(ByteBuffer bytes) {
    byte[] text = new byte[Short.toUnsignedInt(bytes.getShort())];
    bytes.get(text);
    return new String(text, UTF_8);
  }
}
