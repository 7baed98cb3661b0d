// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.server.internal.dialect.Failure;

/**
 * A command in a session's start queue. One of {@link #start}, {@link #refuse} and {@link #drop} is
 * called, once.
 */
public interface WaitingCommand {
  /** Runs the handler. On a handler thread; may block, does not throw. */
  void start();

  /** Answers with a failure instead. On any thread; does not block. */
  void refuse(Failure failure);

  /** The connection closed before it could start. On any thread; does not block, does not throw. */
  default void drop() {}

  /** What the command holds while it waits. */
  int bytes();
}
