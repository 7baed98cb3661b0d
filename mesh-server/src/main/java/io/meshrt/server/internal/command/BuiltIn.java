// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.session.Session;
import java.util.concurrent.CompletionStage;

/**
 * A command of the framework's own. Runs on a handler thread; those of one session run one after
 * the other, each when the stage of the one before is done.
 */
@FunctionalInterface
public interface BuiltIn {
  /**
   * Runs it. The result is the payload of the reply, or an {@link Answer}; fails with a {@code
   * CommandException} to be told to the client as it is.
   */
  CompletionStage<?> run(Session session, Request request) throws Exception;
}
