// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.command;

import java.util.Objects;

/**
 * Names a value that middleware leaves on a {@link CommandContext}. Two keys are the same only if
 * they are the same object, so keep it in a constant.
 *
 * @param <T> type of the value
 */
@SuppressWarnings("UnusedTypeParameter") // it ties the value of a key to its type
public final class AttributeKey<T> {
  private final String name;

  private AttributeKey(String name) {
    this.name = Objects.requireNonNull(name, "name");
  }

  /** A new key; the name is for people. */
  public static <T> AttributeKey<T> of(String name) {
    return new AttributeKey<>(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
