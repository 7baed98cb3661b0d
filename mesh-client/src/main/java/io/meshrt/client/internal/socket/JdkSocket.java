// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import io.meshrt.client.internal.loop.Loop;
import io.meshrt.core.protocol.CloseCode;
import java.net.ProtocolException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One socket of the JDK. Its state belongs to the state thread; {@link Events} runs on the JDK's
 * threads and only hands over. At most {@link #WINDOW} messages are handed over and not yet taken;
 * then the JDK stops reading.
 */
final class JdkSocket implements Socket {
  private static final int WINDOW = 16;

  private final Loop loop;
  private final SocketListener listener;
  private final int maxMessageBytes;
  private @Nullable WebSocket webSocket;
  private boolean ended;

  JdkSocket(Loop loop, SocketListener listener, int maxMessageBytes) {
    this.loop = loop;
    this.listener = listener;
    this.maxMessageBytes = maxMessageBytes;
  }

  WebSocket.Listener events() {
    return new Events();
  }

  @Override
  public CompletionStage<?> sendText(byte[] utf8) {
    return opened().sendText(new String(utf8, StandardCharsets.UTF_8), true);
  }

  @Override
  public CompletionStage<?> sendClose(int code, String reason) {
    return opened().sendClose(code, reason);
  }

  @Override
  public void abort() {
    ended = true;
    if (webSocket != null) {
      webSocket.abort();
    }
  }

  void onRefused(int httpStatus, Throwable cause) {
    if (!ended) {
      ended = true;
      listener.onRefused(httpStatus, cause);
    }
  }

  private WebSocket opened() {
    WebSocket opened = webSocket;
    if (opened == null) {
      throw new IllegalStateException("not open");
    }
    return opened;
  }

  private void onOpen(WebSocket opened) {
    webSocket = opened;
    if (ended) {
      opened.abort();
      return;
    }
    listener.onOpen(this);
  }

  private void onMessage(byte[] message) {
    if (!ended) {
      listener.onText(message);
      opened().request(1);
    }
  }

  private void onUnacceptable(CloseCode code, String reason) {
    if (!ended) {
      listener.onUnacceptable(code.code(), reason);
    }
  }

  private void onClosed(int code, String reason, @Nullable Throwable cause) {
    if (!ended) {
      ended = true;
      listener.onClosed(code, reason, cause);
    }
  }

  /** The receiving side: assembles messages and hands over to the state thread. */
  private final class Events implements WebSocket.Listener {
    private final TextAssembler text = new TextAssembler(maxMessageBytes);

    @Override
    public void onOpen(WebSocket opened) {
      if (!loop.execute(() -> JdkSocket.this.onOpen(opened))) {
        opened.abort();
        return;
      }
      opened.request(WINDOW);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      byte[] message = text.append(part, last);
      if (message != null) {
        loop.execute(() -> onMessage(message));
      } else if (!text.tooBig()) {
        socket.request(1);
      } else {
        loop.execute(
            () ->
                onUnacceptable(
                    CloseCode.MESSAGE_TOO_BIG, "message over " + maxMessageBytes + " bytes"));
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      loop.execute(() -> onUnacceptable(CloseCode.UNSUPPORTED_DATA, "binary message"));
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      loop.execute(() -> onClosed(code, reason, null));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      CloseCode code =
          error instanceof ProtocolException ? CloseCode.PROTOCOL_ERROR : CloseCode.ABNORMAL;
      String reason = error.getMessage();
      loop.execute(() -> onClosed(code.code(), reason == null ? "" : reason, error));
    }
  }
}
