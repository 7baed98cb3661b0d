// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One step of a {@link Patch}, as RFC 6902 defines it.
 *
 * <p>Paths are JSON Pointers (RFC 6901) in their text form; the empty one is the whole document. A
 * path that is no pointer is refused with a {@link PatchException}. Patches that {@link JsonDiff}
 * makes consist of {@link Add}, {@link Remove} and {@link Replace}; the others can be applied.
 */
public sealed interface PatchOperation {

  /** The closed set of operations, to switch on. */
  enum Kind {
    ADD("add"),
    REMOVE("remove"),
    REPLACE("replace"),
    MOVE("move"),
    COPY("copy"),
    TEST("test");

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    /** The value of {@code op} in JSON. */
    public String wireName() {
      return wireName;
    }
  }

  Kind kind();

  /** Where the operation acts; for {@link Move} and {@link Copy} where the value goes. */
  String path();

  /** What {@link Add}, {@link Replace} and {@link Test} carry, otherwise null. */
  default @Nullable JsonNode value() {
    return null;
  }

  /** Where {@link Move} and {@link Copy} take the value, otherwise null. */
  default @Nullable String from() {
    return null;
  }

  /** Sets a member, or inserts an array item before the index; {@code -} is the array's end. */
  record Add(String path, JsonNode value) implements PatchOperation {
    public Add {
      Pointer.parse(path);
      Objects.requireNonNull(value, "value");
    }

    @Override
    public Kind kind() {
      return Kind.ADD;
    }
  }

  /** Removes a member or an array item, which must be there. */
  record Remove(String path) implements PatchOperation {
    public Remove {
      Pointer.parse(path);
    }

    @Override
    public Kind kind() {
      return Kind.REMOVE;
    }
  }

  /** Puts another value in the place of one that must be there. */
  record Replace(String path, JsonNode value) implements PatchOperation {
    public Replace {
      Pointer.parse(path);
      Objects.requireNonNull(value, "value");
    }

    @Override
    public Kind kind() {
      return Kind.REPLACE;
    }
  }

  /** Removes the value at {@code from} and adds it at {@code path}. */
  record Move(String from, String path) implements PatchOperation {
    public Move {
      if (Pointer.parse(from).contains(Pointer.parse(path))) {
        throw PatchException.malformed("a value cannot move into itself");
      }
    }

    @Override
    public Kind kind() {
      return Kind.MOVE;
    }
  }

  /** Adds at {@code path} what stands at {@code from}. */
  record Copy(String from, String path) implements PatchOperation {
    public Copy {
      Pointer.parse(from);
      Pointer.parse(path);
    }

    @Override
    public Kind kind() {
      return Kind.COPY;
    }
  }

  /** Fails the patch unless the value there is the {@linkplain JsonEquality same}. */
  record Test(String path, JsonNode value) implements PatchOperation {
    public Test {
      Pointer.parse(path);
      Objects.requireNonNull(value, "value");
    }

    @Override
    public Kind kind() {
      return Kind.TEST;
    }
  }
}
