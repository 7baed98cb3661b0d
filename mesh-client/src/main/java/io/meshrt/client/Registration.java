// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

/**
 * A listener or handler that is in place until it is closed. Closing is idempotent, allowed from
 * any thread and takes effect for everything that arrives afterwards; a run under way may finish.
 */
@FunctionalInterface
public interface Registration extends AutoCloseable {
  @Override
  void close();
}
