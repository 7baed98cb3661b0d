// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.message;

import io.meshrt.core.codec.RawJson;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A message on its way to an identity.
 *
 * @param id unique, the same for all who are addressed by one call
 * @param name what clients listen to; checked, no name of the protocol
 * @param payload fits an outbox
 * @param exceptConnections ids of connections that do not get it
 * @param timeToLive after which nobody needs it any more; empty for as long as messages are kept
 * @param dedupKey of several messages to one identity with the same key only the first is kept
 */
public record Message(
    String id,
    String name,
    RawJson payload,
    Set<String> exceptConnections,
    Optional<Duration> timeToLive,
    Optional<String> dedupKey) {
  /** Copies the set. */
  public Message {
    exceptConnections = Set.copyOf(exceptConnections);
  }
}
