// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import java.util.concurrent.CompletionStage;

/** One open socket. Used on the state thread; stages complete anywhere. */
public interface Socket {
  /** Sends one text message in UTF-8. Not to be called before the send before is done. */
  CompletionStage<?> sendText(byte[] utf8);

  /** Sends a Close frame; no text after it. */
  CompletionStage<?> sendClose(int code, String reason);

  /** Ends the socket without a word. */
  void abort();
}
