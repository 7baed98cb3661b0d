// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

/** Something that is forwarded. Thread-safe, idempotent. */
public interface ForwardRegistration extends AutoCloseable {
  /** Forwards no more; what was forwarded is still answered. */
  @Override
  void close();
}
