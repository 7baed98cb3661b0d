// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.auth;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How connections authenticate. By default they do not: every connection is anonymous.
 *
 * @param upgradeAuthenticator asked before the upgrade is accepted
 * @param messageAuthenticator asked when a client sends credentials as a message
 * @param required whether a connection without an identity is closed (4501) when it has not
 *     authenticated within {@code firstMessageTimeout}, and may run no command before
 * @param hookTimeout how long an authenticator may take; then an upgrade is refused with 503, a
 *     message answered with {@code ETIMEOUT}, and what it decides later counts for nothing
 * @param firstMessageTimeout how long a connection may stay without identity where one is required
 * @param maxPending upgrade authentications at the same time; more are refused with 503
 */
public record AuthenticationOptions(
    @Nullable UpgradeAuthenticator upgradeAuthenticator,
    @Nullable MessageAuthenticator messageAuthenticator,
    boolean required,
    Duration hookTimeout,
    Duration firstMessageTimeout,
    int maxPending) {
  public AuthenticationOptions {
    if (hookTimeout.isNegative() || hookTimeout.isZero()) {
      throw new IllegalArgumentException("hookTimeout: " + hookTimeout);
    }
    if (firstMessageTimeout.isNegative() || firstMessageTimeout.isZero()) {
      throw new IllegalArgumentException("firstMessageTimeout: " + firstMessageTimeout);
    }
    if (maxPending < 1) {
      throw new IllegalArgumentException("maxPending: " + maxPending);
    }
    if (required && upgradeAuthenticator == null && messageAuthenticator == null) {
      throw new IllegalArgumentException("required: true without an authenticator");
    }
  }

  /** No authentication; 5 s per hook, 10 s to the first message, 256 pending. */
  public static AuthenticationOptions defaults() {
    return new AuthenticationOptions(
        null, null, false, Duration.ofSeconds(5), Duration.ofSeconds(10), 256);
  }

  /** The same options, asking {@code authenticator} before each upgrade. */
  public AuthenticationOptions withUpgrade(UpgradeAuthenticator authenticator) {
    return new AuthenticationOptions(
        authenticator,
        messageAuthenticator,
        required,
        hookTimeout,
        firstMessageTimeout,
        maxPending);
  }

  /** The same options, asking {@code authenticator} for credentials sent as messages. */
  public AuthenticationOptions withMessage(MessageAuthenticator authenticator) {
    return new AuthenticationOptions(
        upgradeAuthenticator,
        authenticator,
        required,
        hookTimeout,
        firstMessageTimeout,
        maxPending);
  }

  /** The same options, with or without the demand that every connection has an identity. */
  public AuthenticationOptions withRequired(boolean required) {
    return new AuthenticationOptions(
        upgradeAuthenticator,
        messageAuthenticator,
        required,
        hookTimeout,
        firstMessageTimeout,
        maxPending);
  }

  /** The same options with this limit for one run of an authenticator. */
  public AuthenticationOptions withHookTimeout(Duration timeout) {
    return new AuthenticationOptions(
        upgradeAuthenticator,
        messageAuthenticator,
        required,
        timeout,
        firstMessageTimeout,
        maxPending);
  }

  /** The same options with this time to the first authentication by message. */
  public AuthenticationOptions withFirstMessageTimeout(Duration timeout) {
    return new AuthenticationOptions(
        upgradeAuthenticator, messageAuthenticator, required, hookTimeout, timeout, maxPending);
  }

  /** The same options with this many upgrade authentications at the same time. */
  public AuthenticationOptions withMaxPending(int maxPending) {
    return new AuthenticationOptions(
        upgradeAuthenticator,
        messageAuthenticator,
        required,
        hookTimeout,
        firstMessageTimeout,
        maxPending);
  }

  /** The upgrade hook, if any. */
  public Optional<UpgradeAuthenticator> upgrade() {
    return Optional.ofNullable(upgradeAuthenticator);
  }

  /** The message hook, if any. */
  public Optional<MessageAuthenticator> message() {
    return Optional.ofNullable(messageAuthenticator);
  }
}
