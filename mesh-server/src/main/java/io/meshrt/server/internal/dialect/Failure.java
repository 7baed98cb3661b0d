// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Why a request failed, as its caller will read it.
 *
 * @param code stable, for programs
 * @param message text for the caller
 * @param data for the caller's program; legacy connections do not get it
 * @param legacyName the {@code name} legacy connections get (mesh-protocol 7)
 */
public record Failure(String code, String message, @Nullable JsonNode data, String legacyName) {
  /** A failure with a code of the framework. */
  public static Failure of(ErrorCode code, String message) {
    return of(code.wire(), message, null);
  }

  /** What a handler, a guard or middleware threw for the caller to read. */
  public static Failure of(CommandException exception) {
    String message = exception.getMessage();
    return of(exception.code(), message == null ? "" : message, exception.data().orElse(null));
  }

  /** A failure with any code, under the name that legacy connections expect for it. */
  public static Failure of(String code, String message, @Nullable JsonNode data) {
    return new Failure(code, message, data, legacyNameOf(code));
  }

  /** The not-found failure in the family's words; they are the same in all generations. */
  public static Failure unknownCommand(Request request) {
    return of(ErrorCode.NOT_FOUND, "Command \"" + request.displayName() + "\" not found");
  }

  private static String legacyNameOf(String code) {
    return switch (code) {
      case "ENOTFOUND" -> "CommandError";
      case "EACCESS", "EUNAUTHORIZED" -> "PermissionError";
      case "ETIMEOUT" -> "TimeoutError";
      default -> "Error";
    };
  }
}
