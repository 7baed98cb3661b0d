// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.roster;

import io.meshrt.server.internal.cluster.Topic;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where the connections of the cluster are registered: 16 groups, so that no slot holds them all. A
 * member's value is the connection's metadata, as JSON.
 */
public final class ConnectionGroups {
  /** Kind of these groups. */
  public static final String KIND = "connection";

  private static final List<Topic> ALL =
      IntStream.range(0, 16).mapToObj(number -> new Topic(KIND, Integer.toString(number))).toList();

  private ConnectionGroups() {}

  /** The group of one connection. */
  public static Topic of(String connectionId) {
    return ALL.get(Math.floorMod(connectionId.hashCode(), ALL.size()));
  }

  /** All groups. */
  public static List<Topic> all() {
    return ALL;
  }
}
