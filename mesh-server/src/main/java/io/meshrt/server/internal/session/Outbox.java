// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.internal.transport.OutgoingBytes;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has yet to send, in order: frames as JSON, shared between connections where
 * many get the same, and {@link Slot}s, which become JSON when they are written. Frame headers are
 * written on the way out.
 *
 * <p>Any thread may offer; a full outbox refuses. The I/O thread fills its buffer, writes, and says
 * how far it came. Entries up to {@code frozen} may have been copied: they only leave at the front,
 * by the I/O thread, so it reads them without the lock. Guarded by this: every field but those said
 * to be the I/O thread's. The lock is held for queue operations only, never while a slot renders,
 * bytes are copied, or the listener is told. Nothing is allocated while nothing waits.
 */
final class Outbox implements OutgoingBytes {
  /** Told about marks and progress, outside the lock. */
  interface Listener {
    /** More than half the bound waits. On the offering thread. */
    void onHighWater();

    /** At most a quarter of the bound waits again. On the I/O thread. */
    void onLowWater();

    /** So many bytes left. On the I/O thread. */
    void onAdvanced(int bytes);
  }

  /** In the place of a slot that had nothing to say. */
  private static final byte[] NOTHING = {};

  private final ConnectionLimits limits;
  private final Listener listener;

  /** byte[] and WaitingSlot; null while nothing waits. */
  private @Nullable FrameRing entries;

  private int frozen;
  private int frozenBytes;
  private int pendingBytes;
  private boolean sealed;
  private @Nullable Map<Object, WaitingSlot> slots;

  /** Null while none waits; what is in it belongs to the I/O thread. */
  private @Nullable ControlFrames controls;

  private volatile boolean aboveHighMark;

  /** How much of the first frame left. The I/O thread's. */
  private int headWritten;

  private int progress = 1;
  private int seenProgress;
  private long seenNanos;

  Outbox(ConnectionLimits limits, Listener listener) {
    this.limits = limits;
    this.listener = listener;
  }

  /**
   * Appends a frame.
   *
   * @param json never changed afterwards
   * @return false when it does not fit, or nothing is taken any more
   */
  boolean offer(byte[] json) {
    int bytes = TextFrame.length(json);
    boolean rose;
    synchronized (this) {
      if (sealed || !hasRoom(bytes)) {
        return false;
      }
      append(json);
      pendingBytes += bytes;
      rose = roseAboveHighMark();
    }
    if (rose) {
      listener.onHighWater();
    }
    return true;
  }

  /**
   * Appends a slot, or puts it in the place of the one with the same key that still waits. A slot
   * counts as an entry, and with its bytes from the moment it is rendered.
   *
   * @return false when there is no room, or nothing is taken any more
   */
  boolean offer(Slot slot) {
    boolean rose;
    synchronized (this) {
      if (sealed) {
        return false;
      }
      Map<Object, WaitingSlot> waiting = slots == null ? new HashMap<>() : slots;
      WaitingSlot older = waiting.get(slot.key());
      if (older != null) {
        older.slot = slot;
        return true;
      }
      if (!hasRoom(0)) {
        return false;
      }
      WaitingSlot entry = new WaitingSlot(slot);
      slots = waiting;
      waiting.put(slot.key(), entry);
      append(entry);
      rose = roseAboveHighMark();
    }
    if (rose) {
      listener.onHighWater();
    }
    return true;
  }

  /** Whether a frame would not fit even if nothing else waited. */
  boolean isTooLarge(byte[] json) {
    return TextFrame.length(json) > limits.maxOutboxBytes();
  }

  /** Takes no more data; what waits stays. */
  synchronized void seal() {
    sealed = true;
  }

  /** Takes no more data and forgets everything. */
  synchronized void close() {
    sealed = true;
    controls = null;
    headWritten = 0;
    pendingBytes = 0;
    dropAll();
  }

  /** Whether producers should wait; from half the bound up, until a quarter is reached again. */
  boolean isAboveHighMark() {
    return aboveHighMark;
  }

  /** Whether more than a sixteenth of a bound waits, as it does not where a peer keeps up. */
  synchronized boolean isBehind() {
    return pendingBytes > limits.maxOutboxBytes() / 16 || size() > limits.maxOutboxEntries() / 16;
  }

  /** Bytes that wait, frame headers included. */
  synchronized int pendingBytes() {
    return pendingBytes;
  }

  /** Whether something waits and nothing left since a look {@code stallNanos} or more ago. */
  synchronized boolean isStalled(long nowNanos, long stallNanos) {
    if (isEmpty() || progress != seenProgress) {
      seenProgress = progress;
      seenNanos = nowNanos;
      return false;
    }
    return nowNanos - seenNanos >= stallNanos;
  }

  /**
   * Bytes this outbox keeps in memory that no outbox looked at before does.
   *
   * @param seen a set by identity, which gets every frame
   */
  synchronized long addBufferedTo(Set<byte[]> seen) {
    long bytes = 0;
    for (int i = 0; i < size(); i++) {
      if (entryAt(i) instanceof byte[] json && seen.add(json)) {
        bytes += json.length;
      }
    }
    return bytes;
  }

  @Override
  public void fill(ByteBuffer target) {
    WaitingSlot slot;
    while ((slot = freeze(target.remaining())) != null) {
      freezeRendered(slot.slot.render());
    }
    copyFrozen(target);
  }

  /** Freezes entries up to {@code room} bytes; stops at a slot, which the caller renders. */
  private synchronized @Nullable WaitingSlot freeze(int room) {
    while (frozen < size() && frozenBytes - headWritten < room) {
      Object entry = entryAt(frozen);
      if (entry instanceof WaitingSlot slot) {
        if (slots != null) {
          slots.remove(slot.slot.key());
        }
        return slot;
      }
      frozenBytes += TextFrame.length((byte[]) entry);
      frozen++;
    }
    return null;
  }

  private synchronized void freezeRendered(byte @Nullable [] json) {
    if (entries == null || frozen == size()) {
      return; // closed meanwhile
    }
    entries.set(frozen, json == null ? NOTHING : json);
    if (json == null) {
      frozen++;
      dropLeadingNothing();
      return;
    }
    int bytes = TextFrame.length(json);
    frozen++;
    frozenBytes += bytes;
    pendingBytes += bytes;
  }

  private void copyFrozen(ByteBuffer target) {
    FrameRing.View frames;
    ControlFrames between;
    int count;
    synchronized (this) {
      frames = entries == null ? null : entries.view();
      between = controls;
      count = frozen;
    }
    int index = 0;
    if (headWritten > 0 && frames != null) {
      copy(frames.get(index), headWritten, target);
      index++;
    }
    if (between != null) {
      between.copyTo(target);
    }
    for (; frames != null && index < count && target.hasRemaining(); index++) {
      copy(frames.get(index), 0, target);
    }
  }

  private static void copy(@Nullable Object entry, int from, ByteBuffer target) {
    if (entry instanceof byte[] json) {
      TextFrame.copy(json, from, target);
    }
  }

  @Override
  public void advance(int bytes) {
    boolean fell;
    synchronized (this) {
      release(bytes);
      progress += bytes == 0 ? 0 : 1;
      dropLeadingNothing();
      fell = fellToLowMark();
    }
    listener.onAdvanced(bytes);
    if (fell) {
      listener.onLowWater();
    }
  }

  private void release(int bytes) {
    int left = headWritten > 0 ? releaseFromHead(bytes) : bytes;
    if (controls != null) {
      int released = left - controls.release(left);
      pendingBytes -= released;
      left -= released;
      controls = controls.isEmpty() ? null : controls;
    }
    while (left > 0) {
      if (frozen == 0) {
        throw new IllegalStateException("advanced past what was filled by " + left);
      }
      left = releaseFromHead(left);
    }
  }

  private int releaseFromHead(int bytes) {
    int length = TextFrame.length((byte[]) entryAt(0));
    int released = Math.min(bytes, length - headWritten);
    headWritten += released;
    pendingBytes -= released;
    if (headWritten == length) {
      frozenBytes -= length;
      headWritten = 0;
      removeHead();
    }
    return bytes - released;
  }

  @Override
  public void offerControl(byte[] frame) {
    boolean rose;
    synchronized (this) {
      ControlFrames frames = controls == null ? new ControlFrames() : controls;
      frames.add(frame);
      controls = frames;
      pendingBytes += frame.length;
      rose = roseAboveHighMark();
    }
    if (rose) {
      listener.onHighWater();
    }
  }

  @Override
  public synchronized void discardData() {
    Object halfWritten = headWritten > 0 ? entryAt(0) : null;
    dropAll();
    pendingBytes = controls == null ? 0 : controls.pendingBytes();
    if (halfWritten != null) {
      append(halfWritten);
      frozen = 1;
      frozenBytes = TextFrame.length((byte[]) halfWritten);
      pendingBytes += frozenBytes - headWritten;
    }
  }

  @Override
  public synchronized boolean isEmpty() {
    return entries == null && controls == null;
  }

  private boolean hasRoom(int bytes) {
    return size() < limits.maxOutboxEntries() && bytes <= limits.maxOutboxBytes() - pendingBytes;
  }

  private boolean roseAboveHighMark() {
    boolean above =
        pendingBytes > limits.maxOutboxBytes() / 2 || size() > limits.maxOutboxEntries() / 2;
    if (!above || aboveHighMark) {
      return false;
    }
    aboveHighMark = true;
    return true;
  }

  private boolean fellToLowMark() {
    boolean below =
        pendingBytes <= limits.maxOutboxBytes() / 4 && size() <= limits.maxOutboxEntries() / 4;
    if (!below || !aboveHighMark) {
      return false;
    }
    aboveHighMark = false;
    return true;
  }

  private int size() {
    return entries == null ? 0 : entries.size();
  }

  private void append(Object entry) {
    FrameRing ring = entries == null ? new FrameRing() : entries;
    ring.add(entry);
    entries = ring;
  }

  private Object entryAt(int index) {
    if (entries == null) {
      throw new IllegalStateException("no entry " + index);
    }
    return entries.get(index);
  }

  private void removeHead() {
    if (entries == null || entries.size() == 1) {
      dropAll();
    } else {
      entries.removeFirst();
      frozen--;
    }
  }

  private void dropLeadingNothing() {
    while (frozen > 0 && entryAt(0) == NOTHING) {
      removeHead();
    }
  }

  private void dropAll() {
    entries = null;
    slots = null;
    frozen = 0;
    frozenBytes = 0;
  }

  private static final class WaitingSlot {
    private Slot slot;

    WaitingSlot(Slot slot) {
      this.slot = slot;
    }
  }
}
