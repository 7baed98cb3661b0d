// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import org.jspecify.annotations.Nullable;

/** One command that the server asked this client to run. Immutable; may be used from any thread. */
public interface ClientCommandContext {
  /** Name of the command. */
  String command();

  /**
   * The payload bound to a type.
   *
   * @return null when the payload is absent or JSON null
   * @throws io.meshrt.core.protocol.CommandException {@code EBADREQUEST} naming the field that does
   *     not fit
   */
  <T> @Nullable T payload(Class<T> type);

  /** As {@link #payload(Class)}, for generic types. */
  <T> @Nullable T payload(TypeReference<T> type);

  /** The payload as a tree; a null node when it is absent. */
  JsonNode payload();

  /** The payload as the JSON text that came; JSON null when it is absent. Costs nothing. */
  RawJson rawPayload();
}
