// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.channel;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one message is published. Immutable.
 *
 * <p>What is not said here is as the policy of the channel says; without one, nothing is kept. An
 * id makes a repeat harmless: within 60 s and 4,096 publications with ids, what was accepted under
 * it is not published again.
 */
public final class PublishOptions {
  private static final int MAX_ID_CHARACTERS = 200;
  private static final PublishOptions DEFAULTS = new PublishOptions(null, null);

  private final @Nullable ChannelPolicy retention;
  private final @Nullable String id;

  private PublishOptions(@Nullable ChannelPolicy retention, @Nullable String id) {
    this.retention = retention;
    this.id = id;
  }

  /** As the policy of the channel says. */
  public static PublishOptions defaults() {
    return DEFAULTS;
  }

  /** Keeps this message and the newest before it, {@code size} in all; 0 is as the policy says. */
  public PublishOptions withHistory(int size) {
    return size == 0
        ? new PublishOptions(null, id)
        : new PublishOptions(ChannelPolicy.history(size), id);
  }

  /** As {@link #withHistory(int)}, and none longer than {@code age}. */
  public PublishOptions withHistory(int size, Duration age) {
    return new PublishOptions(ChannelPolicy.history(size, age), id);
  }

  /**
   * Names this publication.
   *
   * @throws IllegalArgumentException when the id is empty or has more than 200 characters
   */
  public PublishOptions withId(String id) {
    if (id.isEmpty() || id.length() > MAX_ID_CHARACTERS) {
      throw new IllegalArgumentException("id: " + id.length() + " characters");
    }
    return new PublishOptions(retention, id);
  }

  /** How much is kept; empty for what the policy says. */
  public Optional<ChannelPolicy> retention() {
    return Optional.ofNullable(retention);
  }

  /** The name of this publication. */
  public Optional<String> id() {
    return Optional.ofNullable(id);
  }
}
