// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.record.WriteOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A change of records of one group, done as a whole or not at all.
 *
 * @param ids all records it looks at or changes, each once
 * @param expected versions without which it is not done; a stamp of null fits any
 * @param work what it does
 */
record Job(String group, List<String> ids, Map<String, Expected> expected, Work work) {
  Job {
    ids = List.copyOf(ids);
    expected = Map.copyOf(expected);
  }

  static Job of(String group, String id, @Nullable Expected expected, Work work) {
    return new Job(group, List.of(id), expected == null ? Map.of() : Map.of(id, expected), work);
  }

  /** What a job does. Runs on a handler thread, again when it was shown something outdated. */
  @FunctionalInterface
  interface Work {
    /** What becomes of the records; those it does not name stay as they are. */
    Map<String, Next> on(Map<String, Base> bases);

    /** Whether it calls the application, which may do anything, and take its time. */
    default boolean asksApplication() {
      return false;
    }

    /** Gives one record the value that follows what it has, null if it has none. */
    static Work changing(String id, Function<@Nullable JsonNode, JsonNode> change) {
      return bases -> {
        Base base = bases.get(id);
        return Map.of(id, Next.value(change.apply(base == null ? null : base.value())));
      };
    }

    /** The same work, known to call the application. */
    static Work ofApplication(Work work) {
      return new Work() {
        @Override
        public Map<String, Next> on(Map<String, Base> bases) {
          return work.on(bases);
        }

        @Override
        public boolean asksApplication() {
          return true;
        }
      };
    }
  }

  /**
   * What becomes of a record.
   *
   * @param value of our own, or empty for nothing
   * @param kept its version and time to live, if they are known already
   */
  record Next(Optional<JsonNode> value, Optional<Kept> kept) {
    static final Next DELETED = new Next(Optional.empty(), Optional.empty());

    static Next value(JsonNode value) {
      return new Next(Optional.of(value), Optional.empty());
    }
  }

  /** The version something had before, and how much longer it lives; zero for ever. */
  record Kept(Version version, Duration timeToLive) {}

  /** What a version has to be. */
  record Expected(long number, @Nullable String stamp) {
    /** What a write is conditional on; null when it is not. */
    static @Nullable Expected of(WriteOptions options) {
      return options.ifNumber().isEmpty()
          ? null
          : new Expected(options.ifNumber().getAsLong(), options.ifStamp().orElse(null));
    }

    boolean fits(Version version) {
      return number == version.number() && (stamp == null || stamp.equals(version.stamp()));
    }
  }

  /**
   * What a job has done to a record.
   *
   * @param version afterwards
   * @param before the value it had, null if none
   * @param after the value it has, null if none
   * @param json the value that was written, null if none was
   * @param changed whether there is a new version
   */
  record Done(
      Version version,
      @Nullable JsonNode before,
      @Nullable JsonNode after,
      @Nullable RawJson json,
      boolean changed) {}
}
