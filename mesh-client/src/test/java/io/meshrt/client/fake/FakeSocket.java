// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.fake;

import io.meshrt.client.internal.socket.Socket;
import io.meshrt.client.internal.socket.SocketListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A socket whose server is the test. Fails on a second send before the first is done. */
public final class FakeSocket implements Socket {
  private final ManualLoop loop;
  private final SocketListener listener;
  private final ArrayDeque<String> sent = new ArrayDeque<>();
  private final List<Integer> closes = new ArrayList<>();
  private CompletableFuture<Void> sending = CompletableFuture.completedFuture(null);
  private boolean stalled;
  private boolean aborted;

  FakeSocket(ManualLoop loop, SocketListener listener) {
    this.loop = loop;
    this.listener = listener;
  }

  @Override
  public CompletionStage<?> sendText(byte[] utf8) {
    if (!sending.isDone()) {
      throw new IllegalStateException("a send is in flight");
    }
    if (aborted || !closes.isEmpty()) {
      return CompletableFuture.failedFuture(new IOException("closed"));
    }
    sent.add(new String(utf8, StandardCharsets.UTF_8));
    sending = stalled ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
    return sending;
  }

  @Override
  public CompletionStage<?> sendClose(int code, String reason) {
    closes.add(code);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void abort() {
    aborted = true;
  }

  /** From now on a send is not done before {@link #finishSend}. */
  public void stall() {
    stalled = true;
  }

  /** The send in flight is done. */
  public void finishSend() {
    sending.complete(null);
    loop.run();
  }

  /** The send in flight fails. */
  public void failSend(Exception cause) {
    sending.completeExceptionally(cause);
    loop.run();
  }

  /** The server sends a message. */
  public void receive(String json) {
    loop.execute(
        () -> {
          if (!aborted) {
            listener.onText(json.getBytes(StandardCharsets.UTF_8));
          }
        });
    loop.run();
  }

  /** The server closes, or the connection breaks. */
  public void closeFromServer(int code, String reason) {
    loop.execute(
        () -> {
          if (!aborted) {
            listener.onClosed(code, reason, null);
          }
        });
    loop.run();
  }

  /** A message came that is too large. */
  public void receiveTooMuch() {
    loop.execute(() -> listener.onUnacceptable(1009, "too big"));
    loop.run();
  }

  /** What the client sent since this was asked last. */
  public List<String> takeSent() {
    List<String> all = List.copyOf(sent);
    sent.clear();
    return all;
  }

  /** The one message the client sent since this was asked last. */
  public String takeOne() {
    List<String> all = takeSent();
    if (all.size() != 1) {
      throw new AssertionError("one message expected: " + all);
    }
    return all.get(0);
  }

  /** Codes of the Close frames the client sent. */
  public List<Integer> closes() {
    return closes;
  }

  /** Whether the client has let go of the socket. */
  public boolean aborted() {
    return aborted;
  }
}
