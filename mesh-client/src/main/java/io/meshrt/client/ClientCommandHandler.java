// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import org.jspecify.annotations.Nullable;

/** Answers one command that the server asks this client to run. May block. */
@FunctionalInterface
public interface ClientCommandHandler {
  /**
   * Runs the command, on the client's callback executor.
   *
   * @return the reply's payload: any value Jackson can write, null for JSON null, or a {@link
   *     java.util.concurrent.CompletionStage} of one of these
   * @throws Exception fails the command; only the text of a {@link
   *     io.meshrt.core.protocol.CommandException} reaches the server, anything else is logged and
   *     answered as {@code ESERVER}
   */
  @Nullable Object handle(ClientCommandContext context) throws Exception;
}
