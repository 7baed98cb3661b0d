// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failed command. On the answering side it is thrown by handlers, middleware and guards, and is
 * the only exception whose text reaches the other side; on the calling side it is what the future
 * of a failed call completes with.
 */
public class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final transient @Nullable JsonNode data;

  /**
   * A failure with a code of the framework.
   *
   * @param message text for the caller; it is sent as it is
   */
  public CommandException(ErrorCode code, String message) {
    this(code.wire(), message, null);
  }

  /**
   * A failure with any code.
   *
   * @param code stable, for programs; by custom upper case and beginning with E
   * @param message text for the caller; it is sent as it is
   */
  public CommandException(String code, String message) {
    this(code, message, null);
  }

  /**
   * A failure that also carries data for the caller's program; legacy connections do not get it.
   */
  public CommandException(String code, String message, @Nullable JsonNode data) {
    super(Objects.requireNonNull(message, "message"));
    if (code.isBlank()) {
      throw new IllegalArgumentException("code: blank");
    }
    this.code = code;
    this.data = data;
  }

  /** {@code EBADREQUEST}. */
  public static CommandException badRequest(String message) {
    return new CommandException(ErrorCode.BAD_REQUEST, message);
  }

  /** {@code EUNAUTHORIZED}: the caller has to log in first. */
  public static CommandException unauthorized(String message) {
    return new CommandException(ErrorCode.UNAUTHORIZED, message);
  }

  /** {@code EACCESS}: the caller is known, and may not. */
  public static CommandException accessDenied(String message) {
    return new CommandException(ErrorCode.ACCESS_DENIED, message);
  }

  /** {@code ENOTFOUND}. */
  public static CommandException notFound(String message) {
    return new CommandException(ErrorCode.NOT_FOUND, message);
  }

  /** {@code ECONFLICT}. */
  public static CommandException conflict(String message) {
    return new CommandException(ErrorCode.CONFLICT, message);
  }

  /** {@code EUNAVAILABLE}. */
  public static CommandException unavailable(String message) {
    return new CommandException(ErrorCode.UNAVAILABLE, message);
  }

  /** Stable code, for programs. */
  public String code() {
    return code;
  }

  /** Whether this failure carries the given code. */
  public boolean is(ErrorCode other) {
    return code.equals(other.wire());
  }

  /** Data for the caller's program, if the answering side gave any. Lost by serialization. */
  public Optional<JsonNode> data() {
    return Optional.ofNullable(data);
  }

  @Override
  @SuppressWarnings("OverrideThrowableToString") // logs want the code, the caller's text has none
  public String toString() {
    return getClass().getSimpleName() + "[" + code + "]: " + getMessage();
  }
}
