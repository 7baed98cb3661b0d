// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.server.command.CommandContext;
import io.meshrt.server.command.CommandHandler;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A handler that says itself what of its work the command's timeout is about. */
@FunctionalInterface
public interface TimedHandler {
  /**
   * As {@link CommandHandler#handle}.
   *
   * @param inTime ends the time of the command, false when it was over; for one call. What comes
   *     behind it must have an end of its own.
   */
  @Nullable Object handle(CommandContext context, BooleanSupplier inTime) throws Exception;
}
