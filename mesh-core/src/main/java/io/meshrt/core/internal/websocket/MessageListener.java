// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

/**
 * What a {@link FrameDecoder} reports, in the order in which it became complete on the wire.
 *
 * <p>Called on the thread that called {@link FrameDecoder#decode}, before that call returns. The
 * bytes are valid only during the call; whoever wants to keep them copies them. A listener may call
 * {@link FrameDecoder#stop} on the calling decoder, but not {@code decode}. If a listener throws,
 * the decoder is spent and the exception leaves {@code decode}.
 */
public interface MessageListener {

  /** A whole text message; the bytes are valid UTF-8. */
  void onText(byte[] buffer, int offset, int length);

  /** A whole binary message. */
  void onBinary(byte[] buffer, int offset, int length);

  /** A ping of at most 125 bytes, which may come in the middle of a fragmented message. */
  void onPing(byte[] buffer, int offset, int length);

  /** A pong of at most 125 bytes, asked for or not. */
  void onPong(byte[] buffer, int offset, int length);

  /**
   * The peer's close frame, the last thing a decoder reports.
   *
   * @param code a code that {@link CloseCodes#isValidOnWire} admits, or {@link CloseCodes#NO_CODE}
   *     if the frame was empty
   * @param reason at most 123 bytes of UTF-8, chosen by the peer; often empty
   */
  void onClose(int code, String reason);
}
