// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import io.meshrt.client.ClientError;
import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.internal.callback.ErrorReports;
import io.meshrt.client.internal.callback.Turns;
import io.meshrt.client.internal.dialect.ChannelItem;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one listener, which runs on the callback executor, one call after the other.
 * Messages are bounded and refused when there are too many; notices are taken always, as each needs
 * a message or a connection between it and the next. Thread-safe: the lock is never held while the
 * listener runs.
 */
final class Mailbox<T> implements Turns.Calls {
  private final String channel;
  private final ChannelListener<T> listener;
  private final MessageReader<T> reader;
  private final ErrorReports errors;
  private final int maxMessages;
  private final int maxBytes;
  private final Turns turns;

  // Guarded by this.
  private final ArrayDeque<Object> waiting = new ArrayDeque<>();
  private int waitingMessages;
  private int waitingBytes;
  private boolean closed;
  private @Nullable Runnable onEmpty;

  /** So many messages came after a reconnect, and none is missing. */
  private record Recovered(long messages) {}

  /** Nothing more will come. */
  private enum End {
    END
  }

  Mailbox(
      String channel,
      ChannelListener<T> listener,
      MessageReader<T> reader,
      Executor callbacks,
      ErrorReports errors,
      int maxMessages,
      int maxBytes) {
    this.channel = channel;
    this.listener = listener;
    this.reader = reader;
    this.errors = errors;
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
    this.turns = new Turns(callbacks, this, this);
  }

  /** Takes a message; false when it is full. A closed one drops it. */
  boolean offer(ChannelItem item) {
    int bytes = item.message().length();
    synchronized (this) {
      boolean full = waitingMessages >= maxMessages || bytes > maxBytes - waitingBytes;
      if (!closed && full && waitingMessages > 0) {
        return false;
      }
      add(item);
      waitingMessages++;
      waitingBytes += bytes;
    }
    turns.wake();
    return true;
  }

  /** Tells of a gap; one that was not told yet becomes this one. */
  void tellGap(ChannelGap gap) {
    synchronized (this) {
      if (waiting.peekLast() instanceof Recovered before && before.messages() == 0) {
        waiting.removeLast(); // so that notices alone do not add up
      }
      if (waiting.peekLast() instanceof ChannelGap before) {
        waiting.removeLast();
        add(new ChannelGap(before.last(), gap.resumesAfter()));
      } else {
        add(gap);
      }
    }
    turns.wake();
  }

  /** Tells that nothing is missing. */
  void tellRecovered(long messages) {
    synchronized (this) {
      if (waiting.peekLast() instanceof Recovered before) {
        waiting.removeLast();
        add(new Recovered(before.messages() + messages));
      } else {
        add(new Recovered(messages));
      }
    }
    turns.wake();
  }

  /** Tells that nothing more will come, and takes nothing more. */
  void end() {
    synchronized (this) {
      add(End.END);
      closed = true;
    }
    turns.wake();
  }

  /** Drops what waits and takes nothing more. */
  synchronized void close() {
    closed = true;
    waiting.clear();
    waitingMessages = 0;
    waitingBytes = 0;
  }

  /** Drops what waits, and goes on. */
  synchronized void clear() {
    waiting.clear();
    waitingMessages = 0;
    waitingBytes = 0;
    onEmpty = null;
  }

  /** Runs {@code task} once when nothing waits any more, perhaps at once. */
  void whenEmpty(Runnable task) {
    synchronized (this) {
      if (waitingMessages > 0) {
        onEmpty = task;
        return;
      }
    }
    task.run();
  }

  /** Guarded by this. */
  private void add(Object entry) {
    if (!closed) {
      waiting.add(entry);
    }
  }

  @Override
  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  @Override
  public @Nullable Runnable next() {
    Object entry = waiting.poll();
    if (entry instanceof ChannelItem item) {
      waitingMessages--;
      waitingBytes -= item.message().length();
    }
    ChannelListener<T> present = present(); // after a clear it may be another one
    return entry == null ? null : () -> call(entry, present);
  }

  private ChannelListener<T> present() {
    return listener instanceof Successive<T> successive ? successive.present() : listener;
  }

  private void call(Object entry, ChannelListener<T> present) {
    tell(entry, present);
    afterCall();
  }

  private void afterCall() {
    Runnable task = null;
    synchronized (this) {
      if (waitingMessages == 0) {
        task = onEmpty;
        onEmpty = null;
      }
    }
    if (task != null) {
      task.run();
    }
  }

  private void tell(Object entry, ChannelListener<T> present) {
    try {
      if (entry instanceof ChannelItem item) {
        present.onMessage(reader.read(item));
      } else if (entry instanceof ChannelGap gap) {
        present.onGap(gap);
      } else if (entry instanceof Recovered recovered) {
        present.onRecovered(recovered.messages());
      } else {
        present.onEnded();
      }
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      errors.reportListener(ClientError.Subject.CHANNEL, channel, e);
    }
  }
}
