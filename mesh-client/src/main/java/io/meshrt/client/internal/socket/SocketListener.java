// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import org.jspecify.annotations.Nullable;

/**
 * Hears of one socket, on the state thread: either {@code onRefused}, or {@code onOpen}, any number
 * of messages and at most one {@code onClosed}. Nothing follows an {@link Socket#abort}.
 */
public interface SocketListener {
  /** The socket is open. */
  void onOpen(Socket socket);

  /**
   * The socket could not be opened.
   *
   * @param httpStatus the answer that refused the upgrade; 0 when none came
   */
  void onRefused(int httpStatus, Throwable cause);

  /** A whole text message came. */
  void onText(byte[] utf8);

  /** A message came that is not taken; the caller closes. {@code code} is the close code for it. */
  void onUnacceptable(int code, String reason);

  /**
   * The socket ended.
   *
   * @param code of the Close frame; 1005 when it had none, 1006 when none came
   */
  void onClosed(int code, String reason, @Nullable Throwable cause);
}
