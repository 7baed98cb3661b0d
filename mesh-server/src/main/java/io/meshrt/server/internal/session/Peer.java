// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is on the other side of a connection, as far as is known. Thread-safe. */
abstract class Peer implements Connection {
  private final ConnectionFacts facts;
  private volatile @Nullable Identity identity;

  Peer(ConnectionFacts facts, @Nullable Identity identity) {
    this.facts = facts;
    this.identity = identity;
  }

  @Override
  public final Optional<Identity> identity() {
    return Optional.ofNullable(identity);
  }

  @Override
  public final Optional<JsonNode> initialMetadata() {
    return Optional.ofNullable(facts.initialMetadata());
  }

  @Override
  public final String path() {
    return facts.path();
  }

  @Override
  public final String queryString() {
    return facts.queryString();
  }

  @Override
  public final Map<String, List<String>> headers() {
    return facts.headers();
  }

  @Override
  public final String remoteAddress() {
    return facts.remoteAddress();
  }

  final @Nullable String identityId() {
    Identity known = identity;
    return known == null ? null : known.id();
  }

  /** Establishes the identity, or refreshes it; refuses to change who it is. */
  final synchronized void remember(Identity identity) {
    String knownId = identityId();
    if (knownId != null && !knownId.equals(identity.id())) {
      throw new IllegalStateException("the connection has another identity");
    }
    this.identity = identity;
  }
}
