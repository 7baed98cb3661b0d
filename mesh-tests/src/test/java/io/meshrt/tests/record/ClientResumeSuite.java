// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.RecordUpdate;
import io.meshrt.client.record.RecordUpdate.Reason;
import io.meshrt.client.record.RecordValue;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.faults.TcpProxy;
import io.meshrt.tests.harness.Local;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections break: what a client shows is what the server has, never by halves. */
abstract class ClientResumeSuite extends RecordSuite {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int TRANSFERS = FULL ? 10_000 : 500;
  private static final int TOTAL = 1_000_000;
  private static final int CUTS = FULL ? 100 : 10;

  private TcpProxy proxy;
  private MeshClient client;

  @BeforeEach
  final void connect() throws Exception {
    proxy = TcpProxy.plain(node(0).port());
    client =
        Local.connected(
            MeshClient.builder("ws://127.0.0.1:" + proxy.port())
                .reconnect(
                    ReconnectPolicy.fullJitter(Duration.ofMillis(10), Duration.ofMillis(100))));
  }

  @AfterEach
  final void disconnect() {
    client.close();
    proxy.close();
  }

  @Test
  void whatWasMissedIsReadAgainOnAnotherNode() throws Exception {
    write(0, "doc:1", Map.of("n", 1));
    Log<JsonNode> log = new Log<>();
    RecordSubscription<JsonNode> subscription =
        follow(client, "doc:1", JsonNode.class, log, RecordMode.PATCH);
    lose();
    write(0, "doc:1", Map.of("n", 2));
    write(0, "doc:1", Map.of("n", 3));

    comeBack(1);
    assertThat(log.awaitReason(Reason.RESYNC).value().path("n").intValue()).isEqualTo(3);
    write(0, "doc:1", Map.of("n", 4));

    assertThat(log.awaitReason(Reason.UPDATE).patch()).isPresent();
    assertThat(log.versions()).containsExactly(1L, 3L, 4L);
    assertThat(subscription.value().path("n").intValue()).isEqualTo(4);
  }

  @Test
  void nothingIsToldWhenNothingWasMissed() throws Exception {
    write(0, "doc:1", 1);
    Log<Integer> log = new Log<>();
    RecordSubscription<Integer> subscription =
        follow(client, "doc:1", Integer.class, log, RecordMode.FULL);
    lose();

    comeBack(1);
    await().until(subscription::isLive);
    write(0, "doc:1", 2);

    log.awaitValue(2);
    assertThat(log.updates)
        .extracting(u -> u.reason())
        .containsExactly(Reason.INITIAL, Reason.UPDATE);
  }

  @Test
  void transfersAreNeverSeenByHalves() throws Exception {
    write(0, "bank/a", TOTAL);
    write(0, "bank/b", 0);
    Auditor auditor = new Auditor();
    List<RecordSubscription<Integer>> accounts =
        List.of(
            follow(client, "bank/a", Integer.class, auditor, RecordMode.PATCH),
            follow(client, "bank/b", Integer.class, auditor, RecordMode.FULL));
    auditor.accounts = accounts;
    CompletableFuture<Void> transfers = CompletableFuture.runAsync(this::transferAll);

    for (int cut = 1; cut <= CUTS && !transfers.isDone(); cut++) {
      RecordVersion before = accounts.get(0).version();
      proxy.redirect(node(cut).port());
      proxy.cut();
      await().until(() -> transfers.isDone() || !accounts.get(0).version().equals(before));
    }
    transfers.get(5, TimeUnit.MINUTES);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                accounts.get(1).value() == TRANSFERS
                    && accounts.get(0).value() == TOTAL - TRANSFERS);

    await().until(() -> !auditor.sums.isEmpty());
    assertThat(auditor.sums).allMatch(sum -> sum == TOTAL);
  }

  /** Reads all accounts whenever one of them has changed. */
  private final class Auditor extends Log<Integer> {
    final List<Integer> sums = new CopyOnWriteArrayList<>();
    volatile List<RecordSubscription<Integer>> accounts = List.of();

    @Override
    public void onUpdate(RecordUpdate<Integer> update) {
      List<RecordSubscription<Integer>> all = accounts;
      Optional<List<RecordValue<Integer>>> seen = client.records().snapshot(all);
      if (!all.isEmpty() && seen.isPresent()) {
        sums.add(seen.get().stream().mapToInt(RecordValue::value).sum());
      }
    }
  }

  private void transferAll() {
    for (int i = 0; i < TRANSFERS; i++) {
      node(i)
          .records()
          .transaction(
              List.of("bank/a", "bank/b"),
              transaction -> {
                int a = transaction.get("bank/a", Integer.class).orElseThrow();
                int b = transaction.get("bank/b", Integer.class).orElseThrow();
                transaction.set("bank/a", a - 1);
                transaction.set("bank/b", b + 1);
              })
          .join();
    }
  }

  /** The connection is gone and cannot be made again. */
  private void lose() {
    proxy.refuse();
    await().until(() -> client.status() != ClientStatus.CONNECTED);
  }

  /** The connection can be made again, to another node. */
  private void comeBack(int node) {
    proxy.redirect(node(node).port());
    proxy.admit();
    await().until(() -> client.status() == ClientStatus.CONNECTED);
  }
}
