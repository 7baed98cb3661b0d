// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Catalogs;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What depends on time, and how much is read. */
class RecordListsTest {
  private static final Duration YOUNG = Duration.ofSeconds(59);

  private final ManualScheduler time = new ManualScheduler();
  private final InMemoryCluster cluster =
      new InMemoryCluster(
          new InMemoryWorld(time, 1), "n1", LeaseOptions.defaults(), time, Runnable::run);
  private final RecordLists lists =
      new RecordLists(
          cluster,
          time,
          id -> id,
          id -> id.startsWith("brief") ? Duration.ofSeconds(1) : Duration.ZERO);

  @Test
  void nameWithoutRecordIsTakenOutWhenItIsOld() {
    enter("a");

    time.advance(YOUNG);
    list();
    assertThat(names()).containsExactly("a");
    time.advance(Duration.ofSeconds(2));
    list();

    assertThat(names()).isEmpty();
  }

  @Test
  void nameEnteredAgainIsYoung() {
    enter("a");
    time.advance(YOUNG);
    enter("a");
    time.advance(YOUNG);

    list();

    assertThat(names()).containsExactly("a");
  }

  @Test
  void sweepTakesOutWhatHadATimeToLiveOnly() {
    enter("brief:1");
    enter("lasting");
    put("brief:2", 1);

    lists.startSweeping();
    time.advance(Duration.ofMinutes(3));

    assertThat(names()).containsExactly("brief:2", "lasting");
  }

  @Test
  void pageEndsWhereItHasBytesEnough() {
    int size = RecordLists.MAX_PAGE_BYTES / RecordLists.CHUNK;
    for (int i = 0; i < 3 * RecordLists.CHUNK; i++) {
      put(String.format("r%03d", i), size);
    }

    RecordLists.Page page = lists.page("", "", RecordLists.MAX_LIMIT).join();

    assertThat(page.records()).hasSize(RecordLists.CHUNK);
    assertThat(page.next()).contains("r063");
    assertThat(lists.page("", "r063", RecordLists.MAX_LIMIT).join().records().get(0).id())
        .isEqualTo("r064");
  }

  @Test
  void pageGoesOnBehindNamesWithoutRecords() {
    for (int i = 0; i < 20; i++) {
      enter(String.format("a%02d", i));
    }
    put("b", 1);

    RecordLists.Page page = lists.page("", "", 5).join();

    assertThat(page.records()).extracting(RecordLists.Found::id).containsExactly("b");
    assertThat(page.next()).isEqualTo(Optional.empty());
  }

  private void enter(String name) {
    cluster.catalogs().add(Listing.CATALOG, List.of(name)).join();
  }

  private void put(String id, int bytes) {
    enter(id);
    byte[] value = "1".repeat(bytes).getBytes(UTF_8);
    var unused =
        cluster.store().commit(RecordWriter.topic(id), Write.put(id, Version.ANY, value)).join();
  }

  private void list() {
    var unused = lists.page("", "", RecordLists.MAX_LIMIT).join();
  }

  private List<String> names() {
    return cluster.catalogs().page(Listing.CATALOG, "", "", 100).join().entries().stream()
        .map(Catalogs.Entry::name)
        .toList();
  }
}
