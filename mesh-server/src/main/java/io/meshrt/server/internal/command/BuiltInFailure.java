// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.core.protocol.CommandException;

/** What a built-in itself failed with, unlike the middleware in front of it. */
final class BuiltInFailure extends CommandException {
  private static final long serialVersionUID = 1L;

  BuiltInFailure(CommandException meant) {
    super(meant.code(), String.valueOf(meant.getMessage()), meant.data().orElse(null));
    initCause(meant);
  }
}
