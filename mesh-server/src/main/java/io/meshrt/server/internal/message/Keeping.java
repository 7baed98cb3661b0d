// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.message;

import io.meshrt.core.codec.RawJson;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Keeps messages for identities until they have them, and sees to it that those who are connected
 * get them now. Thread-safe, never blocks.
 */
@FunctionalInterface
public interface Keeping {
  /**
   * A message, as what keeps it for an identity. Calls for one identity are kept, and arrive, in
   * the order of the calls, whether or not the futures of earlier ones have completed. These
   * complete once it is kept, and fail with {@code EUNAVAILABLE} when the cluster cannot be asked,
   * the outcome then being unknown, and with {@code ETOOLARGE} when it is too large.
   *
   * @param name checked, no name of the protocol
   * @param dedupKey of several messages to one identity with the same key only the first is kept
   */
  Function<String, ? extends CompletableFuture<?>> prepare(
      String name, RawJson payload, Optional<String> dedupKey);
}
