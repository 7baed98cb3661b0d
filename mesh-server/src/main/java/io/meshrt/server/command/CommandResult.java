// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.command;

/** Results of a handler that are not values. */
public final class CommandResult {
  private static final CommandResult NONE = new CommandResult();

  private CommandResult() {}

  /** A reply without a payload, where null would be a reply with payload null. */
  public static CommandResult none() {
    return NONE;
  }
}
