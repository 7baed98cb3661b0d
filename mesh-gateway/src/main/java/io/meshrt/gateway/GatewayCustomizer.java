// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.auth.MessageAuthenticator;
import org.jspecify.annotations.Nullable;

/** What code adds to a gateway. Its methods are called once each, by the thread that starts it. */
public interface GatewayCustomizer {
  /**
   * Decides about credentials that clients send as messages, in place of tokens; null leaves them
   * to the configuration. Who is refused is treated as {@code MESH_AUTH_DISCONNECT_ON_FAIL} says.
   * With {@code MESH_AUTH=none} no key is needed. For upgrades see {@link
   * MeshServerBuilder#authentication(io.meshrt.server.auth.UpgradeAuthenticator)}.
   */
  default @Nullable MessageAuthenticator authenticator() {
    return null;
  }

  /** Sets options of the server, over those of the configuration. */
  default void configure(MeshServerBuilder builder) {}

  /**
   * Registers commands, observers, and what clients may use, before anybody connects. Commands that
   * are registered here are not forwarded to workers.
   */
  default void register(MeshServer server) {}
}
