// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A group of workers, and where its work and its workers are found.
 *
 * @param name of the group
 */
public record WorkGroup(String name) {
  /** Partitions of each group. */
  public static final int PARTITIONS = 16;

  /** How long work waits for a worker. */
  public static final Duration KEPT = Duration.ofSeconds(60);

  /** How many pieces of work wait in one partition; the newest. */
  public static final int MAX_WAITING = 10_000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Retention RETENTION = Retention.keep(MAX_WAITING, KEPT);

  /** Checks the name. */
  public WorkGroup {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("group: " + name);
    }
  }

  /** Where the work of a partition lies, and beside it who holds it and how far that is done. */
  public Topic partition(int number) {
    return new Topic("work", name + "#" + number);
  }

  /** All partitions, by number. */
  public List<Topic> partitions() {
    return IntStream.range(0, PARTITIONS).mapToObj(this::partition).toList();
  }

  /** The partition of what has to be done in order. */
  public static int partitionOf(String client) {
    int hash = client.hashCode();
    return Math.floorMod(hash ^ hash >>> 16, PARTITIONS);
  }

  /** Where the workers of the group are registered, and tell when something changed. */
  public Topic crew() {
    return new Topic("work.crew", name);
  }

  /**
   * Where somebody asks for the time by which the group goes. What is kept under one name lies
   * together, so it is the same clock whoever asks.
   */
  Topic clock(String asking) {
    StringBuilder letters = new StringBuilder("work.clock.");
    for (byte b : asking.getBytes(UTF_8)) {
      letters.append((char) ('a' + (b >> 4 & 15))).append((char) ('a' + (b & 15)));
    }
    return new Topic(letters.toString(), name);
  }

  /** One piece of work, as it is published: once for each id. */
  static Outgoing outgoing(WorkEntry entry) {
    return new Outgoing(entry.encode(), RETENTION, Optional.of(entry.id()));
  }
}
