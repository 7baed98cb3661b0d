// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import io.meshrt.client.internal.loop.Loop;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Messages waiting to be sent on one socket, in order, one send in flight at a time. Confined to
 * the state thread. Bounded by {@code maxBytes}: a message beyond it is refused, and the caller
 * ends the connection, whose peer does not read.
 */
public final class SendQueue {
  private final Socket socket;
  private final Loop loop;
  private final int maxBytes;
  private final Listener listener;
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private boolean sending;
  private boolean closed;
  private @Nullable Runnable goodBye;

  /** Told of progress, on the state thread. */
  public interface Listener {
    /** There is room again: nothing waits. */
    void onSendQueueEmpty();

    /** A send failed; the socket is of no use any more. */
    void onSendFailed(Throwable cause);
  }

  /** A queue in front of {@code socket}. */
  public SendQueue(Socket socket, Loop loop, int maxBytes, Listener listener) {
    this.socket = socket;
    this.loop = loop;
    this.maxBytes = maxBytes;
    this.listener = listener;
  }

  /** Sends in turn; false when the queue is full. After {@link #closeAfterLast} it is dropped. */
  public boolean offer(byte[] message) {
    if (closed) {
      return true;
    }
    if (waitingBytes + message.length > maxBytes && waitingBytes > 0) {
      return false;
    }
    waiting.add(message);
    waitingBytes += message.length;
    drain();
    return true;
  }

  /** Bytes accepted and not yet sent, the send in flight included. */
  public int waitingBytes() {
    return waitingBytes;
  }

  /** Takes nothing more, and sends a Close frame once everything before has been sent. */
  public void closeAfterLast(int code, String reason) {
    if (!closed) {
      closed = true;
      goodBye = () -> awaitSent(socket.sendClose(code, reason), () -> {});
      drain();
    }
  }

  /** Ends the socket without a word. */
  public void abort() {
    closed = true;
    socket.abort();
  }

  private void drain() {
    while (!sending) {
      byte[] next = waiting.peek();
      if (next == null) {
        onEmpty();
        return;
      }
      sending = true;
      CompletionStage<?> sent = socket.sendText(next);
      if (isDone(sent)) {
        onSent();
      } else {
        awaitSent(
            sent,
            () -> {
              onSent();
              drain();
            });
      }
    }
  }

  private static boolean isDone(CompletionStage<?> sent) {
    CompletableFuture<?> future = sent.toCompletableFuture();
    return future.isDone() && !future.isCompletedExceptionally();
  }

  private void awaitSent(CompletionStage<?> sent, Runnable next) {
    sent.whenComplete((done, failure) -> loop.execute(() -> onOutcome(failure, next)));
  }

  private void onOutcome(@Nullable Throwable failure, Runnable next) {
    if (failure != null) {
      listener.onSendFailed(failure);
    } else {
      next.run();
    }
  }

  private void onSent() {
    sending = false;
    waitingBytes -= waiting.remove().length;
  }

  private void onEmpty() {
    Runnable last = goodBye;
    goodBye = null;
    if (last != null) {
      last.run();
    } else if (!closed) {
      listener.onSendQueueEmpty();
    }
  }
}
