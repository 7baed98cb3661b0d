// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.auth;

import org.jspecify.annotations.Nullable;

/**
 * Decides about a client before its upgrade is accepted. Runs on a handler thread, so it may block;
 * it must answer within the authentication timeout (5 s by default).
 */
@FunctionalInterface
public interface UpgradeAuthenticator {
  /**
   * Decides.
   *
   * @return an {@link Authentication}, or a {@link java.util.concurrent.CompletionStage} of one;
   *     anything else, null, true and an {@link Identity} included, rejects with 401
   * @throws Exception rejects with 401; a {@link io.meshrt.core.protocol.CommandException} sends
   *     its text as the body, and with the code {@code EACCESS} the status is 403
   */
  @Nullable Object authenticate(UpgradeRequest request) throws Exception;
}
