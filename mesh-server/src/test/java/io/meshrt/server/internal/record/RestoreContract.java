// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.persistence.MirrorOptions;
import io.meshrt.server.record.RecordPolicy;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.RestoreResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes back from the stores of applications. */
abstract class RestoreContract extends RecordContract {
  private static final MirrorOptions SOON =
      MirrorOptions.defaults().withBatches(100, Duration.ofMillis(1));

  private final MapStore store = new MapStore();

  @BeforeEach
  void keepRecords() {
    nodes().forEach(node -> node.records.mirror(Pattern.compile("doc:.+|bank/.+"), store, SOON));
  }

  /** Protocol 23, case 71. */
  @Test
  void whatIsStoredIsThereAgainAtTheStartAndCanBeFollowed() {
    RecordVersion kept = keep(DOC, earlier(57), "{\"a\":1}");
    keep("bank/a", earlier(3), "5");

    first().records.start();

    LivePeer peer = second().v1();
    JsonNode snapshot = subscribe(peer, DOC, "patch");
    assertThat(snapshot.get("record")).hasToString("{\"a\":1}");
    assertThat(snapshot.get("version").intValue()).isEqualTo(57);
    assertThat(snapshot.get("stamp").textValue()).isEqualTo(kept.stamp());
    assertThat(write(second(), DOC, "{\"a\":2}").number()).isEqualTo(58);
    assertThat(write(first(), "bank/a", "6").number()).isEqualTo(4);
    JsonNode push = peer.pushes(1).get(0).get("payload");
    assertThat(push.get("patch")).hasSize(1);
    assertThat(push.get("version").intValue()).isEqualTo(58);
  }

  @Test
  void aNewerLiveValueStaysAndIsHandedToTheStore() {
    RecordVersion live = write(second(), DOC, "\"live\"");
    keep(DOC, earlier(57), "\"kept\"");

    RestoreResult result = get(first().records.restore());

    assertThat(result).isEqualTo(new RestoreResult(0, 1, 0));
    assertThat(value(second())).isEqualTo("\"live\"");
    Awaitility.await().until(() -> store.version(DOC).equals(live));
    assertThat(store.json(DOC)).isEqualTo("\"live\"");
  }

  @Test
  void aNewerDeletionStaysOneAndIsHandedToTheStore() {
    write(second(), DOC, "1");
    get(second().records.delete(DOC));
    keep(DOC, earlier(57), "\"kept\"");

    get(first().records.restore());

    assertThat(get(second().records.get(DOC))).isEmpty();
    Awaitility.await().until(() -> store.json(DOC) == null);
    assertThat(write(second(), DOC, "2").number()).isEqualTo(2);
  }

  @Test
  void anOlderLiveValueIsReplacedAndItsFollowersAreTold() {
    write(first(), DOC, "{\"a\":1}");
    LivePeer v1 = following(second(), DOC, "patch");
    LivePeer legacy = legacyFollowing(second(), DOC, "patch");
    RecordVersion kept = keep(DOC, later(8), "{\"a\":8}");

    RestoreResult result = get(first().records.restore());

    assertThat(result).isEqualTo(new RestoreResult(1, 0, 0));
    for (LivePeer peer : List.of(v1, legacy)) {
      JsonNode push = peer.pushes(1).get(0).get("payload");
      assertThat(push.get("full")).hasToString("{\"a\":8}");
      assertThat(push.get("version").intValue()).isEqualTo(8);
    }
    assertThat(get(second().records.get(DOC)).orElseThrow().version()).isEqualTo(kept);
    RecordVersion next = write(second(), DOC, "{\"a\":9}");
    assertThat(next.number()).isEqualTo(9);
    assertThat(next.isNewerThan(kept)).isTrue();
  }

  @Test
  void aNumberThatTheClusterUsedIsNotUsedAgain() {
    for (int i = 1; i <= 9; i++) {
      write(first(), DOC, Integer.toString(i));
    }
    keep(DOC, later(8), "\"kept\"");

    get(second().records.restore());

    assertThat(value(first())).isEqualTo("\"kept\"");
    assertThat(get(first().records.get(DOC)).orElseThrow().version().number()).isEqualTo(10);
  }

  @Test
  void aLaterDeletionInTheStoreIsDoneAgain() {
    write(first(), DOC, "1");
    keep(DOC, later(1), null);
    keep("doc:2", later(4), null);

    RestoreResult result = get(first().records.restore());

    assertThat(result).isEqualTo(new RestoreResult(1, 1, 0));
    assertThat(get(second().records.get(DOC))).isEmpty();
  }

  @Test
  void restoringAgainChangesNothing() {
    keep(DOC, earlier(57), "1");

    assertThat(get(first().records.restore()).restored()).isEqualTo(1);
    assertThat(get(second().records.restore())).isEqualTo(new RestoreResult(0, 1, 0));
  }

  @Test
  void onlyWhatIsMirroredAndAskedForIsRestored() {
    keep(DOC, earlier(2), "1");
    keep("doc:2", earlier(2), "1");
    keep("secret:1", earlier(2), "1");

    RestoreResult result = get(first().records.restore(Pattern.compile("doc:1|secret:.")));

    assertThat(result).isEqualTo(new RestoreResult(1, 0, 0));
    assertThat(get(first().records.get("doc:2"))).isEmpty();
    assertThat(get(first().records.get("secret:1"))).isEmpty();
  }

  @Test
  void allPagesAreRead() {
    for (int i = 0; i < 250; i++) {
      keep("doc:" + i, earlier(i + 1), Integer.toString(i));
    }

    assertThat(get(first().records.restore())).isEqualTo(new RestoreResult(250, 0, 0));

    assertThat(get(second().records.get("doc:249")).orElseThrow().version().number())
        .isEqualTo(250);
  }

  @Test
  void whatCannotBeARecordIsRefusedAndTheRestComesBack() {
    keep("doc:1", earlier(1), "no JSON");
    keep("doc:2", new RecordVersion(1, "foreign"), "1");
    keep("doc:3", earlier(1), '"' + "x".repeat(300_000) + '"');
    keep("doc:4", earlier(1), "4");
    keep("doc:5", RecordVersion.NONE, "1");

    assertThat(get(first().records.restore())).isEqualTo(new RestoreResult(1, 0, 4));
    assertThat(get(first().records.get("doc:4"))).isPresent();
  }

  @Test
  void whatHasRunOutStaysAway() {
    nodes()
        .forEach(
            node ->
                node.records.policy(
                    Pattern.compile("doc:t.*"),
                    RecordPolicy.defaults().withTimeToLive(Duration.ofHours(1))));
    keep("doc:t1", earlier(1), "1");
    keep("doc:t2", later(1), "2");

    assertThat(get(first().records.restore())).isEqualTo(new RestoreResult(1, 1, 0));
    assertThat(get(first().records.get("doc:t1"))).isEmpty();
    assertThat(get(first().records.get("doc:t2"))).isPresent();
  }

  @Test
  void aStoreThatCannotBeReadFailsTheRestoringAndTheStart() {
    store.unreadable.set(2);

    assertThatThrownBy(() -> get(first().records.restore())).hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> first().records.start())
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("cannot be read");
  }

  @Test
  void writesWhileItIsRestoredAreNotLost() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      ids.add("doc:" + i);
      keep("doc:" + i, earlier(57), "\"kept\"");
    }

    CompletableFuture<RestoreResult> restoring = first().records.restore();
    List<CompletableFuture<RecordVersion>> writes =
        ids.stream().map(id -> second().records.write(id, "written")).toList();
    CompletableFuture<RestoreResult> again = second().records.restore();
    get(restoring);
    get(again);
    writes.forEach(RecordContract::get);

    for (String id : ids) {
      assertThat(get(first().records.get(id)).orElseThrow().value().textValue())
          .isEqualTo("written");
    }
  }

  private String value(RecordNode node) {
    return get(node.records.get(DOC)).orElseThrow().value().toString();
  }

  private RecordVersion keep(String id, RecordVersion version, String json) {
    store.put(id, version, json);
    return version;
  }

  /** A version that is older than anything the cluster writes. */
  private static RecordVersion earlier(long number) {
    return new RecordVersion(number, stamp(Duration.ZERO));
  }

  private static RecordVersion later(long number) {
    return new RecordVersion(number, stamp(Duration.ofDays(20_000)));
  }

  private static String stamp(Duration behindStart) {
    ManualScheduler time = new ManualScheduler();
    time.advance(behindStart);
    return new Stamps(new Tokens(5), time).after("");
  }
}
