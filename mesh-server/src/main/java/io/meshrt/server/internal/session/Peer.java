// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.server.auth.Identity;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is on the other side, as far as is known. Thread-safe. */
final class Peer {
  private final ConnectionFacts facts;
  private volatile @Nullable Identity identity;

  Peer(ConnectionFacts facts, @Nullable Identity identity) {
    this.facts = facts;
    this.identity = identity;
  }

  ConnectionFacts facts() {
    return facts;
  }

  Optional<Identity> identity() {
    return Optional.ofNullable(identity);
  }

  @Nullable String identityId() {
    Identity known = identity;
    return known == null ? null : known.id();
  }

  /** Establishes the identity, or refreshes it; refuses to change who it is. */
  synchronized void identify(Identity identity) {
    String knownId = identityId();
    if (knownId != null && !knownId.equals(identity.id())) {
      throw new IllegalStateException("the connection has another identity");
    }
    this.identity = identity;
  }
}
