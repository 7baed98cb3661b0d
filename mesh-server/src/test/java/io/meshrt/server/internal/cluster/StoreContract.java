// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.cluster.Store.Commit;
import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.TestWorld.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the {@link Store} promises. */
abstract class StoreContract extends ClusterContract {
  private static final Topic GROUP = new Topic("record", "group");
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void firstWriteIsVersionOneAndVisibleToAll() {
    Commit commit = put("k", Version.ABSENT, "v");

    Stored stored = read(second(), "k");

    assertThat(commit.committed()).isTrue();
    assertThat(stored.version().number()).isEqualTo(1);
    assertThat(stored.version()).isEqualTo(commit.entries().get("k").version());
    assertThat(text(stored)).isEqualTo("v");
  }

  @Test
  void writeOnAnOldVersionConflictsAndTellsTheCurrentValue() {
    Version old = put("k", Version.ABSENT, "v1").entries().get("k").version();
    put("k", old, "v2");

    Commit late = get(second().store().commit(GROUP, Write.put("k", old, bytes("lost"))));

    assertThat(late.committed()).isFalse();
    assertThat(text(late.entries().get("k"))).isEqualTo("v2");
    assertThat(late.entries().get("k").version().number()).isEqualTo(2);
    assertThat(text(read(first(), "k"))).isEqualTo("v2");
  }

  @Test
  void sameNumberWithAnotherStampConflicts() {
    put("k", Version.ABSENT, "v");

    Commit commit = put("k", new Version(1, "other"), "w");

    assertThat(commit.committed()).isFalse();
  }

  @Test
  void anyVersionIsOverwrittenOnRequest() {
    put("k", Version.ANY, "v1");

    Commit commit = put("k", Version.ANY, "v2");

    assertThat(commit.entries().get("k").version().number()).isEqualTo(2);
  }

  @Test
  void concurrentIncrementsAreAllCounted() {
    put("n", Version.ABSENT, "0");

    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      TestNode node = i % 2 == 0 ? first() : second();
      writers.add(CompletableFuture.runAsync(() -> increment(node, 25)));
    }
    writers.forEach(ClusterContract::get);

    assertThat(text(read(first(), "n"))).isEqualTo("100");
    assertThat(read(first(), "n").version().number()).isEqualTo(101);
  }

  private static void increment(TestNode node, int times) {
    for (int done = 0; done < times; ) {
      Stored current = read(node, "n");
      String next = Integer.toString(Integer.parseInt(text(current)) + 1);
      Commit commit =
          get(node.store().commit(GROUP, Write.put("n", current.version(), bytes(next))));
      done += commit.committed() ? 1 : 0;
    }
  }

  @Test
  void commitOfSeveralKeysIsAllOrNothing() {
    Version a = put("a", Version.ABSENT, "a1").entries().get("a").version();

    Commit commit =
        get(
            first()
                .store()
                .commit(
                    GROUP,
                    List.of(
                        Write.put("a", a, bytes("a2")),
                        Write.put("b", new Version(4, "x"), bytes("b5"))),
                    Optional.of(Outgoing.of(bytes("never"), Retention.NUMBERED))));

    assertThat(commit.committed()).isFalse();
    assertThat(commit.position()).isEqualTo(Position.NONE);
    assertThat(text(read(second(), "a"))).isEqualTo("a1");
    assertThat(read(second(), "b")).isEqualTo(Stored.ABSENT);
  }

  @Test
  void commitPublishesInTheSameStep() {
    HeardTopic heard = hear(second(), GROUP);

    Commit commit =
        get(
            first()
                .store()
                .commit(
                    GROUP,
                    List.of(
                        Write.put("a", Version.ABSENT, bytes("1")),
                        Write.put("b", Version.ABSENT, bytes("2"))),
                    Optional.of(Outgoing.of(bytes("patch"), Retention.keep(5)))));

    heard.awaitLast("patch@1");
    assertThat(commit.position()).isEqualTo(heard.publications().get(0).position());
    assertThat(commit.entries().keySet()).containsExactlyInAnyOrder("a", "b");
    assertThat(get(second().store().readAll(GROUP)).keySet()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void repeatedIdCommitsOnce() {
    Outgoing message = new Outgoing(bytes("p"), Retention.NUMBERED, Optional.of("op-1"));
    List<Write> writes = List.of(Write.put("k", Version.ANY, bytes("v")));

    Commit accepted = get(first().store().commit(GROUP, writes, Optional.of(message)));
    Commit repeated = get(second().store().commit(GROUP, writes, Optional.of(message)));

    assertThat(repeated.committed()).isTrue();
    assertThat(repeated.position()).isEqualTo(accepted.position());
    assertThat(read(first(), "k").version()).isEqualTo(accepted.entries().get("k").version());
  }

  @Test
  void removedValueIsRememberedByItsVersion() {
    Version one = put("k", Version.ABSENT, "v").entries().get("k").version();

    Commit removed = get(first().store().commit(GROUP, Write.remove("k", one, HOUR)));
    Stored memory = read(second(), "k");
    Commit again = put("k", memory.version(), "w");

    assertThat(removed.committed()).isTrue();
    assertThat(memory.value()).isNull();
    assertThat(memory.version().number()).isEqualTo(1);
    assertThat(memory.version()).isNotEqualTo(one).isEqualTo(removed.entries().get("k").version());
    assertThat(again.entries().get("k").version().number()).isEqualTo(2);
  }

  @Test
  void stampIsTheWritersIfItHasOne() {
    Write mine = Write.put("k", Version.ABSENT, bytes("v")).withStamp("mine1");

    Commit commit = get(first().store().commit(GROUP, mine));

    assertThat(commit.entries().get("k").version()).isEqualTo(new Version(1, "mine1"));
    assertThat(read(second(), "k").version()).isEqualTo(new Version(1, "mine1"));
  }

  @Test
  void aWriterMayChooseTheWholeVersion() {
    Version chosen = new Version(57, "mine57");
    Write kept = Write.put("k", Version.ABSENT, bytes("v")).withVersion(chosen);

    Commit commit = get(first().store().commit(GROUP, kept));
    Commit next = put("k", chosen, "w");

    assertThat(commit.entries().get("k").version()).isEqualTo(chosen);
    assertThat(next.committed()).isTrue();
    assertThat(read(second(), "k").version().number()).isEqualTo(58);
  }

  @Test
  void checkConflictsOrChangesNothing() {
    Version a = put("a", Version.ABSENT, "a1").entries().get("a").version();
    List<Write> good = List.of(Write.check("a", a), Write.put("b", Version.ABSENT, bytes("b1")));
    List<Write> late =
        List.of(Write.check("a", new Version(1, "x")), Write.put("b", Version.ANY, bytes("b2")));

    Commit done = get(first().store().commit(GROUP, good, Optional.empty()));
    Commit conflict = get(first().store().commit(GROUP, late, Optional.empty()));

    assertThat(done.committed()).isTrue();
    assertThat(done.entries().keySet()).containsExactly("b");
    assertThat(read(second(), "a").version()).isEqualTo(a);
    assertThat(conflict.committed()).isFalse();
    assertThat(conflict.entries().get("a").version()).isEqualTo(a);
    assertThat(text(read(second(), "b"))).isEqualTo("b1");
  }

  @Test
  void removedValueIsNotListed() {
    put("k", Version.ANY, "v");
    put("l", Version.ANY, "w");

    get(first().store().commit(GROUP, Write.remove("k", Version.ANY, HOUR)));

    assertThat(get(second().store().readAll(GROUP)).keySet()).containsExactly("l");
  }

  @Test
  void removalWithoutMemoryForgets() {
    put("k", Version.ANY, "v");

    get(first().store().commit(GROUP, Write.remove("k", Version.ANY, Duration.ZERO)));

    assertThat(read(second(), "k")).isEqualTo(Stored.ABSENT);
    assertThat(put("k", Version.ABSENT, "w").entries().get("k").version().number()).isEqualTo(1);
  }

  @Test
  void valueWithTimeToLiveVanishesAndItsNeighbourStays() {
    Write brief = Write.put("brief", Version.ANY, bytes("v"), Duration.ofMillis(100));
    get(first().store().commit(GROUP, brief));
    put("stays", Version.ANY, "w");

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> read(second(), "brief").equals(Stored.ABSENT));

    assertThat(get(second().store().readAll(GROUP)).keySet()).containsExactly("stays");
    assertThat(put("brief", Version.ABSENT, "again").committed()).isTrue();
  }

  @Test
  void valuesAndKeysAreAnyBytesAndText() {
    byte[] value = {0, 1, ' ', '\n', (byte) 0xff, (byte) 0xc3};
    String key = "a b\n{c}\u0000ü😀";

    get(first().store().commit(GROUP, Write.put(key, Version.ABSENT, value)));

    assertThat(read(second(), key).value()).isEqualTo(value);
    assertThat(get(second().store().readAll(GROUP)).keySet()).containsExactly(key);
  }

  @Test
  void emptyValueIsAValue() {
    put("k", Version.ABSENT, "");

    assertThat(read(second(), "k").value()).isEmpty();
    assertThat(get(second().store().readAll(GROUP))).containsKey("k");
  }

  @Test
  void unwrittenKeysReadAsAbsent() {
    assertThat(get(second().store().read(GROUP, List.of("x", "y"))))
        .containsEntry("x", Stored.ABSENT)
        .containsEntry("y", Stored.ABSENT);
    assertThat(get(second().store().read(GROUP, List.of()))).isEmpty();
    assertThat(get(second().store().readAll(GROUP))).isEmpty();
  }

  @Test
  void valuesOfManyTopicsAreReadTogether() {
    Map<Topic, List<String>> asked = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      Topic topic = new Topic("record", "many" + i);
      get(first().store().commit(topic, Write.put("k", Version.ANY, bytes("v" + i))));
      asked.put(topic, List.of("k", "absent"));
    }

    Map<Topic, Map<String, Stored>> found = get(second().store().readAcross(asked));

    assertThat(found.keySet()).isEqualTo(asked.keySet());
    assertThat(text(found.get(new Topic("record", "many7")).get("k"))).isEqualTo("v7");
    assertThat(found.values()).allMatch(values -> values.get("absent").equals(Stored.ABSENT));
    assertThat(get(second().store().readAcross(Map.of()))).isEmpty();
  }

  @Test
  void noticeIsSentOfWhatWasWrittenOnly() {
    Topic changes = new Topic("changes", "");
    HeardTopic heard = hear(second(), changes);
    Outgoing patch = Outgoing.of(bytes("patch"), Retention.NUMBERED);
    List<Write> late = List.of(Write.put("k", new Version(3, "x"), bytes("v")));
    List<Write> good = List.of(Write.put("k", Version.ABSENT, bytes("v")));

    Commit refused =
        get(first().store().commit(GROUP, late, Optional.of(patch), notice(changes, "never")));
    Commit done =
        get(first().store().commit(GROUP, good, Optional.of(patch), notice(changes, "k")));

    heard.awaitLast("k@0");
    assertThat(heard.all()).containsExactly("k@0");
    assertThat(refused.committed()).isFalse();
    assertThat(done.position().offset()).isEqualTo(1);
  }

  private static Optional<Store.Notice> notice(Topic topic, String text) {
    return Optional.of(new Store.Notice(topic, bytes(text)));
  }

  private Commit put(String key, Version expected, String value) {
    return get(first().store().commit(GROUP, Write.put(key, expected, bytes(value))));
  }

  private static Stored read(TestNode node, String key) {
    return get(node.store().read(GROUP, List.of(key))).get(key);
  }

  private static String text(Stored stored) {
    return new String(stored.value(), UTF_8);
  }
}
