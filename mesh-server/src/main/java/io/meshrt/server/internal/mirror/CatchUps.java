// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mirror;

import io.meshrt.server.internal.cluster.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Those who wait until a mirror has told what had happened before they asked. Not thread-safe. */
final class CatchUps {
  private final List<CatchUp> waiting = new ArrayList<>();
  private long loads;

  /** Somebody waits for a position, or for a snapshot that is asked for from now on. */
  void add(Position head, CompletableFuture<@Nullable Void> caughtUp) {
    waiting.add(new CatchUp(head, loads, caughtUp));
  }

  /** A snapshot is asked for. */
  void onLoad() {
    loads++;
  }

  /** Everything up to a position was told. */
  void onTold(Position position) {
    if (!waiting.isEmpty()) {
      end(catchUp -> isTold(catchUp.head, position));
    }
  }

  /** The last snapshot that was asked for was told. */
  void onLoaded() {
    end(catchUp -> catchUp.loadsBefore < loads);
  }

  /** Nothing will be told any more. */
  void fail(RuntimeException failure) {
    waiting.forEach(catchUp -> catchUp.caughtUp.completeExceptionally(failure));
    waiting.clear();
  }

  static boolean isTold(Position head, Position position) {
    return !head.isNumbered() || (head.sameEpoch(position) && head.offset() <= position.offset());
  }

  private void end(Predicate<CatchUp> which) {
    waiting.removeIf(
        catchUp ->
            catchUp.caughtUp.isDone() || (which.test(catchUp) && catchUp.caughtUp.complete(null)));
  }

  private record CatchUp(
      Position head, long loadsBefore, CompletableFuture<@Nullable Void> caughtUp) {}
}
