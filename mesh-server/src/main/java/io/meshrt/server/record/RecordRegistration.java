// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

/** Something that was added to the records of a server, and can be taken away again. */
@FunctionalInterface
public interface RecordRegistration extends AutoCloseable {
  /** Takes it away. Does nothing the second time, and nothing when another one took its place. */
  @Override
  void close();
}
