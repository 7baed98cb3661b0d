// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets the jobs of one group on this node have their turn one after the other. Thread-safe, never
 * blocks.
 */
final class GroupTurns {
  static final int MAX_WAITING_PER_GROUP = 1_024;
  static final int MAX_WAITING = 16_384;

  private final ServerMetrics metrics;

  // A group is in it while a turn of it lasts. Guarded by this.
  private final Map<String, Queue<Turn>> waiting = new HashMap<>();
  private int total;

  /**
   * A job and who waits for it.
   *
   * @param then told of the outcome before the next turn begins; does not block
   */
  record Turn(
      Job job,
      Consumer<Map<String, Job.Done>> then,
      CompletableFuture<Map<String, Job.Done>> result) {}

  GroupTurns(ServerMetrics metrics) {
    this.metrics = metrics;
  }

  /**
   * Whether a turn begins now; it lasts until {@link #next}. If not, it waits, or has failed with
   * {@code ELIMIT} when too many do.
   */
  boolean begins(Turn turn) {
    synchronized (this) {
      Queue<Turn> ofGroup = waiting.get(turn.job().group());
      if (ofGroup == null) {
        waiting.put(turn.job().group(), new ArrayDeque<>(0));
        return true;
      }
      if (ofGroup.size() < MAX_WAITING_PER_GROUP && total < MAX_WAITING) {
        ofGroup.add(turn);
        total++;
        return false;
      }
    }
    metrics.limitHit(Limit.RECORD_WRITES);
    turn.result()
        .completeExceptionally(
            new CommandException(ErrorCode.LIMIT, "Too many writes wait for this record."));
    return false;
  }

  /** The jobs whose turn comes next, in order. Asked by the one whose turn it is. */
  synchronized List<Job> waiting(String group, int max) {
    Queue<Turn> ofGroup = waiting.get(group);
    return ofGroup == null ? List.of() : ofGroup.stream().limit(max).map(Turn::job).toList();
  }

  /** Takes the first that wait out of their group: they have been done along with another. */
  synchronized List<Turn> take(String group, int count) {
    List<Turn> taken = new ArrayList<>(count);
    Queue<Turn> ofGroup = waiting.get(group);
    for (int i = 0; ofGroup != null && i < count; i++) {
      taken.add(ofGroup.remove());
      total--;
    }
    return taken;
  }

  /** Ends a turn; gives the one that begins now, null if none waits. */
  synchronized @Nullable Turn next(String group) {
    Queue<Turn> ofGroup = waiting.get(group);
    Turn next = ofGroup == null ? null : ofGroup.poll();
    if (next == null) {
      waiting.remove(group);
    } else {
      total--;
    }
    return next;
  }
}
