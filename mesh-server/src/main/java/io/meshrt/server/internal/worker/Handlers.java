// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import io.meshrt.server.internal.work.WorkEntry;
import io.meshrt.server.worker.ConnectionEventHandler;
import io.meshrt.server.worker.WorkGap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the application does with work.
 *
 * @param commands by name
 * @param unknownCommand does the others; null: nobody
 * @param events those that are listened to
 * @param gap told what is missing; null: nobody
 */
public record Handlers(
    Map<String, Command> commands,
    @Nullable Command unknownCommand,
    Map<WorkEntry.Kind, ConnectionEventHandler> events,
    @Nullable Consumer<WorkGap> gap) {
  /** Answers one command; may block. */
  @FunctionalInterface
  public interface Command {
    /** Runs it; the result and the failures are those of a handler of the application. */
    @Nullable Object run(Delivery delivery) throws Exception;
  }

  /** Copies the maps. */
  public Handlers {
    commands = Map.copyOf(commands);
    events = Map.copyOf(events);
  }

  @Nullable Command of(String command) {
    return commands.getOrDefault(command, unknownCommand);
  }
}
