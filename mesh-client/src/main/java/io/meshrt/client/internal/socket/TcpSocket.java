// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import io.meshrt.client.internal.network.Link;
import io.meshrt.core.internal.websocket.MaskedFrames;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The half of one socket that belongs to the state thread. Messages are handed over to the I/O
 * thread, which masks and writes them; a send counts as done at once while less than {@link
 * #ROOM_BYTES} wait there.
 */
final class TcpSocket implements Socket {
  private static final int ROOM_BYTES = 64 * 1024;
  private static final CompletionStage<?> DONE = CompletableFuture.completedFuture(null);

  private final Link link;
  private final MaskedFrames frames;
  private final Window window;
  private final SocketListener listener;
  // Handed over and not written; the state thread adds, the I/O thread subtracts.
  private final AtomicInteger waitingBytes = new AtomicInteger();
  private boolean ended;

  TcpSocket(Link link, MaskedFrames frames, Window window, SocketListener listener) {
    this.link = link;
    this.frames = frames;
    this.window = window;
    this.listener = listener;
  }

  @Override
  public CompletionStage<?> sendText(byte[] utf8) {
    CompletableFuture<@Nullable Void> taken = taken(utf8.length);
    handOver(() -> link.write(frames.text(utf8), taken), taken);
    return waitingBytes.addAndGet(utf8.length) <= ROOM_BYTES ? DONE : taken;
  }

  @Override
  public CompletionStage<?> sendClose(int code, String reason) {
    CompletableFuture<@Nullable Void> taken = new CompletableFuture<>();
    handOver(() -> link.writeLast(frames.close(code, reason), taken), taken);
    return taken;
  }

  @Override
  public void abort() {
    ended = true;
    boolean unused = link.execute(link::close);
  }

  void onOpen() {
    listener.onOpen(this);
  }

  void onText(byte[] message) {
    if (window.onTaken()) {
      boolean unused = link.execute(link::resume);
    }
    if (!ended) {
      listener.onText(message);
    }
  }

  void onUnacceptable(int code, String reason) {
    if (!ended) {
      listener.onUnacceptable(code, reason);
    }
  }

  void onClosed(int code, String reason, @Nullable Throwable cause) {
    if (!ended) {
      ended = true;
      listener.onClosed(code, reason, cause);
    }
  }

  private void handOver(Runnable sending, CompletableFuture<@Nullable Void> taken) {
    if (!link.execute(sending)) {
      taken.completeExceptionally(new IOException("the client has no connections any more"));
    }
  }

  private CompletableFuture<@Nullable Void> taken(int bytes) {
    CompletableFuture<@Nullable Void> taken = new CompletableFuture<>();
    CompletableFuture<?> unused =
        taken.whenComplete((done, failure) -> waitingBytes.addAndGet(-bytes));
    return taken;
  }
}
