// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.message;

import java.util.concurrent.CompletableFuture;

/**
 * Keeps messages for identities until they have them, and sees to it that those who are connected
 * get them now. Thread-safe, never blocks.
 */
@FunctionalInterface
public interface Keeping {
  /**
   * Keeps a message for one identity. Calls for one identity are kept, and arrive, in the order of
   * the calls, whether or not the futures of earlier ones have completed. A message for several
   * identities is one call for each, with the same message.
   *
   * @return completes once it is kept: true; false when one with its {@link Message#dedupKey} is
   *     there already, and nothing was done. Fails with {@code EUNAVAILABLE} when the cluster
   *     cannot be asked, the outcome then being unknown, and with {@code ELIMIT} or {@code
   *     ETOOLARGE} when it cannot be kept. On any thread.
   */
  CompletableFuture<Boolean> keep(String identity, Message message);
}
