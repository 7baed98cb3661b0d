// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.server.internal.dialect.Failure;

/**
 * A command in a session's start queue. Either {@link #start} or {@link #refuse} is called, once,
 * or neither when the connection closes first.
 */
public interface WaitingCommand {
  /** Runs the handler. On a handler thread; may block, does not throw. */
  void start();

  /** Answers with a failure instead. On any thread; does not block. */
  void refuse(Failure failure);

  /** What the command holds while it waits. */
  int bytes();
}
