// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redis loses the end of what it had acknowledged, and keeps the rest. */
class RedisForgetsIT extends RedisFaults {
  private final AtomicInteger doubts = new AtomicInteger();

  @Override
  String[] options() {
    return new String[] {"appendonly", "yes", "appendfsync", "everysec"};
  }

  @BeforeEach
  void listen() {
    first()
        .cluster()
        .addListener(
            new ClusterListener() {
              @Override
              public void onDoubt() {
                doubts.incrementAndGet();
              }
            });
  }

  @Test
  void nodeThatIsStillThereIsToldToDoubt() {
    NodeId life = first().cluster().self();
    get(first().members().join(LOBBY, "anna", null));
    long written = redis().written();
    get(first().members().join(LOBBY, "bob", null));

    redis().kill();
    redis().forget(written);
    redis().start();

    await().atMost(RECOVERY).until(() -> doubts.get() == 1);
    assertThat(first().cluster().self()).isEqualTo(life);
    assertThat(get(first().members().members(LOBBY)).members())
        .extracting(Member::id)
        .containsExactly("anna");
  }

  @Test
  void cutLinksAreNoReasonToDoubt() {
    get(first().members().join(LOBBY, "anna", null));

    for (int i = 0; i < 3; i++) {
      redis().command("CLIENT", "KILL", "TYPE", "pubsub");
      redis().command("CLIENT", "KILL", "TYPE", "normal");
      await()
          .atMost(RECOVERY)
          .ignoreExceptions()
          .until(() -> get(first().members().members(LOBBY)).members().size() == 1);
    }
    redis().kill(); // told in the end, so that there was time to tell of what came before
    redis().start();

    await().atMost(RECOVERY).until(() -> doubts.get() > 0);
    assertThat(doubts).hasValue(1);
  }

  @Test
  void allThatThereMayBeOfALifeIsGoneThrough() {
    IntStream.range(0, 1_100).forEach(i -> get(first().members().join(LOBBY, "member " + i, null)));
    get(second().members().join(LOBBY, "other", null));
    AtomicInteger found = new AtomicInteger();

    get(
        first()
            .members()
            .forOwn(
                part -> {
                  found.addAndGet(part.size());
                  return CompletableFuture.completedFuture(null);
                }));

    assertThat(found).hasValue(1_100);
  }
}
