// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.command;

import org.jspecify.annotations.Nullable;

/** Answers one command. Handlers may block unless they were registered as non-blocking. */
@FunctionalInterface
public interface CommandHandler {
  /**
   * Runs the command.
   *
   * @return the reply's payload: any value Jackson can write, null for JSON null, {@link
   *     CommandResult#none()} for a reply without payload, or a {@link
   *     java.util.concurrent.CompletionStage} of one of these
   * @throws Exception fails the command; only the text of a {@link
   *     io.meshrt.core.protocol.CommandException} reaches the client, anything else is logged and
   *     answered as {@code ESERVER}
   */
  @Nullable Object handle(CommandContext context) throws Exception;
}
