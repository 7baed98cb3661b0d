// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import io.meshrt.client.internal.loop.Loop;
import io.meshrt.client.internal.network.Link;
import io.meshrt.core.internal.websocket.FrameDecoder;
import io.meshrt.core.internal.websocket.MaskedFrames;
import io.meshrt.core.internal.websocket.MessageListener;
import io.meshrt.core.internal.websocket.ProtocolViolation;
import io.meshrt.core.protocol.CloseCode;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of one socket: decodes what comes, answers pings and the server's Close, and
 * hands messages over to the state thread. Belongs to the I/O thread.
 *
 * <p>While the {@link Window} is full nothing is read, and a ping that lies behind the messages is
 * not answered.
 */
final class FrameReader implements Link.Listener, MessageListener {
  private final Loop loop;
  private final Link link;
  private final MaskedFrames frames;
  private final TcpSocket socket;
  private final Window window;
  private final FrameDecoder decoder;

  FrameReader(
      Loop loop,
      Link link,
      MaskedFrames frames,
      TcpSocket socket,
      Window window,
      int maxMessageBytes) {
    this.loop = loop;
    this.link = link;
    this.frames = frames;
    this.socket = socket;
    this.window = window;
    this.decoder = FrameDecoder.forClient(maxMessageBytes);
  }

  @Override
  public void onBytes(byte[] buffer, int from, int to) {
    try {
      decoder.decode(buffer, from, to, this);
    } catch (ProtocolViolation e) {
      String rule = e.getMessage();
      tell(() -> socket.onUnacceptable(e.closeCode(), rule == null ? "" : rule));
    }
    if (window.isFull()) {
      link.pause();
    }
  }

  @Override
  public void onText(byte[] buffer, int offset, int length) {
    byte[] message = Arrays.copyOfRange(buffer, offset, offset + length);
    window.onHandedOver();
    tell(() -> socket.onText(message));
  }

  @Override
  public void onBinary(byte[] buffer, int offset, int length) {
    decoder.stop();
    tell(() -> socket.onUnacceptable(CloseCode.UNSUPPORTED_DATA.code(), "binary message"));
  }

  @Override
  public void onPing(byte[] buffer, int offset, int length) {
    link.writeUrgently(frames.pong(buffer, offset, length));
  }

  @Override
  public void onPong(byte[] buffer, int offset, int length) {}

  @Override
  public void onClose(int code, String reason) {
    link.writeLastAtOnce(frames.close(code, ""));
    tell(() -> socket.onClosed(code, reason, null));
  }

  @Override
  public void onEnd(@Nullable Throwable cause) {
    Throwable told = cause == null ? new IOException("the connection ended") : cause;
    String message = told.getMessage();
    tell(() -> socket.onClosed(CloseCode.ABNORMAL.code(), message == null ? "" : message, told));
  }

  @Override
  public void onUnreachable(Throwable cause) {
    throw new IllegalStateException("it has been open", cause);
  }

  @Override
  public void onConnected() {
    throw new IllegalStateException("it has been open");
  }

  @Override
  public void onSecure() {
    throw new IllegalStateException("it has been open");
  }

  private void tell(Runnable what) {
    if (!loop.execute(what)) {
      link.close();
    }
  }
}
