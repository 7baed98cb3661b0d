// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.call;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls that wait to be sent, in order, bounded by number and bytes. Owned by the state thread. */
final class CallQueue {
  private final int maxCalls;
  private final int maxBytes;
  private final Set<Call> waiting = new LinkedHashSet<>();
  private int bytes;

  CallQueue(int maxCalls, int maxBytes) {
    this.maxCalls = maxCalls;
    this.maxBytes = maxBytes;
  }

  /** False when the queue is full. */
  boolean offer(Call call) {
    if (waiting.size() >= maxCalls || call.bytes() > maxBytes - bytes) {
      return false;
    }
    waiting.add(call);
    bytes += call.bytes();
    return true;
  }

  @Nullable Call peek() {
    return waiting.isEmpty() ? null : waiting.iterator().next();
  }

  void remove(Call call) {
    if (waiting.remove(call)) {
      bytes -= call.bytes();
    }
  }

  List<Call> removeAll() {
    List<Call> all = new ArrayList<>(waiting);
    waiting.clear();
    bytes = 0;
    return all;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }
}
