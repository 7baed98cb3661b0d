// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.command;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.connection.Connection;
import org.jspecify.annotations.Nullable;

/**
 * One run of one command: what was asked, by whom. Middleware and handler of that run share it. It
 * may be kept and used from any thread after the handler has returned.
 */
public interface CommandContext {
  /** Name of the command. */
  String command();

  /** The connection that asked. */
  Connection connection();

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

  /** What earlier middleware put under this key. */
  <T> @Nullable T attribute(AttributeKey<T> key);

  /** Leaves a value for later middleware and the handler; null removes it. */
  <T> void attribute(AttributeKey<T> key, @Nullable T value);
}
