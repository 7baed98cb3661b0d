// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

/**
 * One life of a node: what owns a member.
 *
 * @param name stays over lives; letters, digits, underscore and hyphen
 * @param incarnation another one after each lost lease
 */
public record NodeId(String name, String incarnation) {
  /** Checks both parts. */
  public NodeId {
    if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException("name: " + name);
    }
    if (!incarnation.matches("[A-Za-z0-9]{1,64}")) {
      throw new IllegalArgumentException("incarnation: " + incarnation);
    }
  }

  /** Reads what {@link #toString} wrote. */
  public static NodeId parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("node: " + text);
    }
    return new NodeId(text.substring(0, colon), text.substring(colon + 1));
  }

  @Override
  public String toString() {
    return name + ":" + incarnation;
  }
}
