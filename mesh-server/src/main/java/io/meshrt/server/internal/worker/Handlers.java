// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import io.meshrt.server.internal.work.WorkEntry;
import io.meshrt.server.worker.ConnectionEventHandler;
import io.meshrt.server.worker.WorkGap;
import io.meshrt.server.worker.WorkHandler;
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
    Map<String, WorkHandler> commands,
    @Nullable WorkHandler unknownCommand,
    Map<WorkEntry.Kind, ConnectionEventHandler> events,
    @Nullable Consumer<WorkGap> gap) {
  /** Copies the maps. */
  public Handlers {
    commands = Map.copyOf(commands);
    events = Map.copyOf(events);
  }

  @Nullable WorkHandler of(String command) {
    return commands.getOrDefault(command, unknownCommand);
  }
}
