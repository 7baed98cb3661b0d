// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

/** Something that was registered and can be taken back. Thread-safe, idempotent. */
public interface Registration extends AutoCloseable {
  /** Returns at once; see the type registered for what may still come. */
  @Override
  void close();
}
