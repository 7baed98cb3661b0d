// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import org.jspecify.annotations.Nullable;

/**
 * Answers one command of the server whose payload was already bound to a type.
 *
 * @param <T> type of the payload
 */
@FunctionalInterface
public interface TypedClientCommandHandler<T> {
  /**
   * Runs the command; thread, result and exceptions as in {@link ClientCommandHandler#handle}.
   *
   * @param payload null only when the payload was absent or JSON null
   */
  @Nullable Object handle(@Nullable T payload, ClientCommandContext context) throws Exception;
}
