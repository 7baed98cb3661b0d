// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.auth;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an authenticator decided. */
public final class Authentication {
  private static final Authentication ANONYMOUS = new Authentication(true, null, null, 0, "");

  private final boolean accepted;
  private final @Nullable Identity identity;
  private final @Nullable JsonNode metadata;
  private final int status;
  private final String message;

  private Authentication(
      boolean accepted,
      @Nullable Identity identity,
      @Nullable JsonNode metadata,
      int status,
      String message) {
    this.accepted = accepted;
    this.identity = identity;
    this.metadata = metadata;
    this.status = status;
    this.message = message;
  }

  /** Accepts the caller as {@code identity}. */
  public static Authentication accept(Identity identity) {
    return new Authentication(true, Objects.requireNonNull(identity, "identity"), null, 0, "");
  }

  /**
   * Accepts a caller that stays without an identity, until it authenticates by message, if ever.
   */
  public static Authentication anonymous() {
    return ANONYMOUS;
  }

  /** Refuses with 401. */
  public static Authentication reject() {
    return reject(401, "Unauthorized");
  }

  /**
   * Refuses.
   *
   * @param status HTTP status 400 to 599, used when this answers an upgrade request
   * @param message text for the client
   */
  public static Authentication reject(int status, String message) {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status: " + status);
    }
    return new Authentication(
        false, null, null, status, Objects.requireNonNull(message, "message"));
  }

  /** The same acceptance, and the connection starts with this metadata. */
  public Authentication withMetadata(JsonNode metadata) {
    if (!accepted) {
      throw new IllegalStateException("withMetadata on a rejection");
    }
    return new Authentication(true, identity, metadata.deepCopy(), 0, "");
  }

  /** Whether the caller may go on. */
  public boolean accepted() {
    return accepted;
  }

  /** Who the caller is; empty when anonymous or rejected. */
  public Optional<Identity> identity() {
    return Optional.ofNullable(identity);
  }

  /** Metadata the connection starts with. */
  public Optional<JsonNode> metadata() {
    return Optional.ofNullable(metadata);
  }

  /** HTTP status of a rejection; 0 when accepted. */
  public int status() {
    return status;
  }

  /** Text of a rejection; empty when accepted. */
  public String message() {
    return message;
  }
}
