// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.schedule;

/** Whatever turns a wheel, until it is closed. */
public interface Turning extends AutoCloseable {
  /** Stops; what is still scheduled never runs. Waits for the task that runs just now. */
  @Override
  void close();
}
