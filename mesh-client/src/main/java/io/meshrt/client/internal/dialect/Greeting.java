// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import io.meshrt.core.codec.Welcome;
import org.jspecify.annotations.Nullable;

/**
 * What a server said of itself when the connection opened.
 *
 * @param dialect how to talk to it
 * @param connectionId the id it gave the connection; null when it gave none
 * @param welcome its welcome; null from a legacy server
 */
public record Greeting(Dialect dialect, @Nullable String connectionId, @Nullable Welcome welcome) {
  /** Whether the server knew the client when the connection opened; legacy servers do not say. */
  public boolean hasIdentity() {
    return !identity().isEmpty();
  }

  /** As whom the server knew the client when the connection opened; empty when it did not. */
  public String identity() {
    String id = welcome == null ? null : welcome.identityId();
    return id == null ? "" : id;
  }
}
