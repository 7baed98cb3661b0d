// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.collection;

/** Something that was exposed. */
@FunctionalInterface
public interface CollectionRegistration extends AutoCloseable {
  /** Takes it back, unless it was replaced. Who is subscribed stays. Thread-safe. */
  @Override
  void close();
}
