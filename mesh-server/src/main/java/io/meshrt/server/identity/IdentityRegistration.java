// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.identity;

/** A listener for identities that can be taken away again. */
@FunctionalInterface
public interface IdentityRegistration extends AutoCloseable {
  /** Takes it away. Does nothing the second time. */
  @Override
  void close();
}
