// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.NodeId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Which process of Redis answers for each master. Another one than before, started again or
 * promoted while it lagged, may have lost what that one acknowledged. Driven by ticks; thread-safe.
 */
final class Processes {
  private final Leases.Runner redis;
  private final Runnable onAnother;
  private final Supplier<NodeId> life;

  // The life of this node when the connection stood; in another one everything was said anew.
  private final Map<String, NodeId> unsure = new ConcurrentHashMap<>();
  private final Map<String, String> known = new ConcurrentHashMap<>();

  /**
   * No master is known yet.
   *
   * @param life of this node
   * @param onAnother called when another process answers in the same life
   */
  Processes(Leases.Runner redis, Supplier<NodeId> life, Runnable onAnother) {
    this.life = life;
    this.redis = redis;
    this.onAnother = onAnother;
  }

  /** A connection to the master of this key's slot stands, or stands again. */
  void onConnected(String key) {
    unsure.put(key, life.get());
    check();
  }

  /** Asks those again that may be others and have not answered. */
  void check() {
    unsure.forEach(
        (key, since) -> {
          if (unsure.remove(key, since)) {
            ask(key, since);
          }
        });
  }

  private void ask(String key, NodeId since) {
    CompletableFuture<?> unused =
        redis
            .run(Script.PROCESS, List.of(key))
            .thenAccept(reply -> onAnswer(key, since, reply.text()))
            .exceptionally(
                failure -> {
                  unsure.putIfAbsent(key, since);
                  return null;
                });
  }

  private void onAnswer(String key, NodeId since, String process) {
    String before = known.put(key, process);
    if (before != null && !before.equals(process) && since.equals(life.get())) {
      onAnother.run();
    }
  }
}
