// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import io.meshrt.server.internal.cluster.TestWorld.TestNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Calls that wait for each other, as those of one connection do, do not wait one time-out each. */
class RedisPatienceIT extends RedisFaults {
  @Test
  void callsInARowAreAllRefusedInTimeWhenRedisStalls() {
    get(publish(first(), NEWS, "before"));

    stall();
    long since = System.nanoTime();
    Map<String, String> outcomes = outcomes(inARow(first()), since);

    assertAllUnavailable(outcomes);
    redis().resume();
    recovered(() -> publish(first(), NEWS, "after"));
  }

  @Test
  void callsInARowAreAllRefusedInTimeWhenRedisDies() {
    get(publish(first(), NEWS, "before"));

    redis().kill();
    long since = System.nanoTime();
    Map<String, String> outcomes = outcomes(inARow(first()), since);

    assertAllUnavailable(outcomes);
    redis().start();
    recovered(() -> publish(first(), NEWS, "after"));
  }

  /** Each starts when the one before has failed. */
  private static Map<String, CompletableFuture<?>> inARow(TestNode node) {
    List<Supplier<CompletableFuture<?>>> kinds =
        List.of(
            () -> node.members().members(LOBBY),
            () -> node.members().join(LOBBY, "late", null),
            () -> node.store().readAll(NEWS),
            () -> node.cluster().liveNodes(),
            () -> publish(node, NEWS, "during"),
            () -> node.topics().listen(LOBBY, new HeardTopic()));
    Map<String, CompletableFuture<?>> calls = new HashMap<>();
    CompletableFuture<?> before = CompletableFuture.completedFuture(null);
    for (Supplier<CompletableFuture<?>> kind : kinds) {
      before = before.handle((done, failure) -> null).thenCompose(over -> kind.get());
      calls.put("call " + calls.size(), before);
    }
    return calls;
  }
}
