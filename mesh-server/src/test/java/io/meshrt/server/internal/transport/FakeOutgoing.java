// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Outgoing frames without any bound; complains when the transport breaks its contract. */
final class FakeOutgoing implements OutgoingBytes {
  /** Runs while the transport copies. */
  volatile Runnable onFill = () -> {};

  private final Deque<byte[]> controls = new ArrayDeque<>();
  private final Deque<byte[]> data = new ArrayDeque<>();
  private byte[] current;
  private int currentOffset;
  private int lastFilled;
  private int controlsOffered;
  private Thread ioThread;

  synchronized void offer(byte[] frame) {
    data.add(frame);
  }

  @Override
  public synchronized void fill(ByteBuffer target) {
    checkThread();
    int before = target.position();
    if (current != null) {
      copy(current, currentOffset, target);
    }
    List<byte[]> all = new ArrayList<>(controls);
    all.addAll(data);
    for (byte[] frame : all) {
      copy(frame, 0, target);
    }
    lastFilled = target.position() - before;
    onFill.run();
  }

  private static void copy(byte[] frame, int offset, ByteBuffer target) {
    target.put(frame, offset, Math.min(target.remaining(), frame.length - offset));
  }

  @Override
  public synchronized void advance(int bytes) {
    checkThread();
    if (bytes < 1 || bytes > lastFilled) {
      throw new IllegalStateException("advance by " + bytes + " of " + lastFilled);
    }
    lastFilled -= bytes;
    int rest = bytes;
    while (rest > 0) {
      if (current == null) {
        current = controls.isEmpty() ? data.remove() : controls.remove();
        currentOffset = 0;
      }
      int step = Math.min(rest, current.length - currentOffset);
      currentOffset += step;
      rest -= step;
      if (currentOffset == current.length) {
        current = null;
      }
    }
  }

  @Override
  public synchronized void offerControl(byte[] frame) {
    checkThread();
    controls.add(frame);
    controlsOffered++;
  }

  @Override
  public synchronized void discardData() {
    checkThread();
    data.clear();
  }

  @Override
  public synchronized boolean isEmpty() {
    return current == null && controls.isEmpty() && data.isEmpty();
  }

  synchronized int controlsOffered() {
    return controlsOffered;
  }

  private void checkThread() {
    if (ioThread == null) {
      ioThread = Thread.currentThread();
    }
    if (ioThread != Thread.currentThread()) {
      throw new IllegalStateException("called by " + Thread.currentThread());
    }
  }
}
