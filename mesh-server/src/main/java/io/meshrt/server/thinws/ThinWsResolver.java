// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.thinws;

import io.meshrt.server.connection.Connection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Says under what the rooms of a client of ThinWS are remembered. Called on handler threads; may
 * block.
 */
@FunctionalInterface
public interface ThinWsResolver {
  /**
   * Resolves what a client says of itself.
   *
   * @param connectionId as the client sends it; its stock version sends a hash of 32 bits
   * @param connection whose path, query string and address may tell more. May be given an identity,
   *     whose rooms it then has
   * @return the name under which rooms are remembered, among those of this endpoint alone; empty, a
   *     failure, or a name with half a surrogate pair, refuses it
   */
  CompletionStage<Optional<String>> resolve(String connectionId, Connection connection)
      throws Exception;
}
