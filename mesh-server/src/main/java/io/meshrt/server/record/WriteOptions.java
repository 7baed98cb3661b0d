// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How a record is written. Immutable. */
public final class WriteOptions {
  private static final WriteOptions DEFAULTS = new WriteOptions(WriteStrategy.REPLACE, null, null);

  private final WriteStrategy strategy;
  private final @Nullable Long ifNumber;
  private final @Nullable String ifStamp;

  private WriteOptions(WriteStrategy strategy, @Nullable Long ifNumber, @Nullable String ifStamp) {
    this.strategy = strategy;
    this.ifNumber = ifNumber;
    this.ifStamp = ifStamp;
  }

  /** Replaces, whatever the version is. */
  public static WriteOptions defaults() {
    return DEFAULTS;
  }

  /** With another strategy. */
  public WriteOptions withStrategy(WriteStrategy strategy) {
    return new WriteOptions(strategy, ifNumber, ifStamp);
  }

  /**
   * Writes only if the record has a version of this number, 0 for a record that was never written;
   * else the write fails with {@code ECONFLICT}.
   */
  public WriteOptions withIfVersion(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("number: " + number);
    }
    return new WriteOptions(strategy, number, null);
  }

  /** As {@link #withIfVersion(long)}, and only if it is that very version. */
  public WriteOptions withIfVersion(RecordVersion version) {
    return new WriteOptions(strategy, version.number(), version.stamp());
  }

  public WriteStrategy strategy() {
    return strategy;
  }

  /** The number the version has to have. */
  public OptionalLong ifNumber() {
    return ifNumber == null ? OptionalLong.empty() : OptionalLong.of(ifNumber);
  }

  /** The stamp the version has to have. */
  public Optional<String> ifStamp() {
    return Optional.ofNullable(ifStamp);
  }
}
