// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.internal.cluster.Topic;
import org.jspecify.annotations.Nullable;

/**
 * What the channels of one kind are called.
 *
 * @param kind in the cluster, together with a name
 * @param label what clients call each of them; null for its name
 */
record Naming(String kind, @Nullable String label) {
  /** Of the channels that clients name. */
  static final Naming CHANNELS = new Naming("channel", null);

  Topic topic(String channel) {
    return new Topic(kind, channel);
  }

  /** The name of a channel in what clients get. */
  String shown(String channel) {
    return label == null ? channel : label;
  }
}
