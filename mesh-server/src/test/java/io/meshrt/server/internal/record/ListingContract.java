// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.internal.cluster.Catalogs;
import io.meshrt.server.internal.cluster.HeardTopic;
import io.meshrt.server.record.ListOptions;
import io.meshrt.server.record.ListedRecord;
import io.meshrt.server.record.RecordPage;
import io.meshrt.server.record.RecordPolicy;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.WriteOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What listing records promises. */
abstract class ListingContract extends RecordContract {
  private static final int MANY = 25;

  @Test
  void whatWasCreatedIsListedWithValueAndVersion() {
    write(first(), "doc:b", "{\"n\":1}");
    RecordVersion version = write(first(), "doc:b", "{\"n\":2}");
    write(first(), "doc:a", "null");
    write(first(), "other", "1");

    RecordPage<JsonNode> page = list("doc:");

    assertThat(ids(page)).containsExactly("doc:a", "doc:b");
    assertThat(page.records().get(1))
        .isEqualTo(new ListedRecord<>("doc:b", json("{\"n\":2}"), version));
    assertThat(page.records().get(0).value().isNull()).isTrue();
    assertThat(page.next()).isEmpty();
  }

  @Test
  void pagesFollowEachOther() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      all.add(String.format("doc:%02d", i));
      write(first(), all.get(i), Integer.toString(i));
    }

    List<String> listed = new ArrayList<>();
    ListOptions options = ListOptions.defaults().withLimit(10);
    Optional<String> next = Optional.of("");
    while (next.isPresent()) {
      RecordPage<Integer> page =
          get(second().records.list("doc:", Integer.class, options.withAfter(next.get())));
      page.records().forEach(record -> listed.add(record.id()));
      next = page.next();
    }

    assertThat(listed).isEqualTo(all);
  }

  @Test
  void deletedRecordIsNotListedAndItsNameGoes() {
    write(first(), "doc:a", "1");
    write(first(), "doc:b", "1");

    get(second().records.delete("doc:a"));

    assertThat(ids(list("doc:"))).containsExactly("doc:b");
    awaitNames("doc:b");
  }

  @Test
  void recordCreatedAgainIsListed() {
    for (int round = 0; round < 20; round++) {
      write(first(), "doc:a", "1");
      CompletableFuture<Boolean> deleted = first().records.delete("doc:a");
      CompletableFuture<RecordVersion> written = second().records.write("doc:a", round);
      get(deleted);
      get(written);
      write(second(), "doc:a", "{\"round\":" + round + "}");

      assertThat(ids(list("doc:"))).as("round %d", round).containsExactly("doc:a");
    }
  }

  @Test
  void recordsOfOneGroupAreListedAlone() {
    get(
        first()
            .records
            .transaction(
                List.of("bank/a", "bank/b"),
                transaction -> {
                  transaction.set("bank/a", 1);
                  transaction.set("bank/b", 2);
                }));

    assertThat(ids(list("bank/"))).containsExactly("bank/a", "bank/b");
    assertThat(ids(list("bank/b"))).containsExactly("bank/b");
  }

  @Test
  void nameWithoutRecordIsPassedOverAndKeptWhileItIsYoung() {
    get(second().node().cluster().catalogs().add(Listing.CATALOG, List.of("doc:a")));
    write(first(), "doc:b", "1");

    assertThat(ids(list("doc:"))).containsExactly("doc:b");
    awaitNames("doc:a", "doc:b");
  }

  @Test
  void writerThatIsRefusedByCompareAndSetEntersNothing() {
    assertThatThrownBy(
            () ->
                get(
                    first()
                        .records
                        .write(
                            "doc:a",
                            1,
                            WriteOptions.defaults().withIfVersion(new RecordVersion(7, "x")))))
        .hasMessageContaining("another version");

    awaitNames();
  }

  @Test
  void unlistedRecordsAreNowhere() {
    for (RecordNode node : nodes()) {
      node.records.policy(Pattern.compile("secret:.+"), RecordPolicy.defaults().withoutListing());
    }
    HeardTopic heard = new HeardTopic();
    get(second().node().topics().listen(Listing.CHANGES, heard));

    write(first(), "secret:1", "1");
    write(first(), "doc:a", "1");

    heard.awaitLast("doc:a@0");
    assertThat(heard.all()).containsExactly("doc:a@0");
    assertThat(ids(list(""))).containsExactly("doc:a");
  }

  @Test
  void changesAreToldOnceForEachEffectiveCommit() {
    HeardTopic heard = new HeardTopic();
    get(second().node().topics().listen(Listing.CHANGES, heard));

    write(first(), "doc:a", "1");
    write(first(), "doc:a", "1");
    write(first(), "doc:a", "2");
    get(
        first()
            .records
            .transaction(
                List.of("bank/a", "bank/b"),
                transaction -> {
                  transaction.set("bank/a", 1);
                  transaction.set("bank/b", 2);
                }));
    get(first().records.delete("doc:a"));

    heard.awaitLast("doc:a@0").await(all -> all.all().size() == 4);
    assertThat(heard.all().get(2)).contains("bank/a").contains("bank/b");
  }

  @Test
  void expiredRecordIsNotListed() {
    for (RecordNode node : nodes()) {
      node.records.policy(
          Pattern.compile("brief:.+"),
          RecordPolicy.defaults().withTimeToLive(Duration.ofMillis(100)));
    }
    write(first(), "brief:1", "1");

    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> ids(list("brief:")).isEmpty());
  }

  @Test
  void recordThatDoesNotFitTheTypeFailsTheList() {
    write(first(), "doc:a", "\"text\"");

    assertThatThrownBy(
            () -> get(first().records.list("doc:", Integer.class, ListOptions.defaults())))
        .isNotNull();
    assertThatIllegalArgumentException().isThrownBy(() -> ListOptions.defaults().withLimit(301));
    assertThatIllegalArgumentException().isThrownBy(() -> ListOptions.defaults().withLimit(0));
    assertThat(ListOptions.defaults().withLimit(300).limit()).isEqualTo(300);
  }

  private RecordPage<JsonNode> list(String prefix) {
    return get(second().records.list(prefix, ListOptions.defaults()));
  }

  private static List<String> ids(RecordPage<?> page) {
    return page.records().stream().map(ListedRecord::id).toList();
  }

  private void awaitNames(String... names) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(
                        get(first().node().cluster().catalogs().page(Listing.CATALOG, "", "", 10))
                            .entries())
                    .extracting(Catalogs.Entry::name)
                    .containsExactly(names));
  }
}
