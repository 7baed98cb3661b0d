// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

/**
 * Something that was added to a server, and can be taken away again. Thread-safe; valid before and
 * after the start.
 */
@FunctionalInterface
public interface Registration extends AutoCloseable {
  /**
   * Takes it away. Does nothing the second time, and nothing when a later registration took its
   * place. What already runs goes on.
   */
  @Override
  void close();
}
