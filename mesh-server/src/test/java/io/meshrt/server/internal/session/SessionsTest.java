// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.core.codec.Welcome;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.transport.Transport.CloseWhen;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private final TestNode node = new TestNode();

  @Test
  void sessionsAreFoundByTheirIdsWhichNameTheNode() {
    Session first = node.v1().session();
    Session second = node.legacy().session();

    assertThat(first.id()).startsWith("node-7-").isNotEqualTo(second.id());
    assertThat(node.sessions().find(second.id())).containsSame(second);
    assertThat(node.sessions().all()).containsExactlyInAnyOrder(first, second);
    assertThat(node.sessions().count()).isEqualTo(2);
    assertThat(node.metrics.opened()).isEqualTo(2);
  }

  @Test
  void legacyClientsAreToldTheirIdInTheWordsThatAreAnnounced() {
    TestNode.Client both = node.connectUnread(legacy(Generation.MESH, Generation.REALTIME));
    TestNode.Client one = node.connectUnread(legacy(Generation.REALTIME));
    TestNode.Client none = node.connectUnread(legacy());

    assertThat(both.transport().sent())
        .containsExactly(
            "{\"command\":\"mesh/assign-id\",\"payload\":\"" + both.session().id() + "\"}",
            "{\"command\":\"rt/assign-id\",\"payload\":\"" + both.session().id() + "\"}");
    assertThat(one.transport().sent())
        .containsExactly(
            "{\"command\":\"rt/assign-id\",\"payload\":\"" + one.session().id() + "\"}");
    assertThat(none.transport().sent()).isEmpty();
  }

  @Test
  void aSessionThatCannotBeGreetedLeavesNothingBehind() {
    Dialect broken =
        (Dialect)
            Proxy.newProxyInstance(
                Dialect.class.getClassLoader(),
                new Class<?>[] {Dialect.class},
                (proxy, method, arguments) -> {
                  throw new IllegalStateException("as if");
                });

    assertThatThrownBy(() -> node.connect(broken)).isInstanceOf(IllegalStateException.class);
    assertThat(node.sessions().count()).isZero();
    assertThat(node.metrics.opened()).isZero();
    assertThat(node.metrics.closeCodes()).isEmpty();
    assertThat(node.scheduler.pending()).isZero();
  }

  @Test
  void theWelcomeTellsWhatTheClientHasToKeep() {
    Welcome welcome = node.sessions().welcome("id-9", "ada");

    assertThat(welcome)
        .isEqualTo(
            new Welcome(
                "id-9",
                "node-7",
                TestNode.QUIET.pingInterval().toMillis(),
                1,
                320 * 1024,
                64,
                1_024,
                1024 * 1024,
                1_700_000_000_000L,
                "ada"));
  }

  @Test
  void aShutdownClosesIdleSessionsAndWaitsForTheirEnd() {
    TestNode.Client client = node.v1();

    CompletableFuture<?> shutdown = node.sessions().shutdown(Duration.ofSeconds(5));
    boolean beforeTheEnd = shutdown.isDone();
    client.transport().end();

    assertThat(client.transport().closing())
        .isEqualTo(
            new FakeTransport.Closing(
                4001, "the server is shutting down", CloseWhen.AFTER_PENDING));
    assertThat(beforeTheEnd).isFalse();
    assertThat(shutdown).isCompleted();
  }

  @Test
  void aShutdownLetsRunningCommandsAnswer() {
    TestNode.Client client = node.v1();
    client.session().onCommandStarted();

    CompletableFuture<?> shutdown = node.sessions().shutdown(Duration.ofSeconds(5));
    int whileRunning = client.transport().closeCode();
    client.session().send("done", 1);
    client.session().onCommandFinished();
    client.transport().turn();

    assertThat(whileRunning).isZero();
    assertThat(client.transport().sent()).hasSize(1);
    assertThat(client.transport().closeCode()).isEqualTo(4001);
    assertThat(shutdown).isNotDone();
  }

  @Test
  void aShutdownDoesNotWaitLongerThanItIsTold() {
    TestNode.Client client = node.v1();
    client.session().onCommandStarted();
    var unused = node.sessions().shutdown(Duration.ofSeconds(5));

    node.scheduler.advance(Duration.ofSeconds(4));
    int before = client.transport().closeCode();
    node.scheduler.advance(Duration.ofSeconds(1));

    assertThat(before).isZero();
    assertThat(client.transport().closing().code()).isEqualTo(4001);
    assertThat(client.transport().closing().when()).isEqualTo(CloseWhen.NOW);
  }

  @Test
  void openWhileShuttingDownIsClosedAtOnce() {
    node.v1();
    var unused = node.sessions().shutdown(Duration.ofSeconds(5));

    TestNode.Client late = node.v1();

    assertThat(late.transport().closeCode()).isEqualTo(4001);
  }

  @Test
  void aShutdownWithoutSessionsIsDoneAtOnce() {
    CompletableFuture<?> shutdown = node.sessions().shutdown(Duration.ofSeconds(5));

    assertThat(shutdown).isCompleted();
  }

  private static Dialect legacy(Generation... announced) {
    return Dialect.legacy(Set.copyOf(List.of(announced)));
  }
}
