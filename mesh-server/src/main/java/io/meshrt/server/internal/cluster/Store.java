// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Small values with versions, kept by topic and key. Thread-safe, never blocks; futures complete on
 * threads of the cluster and fail with {@code EUNAVAILABLE} when the cluster cannot be asked.
 */
public interface Store {
  /** What stamps are made of. */
  Pattern STAMP = Pattern.compile("[0-9A-Za-z]{1,64}");

  /** The values of some keys; every key asked for is in the answer. */
  CompletableFuture<Map<String, Stored>> read(Topic topic, Collection<String> keys);

  /** The values of keys of several topics, each topic read at a moment of its own. */
  CompletableFuture<Map<Topic, Map<String, Stored>>> readAcross(
      Map<Topic, ? extends Collection<String>> keys);

  /** All values of a topic, without those removed and remembered. */
  CompletableFuture<Map<String, Stored>> readAll(Topic topic);

  /**
   * Writes all or nothing, in one step with the publication on {@code topic}, if there is one.
   * Conflicts if any version is not the expected one. When the future fails the outcome is unknown.
   */
  default CompletableFuture<Commit> commit(
      Topic topic, List<Write> writes, Optional<Outgoing> publication) {
    return commit(topic, writes, publication, Optional.empty());
  }

  /** The same with a notice, which is sent when something was written. */
  CompletableFuture<Commit> commit(
      Topic topic, List<Write> writes, Optional<Outgoing> publication, Optional<Notice> notice);

  /** Writes one value without publishing. */
  default CompletableFuture<Commit> commit(Topic topic, Write write) {
    return commit(topic, List.of(write), Optional.empty());
  }

  /**
   * One change, or one check.
   *
   * @param expected the version it is based on, or {@link Version#ANY}
   * @param value null unless something is put
   * @param ttl how long the value lives, for a removal how long the version is remembered; zero:
   *     for ever, for a removal: not at all
   * @param stamp of the new version, letters and digits that are used once; null for one of the
   *     store's making
   * @param number of the new version; 0 for the one that follows
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
  record Write(
      Kind kind,
      String key,
      Version expected,
      byte @Nullable [] value,
      Duration ttl,
      @Nullable String stamp,
      long number) {
    /** What a write does. */
    public enum Kind {
      /** Stores a value under the next number. */
      PUT,
      /** Takes the value away; what is remembered keeps its number, and gets another stamp. */
      REMOVE,
      /** Changes nothing: conflicts if the version is not the expected one. */
      CHECK
    }

    /** Checks the time to live and the stamp. */
    public Write {
      if (ttl.isNegative()) {
        throw new IllegalArgumentException("ttl: " + ttl);
      }
      if (stamp != null && !STAMP.matcher(stamp).matches()) {
        throw new IllegalArgumentException("stamp: " + stamp);
      }
      if (number < 0) {
        throw new IllegalArgumentException("number: " + number);
      }
      if (kind == Kind.PUT && value == null) {
        throw new IllegalArgumentException("value: null");
      }
    }

    /** Puts a value that stays. */
    public static Write put(String key, Version expected, byte[] value) {
      return put(key, expected, value, Duration.ZERO);
    }

    /** Puts a value that lives so long, or for ever. */
    public static Write put(String key, Version expected, byte[] value, Duration ttl) {
      return new Write(Kind.PUT, key, expected, value, ttl, null, 0);
    }

    /** Removes a value and remembers its version for a while. */
    public static Write remove(String key, Version expected, Duration remembered) {
      return new Write(Kind.REMOVE, key, expected, null, remembered, null, 0);
    }

    /** Only looks whether a version is still the expected one. */
    public static Write check(String key, Version expected) {
      return new Write(Kind.CHECK, key, expected, null, Duration.ZERO, null, 0);
    }

    /** The same with the stamp of its new version. */
    public Write withStamp(String chosen) {
      return new Write(kind, key, expected, value, ttl, chosen, number);
    }

    /** The same with its new version, which need not be the one that follows. */
    public Write withVersion(Version chosen) {
      return new Write(kind, key, expected, value, ttl, chosen.stamp(), chosen.number());
    }

    /** The same based on another version. */
    public Write upon(Version base) {
      return new Write(kind, key, base, value, ttl, stamp, number);
    }
  }

  /**
   * Something said on another topic than the one written, behind the writing: at most once, without
   * a number and not kept. The topic carries nothing but notices.
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
  record Notice(Topic topic, byte[] payload) {}

  /**
   * Outcome of a commit.
   *
   * @param committed whether everything was written and published, or nothing
   * @param entries what is there now under each key written: the new versions, with the values
   *     given; after a conflict the current ones, also under the keys that were only checked
   * @param position of the publication, {@link Position#NONE} without one
   */
  record Commit(boolean committed, Map<String, Stored> entries, Position position) {
    /** Copies the map. */
    public Commit {
      entries = Map.copyOf(entries);
    }
  }
}
