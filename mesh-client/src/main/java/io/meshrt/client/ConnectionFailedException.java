// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** No connection could be made. What {@link MeshClient#connect()} fails with. */
public final class ConnectionFailedException extends RuntimeException {
  private final int httpStatus;
  private final int closeCode;

  /**
   * A failure.
   *
   * @param httpStatus the answer that refused the upgrade; 0 when there was none
   * @param closeCode the code with which the server closed at once; 0 when it did not
   */
  public ConnectionFailedException(
      String message, int httpStatus, int closeCode, @Nullable Throwable cause) {
    super(message, cause);
    this.httpStatus = httpStatus;
    this.closeCode = closeCode;
  }

  /** The HTTP status that refused the upgrade, for example 401; empty when none came. */
  public OptionalInt httpStatus() {
    return httpStatus == 0 ? OptionalInt.empty() : OptionalInt.of(httpStatus);
  }

  /** The close code with which the server ended the connection before it could be used. */
  public OptionalInt closeCode() {
    return closeCode == 0 ? OptionalInt.empty() : OptionalInt.of(closeCode);
  }
}
