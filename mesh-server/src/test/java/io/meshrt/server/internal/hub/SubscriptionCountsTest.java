// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.TestNode;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SubscriptionCountsTest {
  private static final int MAX = 3;

  private final TestNode node = new TestNode();
  private final SubscriptionCounts counts = new SubscriptionCounts(MAX, node.metrics);
  private final Session session = node.v1().session();

  @Test
  void oneMoreThanTheLimitIsRefusedAndCounted() {
    IntStream.range(0, MAX - 1).forEach(i -> counts.tryTake(session));
    boolean atTheLimit = counts.tryTake(session);

    boolean beyond = counts.tryTake(session);

    assertThat(atTheLimit).isTrue();
    assertThat(beyond).isFalse();
    assertThat(counts.of(session)).isEqualTo(MAX);
    assertThat(node.metrics.hits(Limit.SUBSCRIPTIONS)).isEqualTo(1);
  }

  @Test
  void aPlaceGivenBackCanBeTakenAgain() {
    IntStream.range(0, MAX).forEach(i -> counts.tryTake(session));

    counts.release(session);

    assertThat(counts.tryTake(session)).isTrue();
    assertThat(counts.tryTake(session)).isFalse();
  }

  @Test
  void sessionsAreCountedApart() {
    Session other = node.legacy().session();
    IntStream.range(0, MAX).forEach(i -> counts.tryTake(session));

    assertThat(counts.tryTake(other)).isTrue();
  }

  @Test
  void nothingIsLeftOfASessionThatGaveEverythingBack() {
    counts.tryTake(session);
    counts.tryTake(session);

    counts.release(session);
    counts.release(session);

    assertThat(counts.sessions()).isZero();
  }
}
