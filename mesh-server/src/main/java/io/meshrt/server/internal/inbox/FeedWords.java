// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import io.meshrt.core.codec.RawJson;

/** How kept messages are written for clients of another protocol. */
@FunctionalInterface
public interface FeedWords {
  /**
   * The frame of a message.
   *
   * @param sequence its place among those that waited when the inbox was opened, from 1 on; 0 for
   *     one that came later
   */
  byte[] frame(String name, RawJson payload, int sequence);
}
