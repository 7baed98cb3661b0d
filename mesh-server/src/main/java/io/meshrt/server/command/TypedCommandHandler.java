// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.command;

import org.jspecify.annotations.Nullable;

/**
 * Answers one command whose payload was already bound to a type.
 *
 * @param <T> type of the payload
 */
@FunctionalInterface
public interface TypedCommandHandler<T extends @Nullable Object> {
  /**
   * Runs the command; result and exceptions as in {@link CommandHandler#handle}.
   *
   * @param payload null only when the payload was absent or JSON null
   */
  @Nullable Object handle(T payload, CommandContext context) throws Exception;
}
