// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Small values with versions, kept by topic and key. Thread-safe, never blocks; futures complete on
 * threads of the cluster and fail with {@code EUNAVAILABLE} when the cluster cannot be asked.
 */
public interface Store {
  /** The values of some keys; every key asked for is in the answer. */
  CompletableFuture<Map<String, Stored>> read(Topic topic, Collection<String> keys);

  /** All values of a topic, without those removed and remembered. */
  CompletableFuture<Map<String, Stored>> readAll(Topic topic);

  /**
   * Writes all or nothing, in one step with the publication on {@code topic}, if there is one.
   * Conflicts if any version is not the expected one. When the future fails the outcome is unknown.
   */
  CompletableFuture<Commit> commit(Topic topic, List<Write> writes, Optional<Outgoing> publication);

  /** Writes one value without publishing. */
  default CompletableFuture<Commit> commit(Topic topic, Write write) {
    return commit(topic, List.of(write), Optional.empty());
  }

  /**
   * One change.
   *
   * @param expected the version it is based on, or {@link Version#ANY}
   * @param value null removes
   * @param ttl how long the value lives, for a removal how long the version is remembered; zero:
   *     for ever, for a removal: not at all
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
  record Write(String key, Version expected, byte @Nullable [] value, Duration ttl) {
    /** Checks the time to live. */
    public Write {
      if (ttl.isNegative()) {
        throw new IllegalArgumentException("ttl: " + ttl);
      }
    }

    /** Puts a value that stays. */
    public static Write put(String key, Version expected, byte[] value) {
      return new Write(key, expected, value, Duration.ZERO);
    }

    /** Removes a value and remembers its version for a while. */
    public static Write remove(String key, Version expected, Duration remembered) {
      return new Write(key, expected, null, remembered);
    }
  }

  /**
   * Outcome of a commit.
   *
   * @param committed whether everything was written and published, or nothing
   * @param entries what is there now under each key written: the new versions, with the values
   *     given, or after a conflict the current ones
   * @param position of the publication, {@link Position#NONE} without one
   */
  record Commit(boolean committed, Map<String, Stored> entries, Position position) {
    /** Copies the map. */
    public Commit {
      entries = Map.copyOf(entries);
    }
  }
}
