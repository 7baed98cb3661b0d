// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.examples.RecordGuide.Product;
import io.meshrt.server.MeshServer;
import io.meshrt.server.record.RecordUpdate;
import io.meshrt.server.record.RecordValue;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.RestoreResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page about records says what happens. */
class RecordGuideTest {
  private final MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build();
  private final List<RecordUpdate> updated = new CopyOnWriteArrayList<>();
  private final List<RecordUpdate> removed = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    RecordGuide.expose(server);
    RecordGuide.policies(server);
    RecordGuide.hooks(server, updated::add, removed::add);
    server.start();
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void writesAreVersionsOneAfterTheOther() {
    assertThat(get(RecordGuide.write(server)).number()).isEqualTo(3);
    assertThat(get(RecordGuide.writeIfUnchanged(server)).number()).isEqualTo(4);

    await().until(() -> updated.size() == 4);
    assertThat(updated)
        .extracting(update -> update.value().get("stock").intValue())
        .containsExactly(3, 9, 8, 100);
  }

  @Test
  void deletedRecordsAreGoneAndTheirVersionsAreNot() {
    List<Optional<RecordValue<Product>>> shown = new CopyOnWriteArrayList<>();
    RecordVersion last = get(RecordGuide.write(server));

    assertThat(get(RecordGuide.readAndDelete(server, shown::add))).isTrue();

    assertThat(shown).containsExactly(Optional.of(new RecordValue<>(new Product("nut", 8), last)));
    assertThat(get(server.getRecord("product:456", Product.class))).isEmpty();
    await().until(() -> removed.size() == 1);
    assertThat(get(server.publishRecordUpdate("product:456", 1)).number()).isEqualTo(4);
  }

  @Test
  void listHasAllPages() {
    for (int i = 0; i < 301; i++) {
      RecordVersion unused =
          get(server.publishRecordUpdate("product:" + i, new Product("nut " + i, 2)));
    }

    assertThat(get(RecordGuide.count(server, ""))).isEqualTo(301);
  }

  @Test
  void transactionsChangeAllTheirRecords() {
    get(RecordGuide.transfer(server));
    assertThat(get(RecordGuide.transfer(server)))
        .allSatisfy((id, version) -> assertThat(version.number()).isEqualTo(2));

    assertThat(get(server.getRecord("bank/a", Integer.class)).orElseThrow().value()).isEqualTo(-20);
    assertThat(get(server.getRecord("bank/b", Integer.class)).orElseThrow().value()).isEqualTo(20);
  }

  @Test
  void withoutMirrorsThereIsNothingToRestore() {
    assertThat(get(RecordGuide.restore(server))).isEqualTo(new RestoreResult(0, 0, 0));
  }

  private static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(30, TimeUnit.SECONDS).join();
  }
}
