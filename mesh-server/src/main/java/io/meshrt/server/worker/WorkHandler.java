// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

import org.jspecify.annotations.Nullable;

/** Answers one command in a worker. May block. */
@FunctionalInterface
public interface WorkHandler {
  /**
   * Runs the command.
   *
   * @return the reply's payload: any value Jackson can write, null for JSON null, {@link
   *     io.meshrt.server.command.CommandResult#none()} for a reply without payload, or a {@link
   *     java.util.concurrent.CompletionStage} of one of these
   * @throws Exception fails the command; only code, text and data of a {@link
   *     io.meshrt.core.protocol.CommandException} reach the client, anything else is logged here
   *     and answered as {@code ESERVER}. It is not run again
   */
  @Nullable Object handle(WorkContext context) throws Exception;
}
