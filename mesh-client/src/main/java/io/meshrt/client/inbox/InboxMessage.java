// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.inbox;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.channel.ChannelPosition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A message that was kept. Immutable, thread-safe. */
public interface InboxMessage {
  /** What the server called it. */
  String name();

  /** What it says, as JSON. */
  JsonNode payload();

  /**
   * What it says, bound to a type; null for JSON null.
   *
   * @throws io.meshrt.core.protocol.CommandException {@code EBADREQUEST} when it does not fit
   */
  <T> @Nullable T payload(Class<T> type);

  /** As {@link #payload(Class)}, for generic types. */
  <T> @Nullable T payload(TypeReference<T> type);

  /** Its place in the inbox; where Redis has lost data, another message may get it later. */
  ChannelPosition position();

  /** When it was kept, on the server's clock. */
  Instant time();
}
