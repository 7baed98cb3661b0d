// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who is on the other side of a connection, as authentication established it. Immutable; once a
 * connection has an identity, its id never changes, though claims and expiry may be refreshed.
 */
public final class Identity {
  private final String id;
  private final JsonNode claims;
  private final @Nullable Instant expiresAt;

  private Identity(String id, JsonNode claims, @Nullable Instant expiresAt) {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("id: empty");
    }
    if (id.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      throw new IllegalArgumentException("id: a surrogate without its other half");
    }
    this.id = id;
    this.claims = claims;
    this.expiresAt = expiresAt;
  }

  /**
   * An identity without claims that does not expire. The id is any text but the empty one, without
   * surrogates that lack their other half, else {@link IllegalArgumentException}.
   */
  public static Identity of(String id) {
    return new Identity(id, JsonNodeFactory.instance.objectNode(), null);
  }

  /** The same identity with these claims; the tree is copied. */
  public Identity withClaims(JsonNode claims) {
    return new Identity(id, claims.deepCopy(), expiresAt);
  }

  /** The same identity, valid until {@code expiresAt}; then the connection is closed with 4501. */
  public Identity withExpiry(Instant expiresAt) {
    return new Identity(id, claims, Objects.requireNonNull(expiresAt, "expiresAt"));
  }

  /** Stable id of the user, device or service. */
  public String id() {
    return id;
  }

  /** What else authentication learned, as a copy; an empty object when nothing. */
  public JsonNode claims() {
    return claims.deepCopy();
  }

  /** When the credentials run out; empty when they do not. */
  public Optional<Instant> expiresAt() {
    return Optional.ofNullable(expiresAt);
  }

  @Override
  public String toString() {
    return "Identity[" + id + "]";
  }
}
