// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.transport.Transport.CloseWhen;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryGuardTest {
  private static final byte[] KILOBYTE = "\"".repeat(1_000).getBytes(UTF_8);

  private final TestNode node = new TestNode();

  @Test
  void anOutboxWithoutProgressIsClosedAfterTheStallTime() {
    TestNode.Client client = stalled(1);
    guard(1_000_000);

    node.scheduler.advance(Duration.ofSeconds(10));
    int before = client.transport().closeCode();
    node.scheduler.advance(Duration.ofMillis(250));

    assertThat(before).isZero();
    assertThat(client.transport().closing())
        .isEqualTo(new FakeTransport.Closing(4008, "no progress", CloseWhen.NOW));
    assertThat(node.metrics.hits(Limit.OUTBOX_STALL)).isEqualTo(1);
    assertThat(node.metrics.slowConsumers()).isEqualTo(1);
  }

  @Test
  void aReaderThatTakesAByteNowAndThenIsNotStalled() {
    TestNode.Client client = stalled(1);
    guard(1_000_000);

    for (int i = 0; i < 5; i++) {
      node.scheduler.advance(Duration.ofSeconds(9));
      client.transport().setWritableBytes(1);
      client.transport().flush();
    }

    assertThat(client.session().isOpen()).isTrue();
  }

  @Test
  void timeBeforeSomethingWaitedIsNotCounted() {
    TestNode.Client client = node.v1();
    guard(1_000_000);
    node.scheduler.advance(Duration.ofSeconds(60));
    client.transport().setWritableBytes(0);
    client.session().offer(KILOBYTE.clone());

    node.scheduler.advance(Duration.ofSeconds(9));

    assertThat(client.session().isOpen()).isTrue();
  }

  @Test
  void upToTheBoundNobodyIsClosed() {
    TestNode.Client client = stalled(3);
    MemoryGuard guard = guard(3 * (1_000 + 4));

    node.scheduler.advance(MemoryGuard.INTERVAL);

    assertThat(guard.isOverloaded()).isFalse();
    assertThat(client.session().isOpen()).isTrue();
    assertThat(node.metrics.outboxBytes()).isEqualTo(3_012);
  }

  @Test
  void beyondTheBoundTheFullestIsClosed() {
    TestNode.Client small = stalled(1);
    TestNode.Client large = stalled(3);
    TestNode.Client medium = stalled(2);
    MemoryGuard guard = guard(3_500);

    node.scheduler.advance(MemoryGuard.INTERVAL);
    boolean overloaded = guard.isOverloaded();
    large.transport().end();
    node.scheduler.advance(MemoryGuard.INTERVAL);

    assertThat(overloaded).isTrue();
    assertThat(large.transport().closeCode()).isEqualTo(4008);
    assertThat(small.session().isOpen()).isTrue();
    assertThat(medium.session().isOpen()).isTrue();
    assertThat(guard.isOverloaded()).isFalse();
    assertThat(node.metrics.hits(Limit.BUFFERED_BYTES)).isEqualTo(1);
  }

  @Test
  void aFrameThatManyShareCountsOnce() {
    byte[] shared = KILOBYTE.clone();
    for (int i = 0; i < 10; i++) {
      TestNode.Client client = stalled(0);
      client.session().offer(shared);
    }
    MemoryGuard guard = guard(1_500);

    node.scheduler.advance(MemoryGuard.INTERVAL);

    assertThat(guard.isOverloaded()).isFalse();
    assertThat(node.metrics.slowConsumers()).isZero();
  }

  @Test
  void aStoppedGuardLooksNoMore() {
    TestNode.Client client = stalled(1);
    MemoryGuard guard = guard(10);

    guard.stop();
    node.scheduler.advance(Duration.ofSeconds(20));

    assertThat(client.session().isOpen()).isTrue();
    assertThat(node.scheduler.pending()).isEqualTo(1);
  }

  private TestNode.Client stalled(int kilobytes) {
    TestNode.Client client = node.v1();
    client.transport().setWritableBytes(0);
    for (int i = 0; i < kilobytes; i++) {
      client.session().offer(KILOBYTE.clone());
    }
    return client;
  }

  private MemoryGuard guard(long maxBufferedBytes) {
    MemoryGuard guard = new MemoryGuard(node.sessions(), maxBufferedBytes);
    guard.start();
    return guard;
  }
}
