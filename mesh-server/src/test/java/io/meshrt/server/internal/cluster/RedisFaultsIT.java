// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.cluster.TestWorld.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Redis dies, stalls, forgets, or is tampered with. Without persistence: a restart forgets all. */
class RedisFaultsIT extends RedisFaults {
  @Test
  void callsFailSoonWhileRedisIsDownAndWorkSoonAfterItAnswers() {
    HeardTopic here = hear(first(), NEWS);
    HeardTopic there = hear(second(), NEWS);
    Position before = get(publish(first(), NEWS, "before"));
    there.awaitLast("before@1");

    redis().kill();
    long since = System.nanoTime();
    Map<String, String> early = outcomes(everyCall(first()), since);
    Awaitility.await().atMost(ANSWER).until(() -> first().cluster().health() == Health.DOWN);
    long later = System.nanoTime();
    Map<String, String> late = outcomes(everyCall(first()), later);
    redis().start();

    assertAllUnavailable(early);
    assertAllUnavailable(late);
    assertAllHear(List.of(first(), second()), List.of(here, there));
    Awaitility.await().atMost(RECOVERY).until(() -> first().cluster().health() == Health.UP);
    assertThat(there.gapHeads()).isNotEmpty();
    assertThat(there.gapHeads().get(0).sameEpoch(before)).isFalse();
  }

  @Test
  void nodesThatRedisForgotJoinAgain() {
    List<NodeId> lost = new CopyOnWriteArrayList<>();
    first()
        .cluster()
        .addListener(
            new ClusterListener() {
              @Override
              public void onLeaseLost(NodeId self) {
                lost.add(self);
              }
            });
    get(first().members().join(LOBBY, "anna", null));
    NodeId before = first().cluster().self();

    redis().kill();
    redis().start();

    Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> !lost.isEmpty());
    recovered(() -> first().members().join(LOBBY, "anna", null).thenApply(joined -> true));
    Awaitility.await()
        .atMost(RECOVERY)
        .ignoreExceptions()
        .until(() -> get(second().members().members(LOBBY)).members().size() == 1);

    assertThat(first().cluster().self()).isNotEqualTo(before);
    assertThat(get(second().members().members(LOBBY)).members().get(0).owner())
        .isEqualTo(first().cluster().self());
  }

  @Test
  void cutLinksLoseNothingSilentlyAndRepeatNothing() {
    HeardTopic there = hear(second(), NEWS);
    AtomicBoolean done = new AtomicBoolean();
    List<String> acknowledged = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> cutter =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (int i = 0; i < (FULL ? 40 : 8); i++) {
                  redis().command("CLIENT", "KILL", "TYPE", i % 2 == 0 ? "normal" : "pubsub");
                  int before = acknowledged.size();
                  Awaitility.await().until(() -> acknowledged.size() > before + 10);
                }
              } finally {
                done.set(true);
              }
            });

    for (int i = 0; !done.get() || i < 300; i++) {
      Position position = publish(first(), NEWS, "m" + i).exceptionally(f -> Position.NONE).join();
      if (position.isNumbered()) {
        acknowledged.add("m" + i + "@" + position.offset());
      }
    }
    get(cutter);
    assertAllHear(List.of(first()), List.of(there));

    List<String> stored = stored();
    assertThat(stored).containsAll(acknowledged);
    assertThat(stored.stream().map(RedisFaultsIT::text)).doesNotHaveDuplicates();
    assertThat(there.all()).doesNotHaveDuplicates();
    assertThat(stored).containsAll(there.all());
    assertHolesAreAnnounced(there);
  }

  /**
   * The text of {@code text@offset}; what a test repeats on purpose is told apart by its offset.
   */
  private static String text(String shown) {
    return shown.startsWith("after") ? shown : shown.substring(0, shown.indexOf('@'));
  }

  private static void assertHolesAreAnnounced(HeardTopic heard) {
    List<Long> offsets = heard.publications().stream().map(p -> p.position().offset()).toList();
    long last = offsets.get(offsets.size() - 1);
    assertThat(offsets).isSorted();
    if (offsets.size() < last) {
      assertThat(heard.gaps()).isNotEmpty();
    }
  }

  private List<String> stored() {
    List<String> stored = new ArrayList<>();
    History page = get(first().topics().read(NEWS, HistoryQuery.newest(1)));
    Position from = new Position(page.head().epoch(), 0);
    do {
      page = get(first().topics().read(NEWS, HistoryQuery.after(from, 300)));
      page.publications().forEach(publication -> stored.add(HeardTopic.show(publication)));
      from = page.publications().get(page.publications().size() - 1).position();
    } while (page.more());
    return stored;
  }

  @Test
  void stalledRedisAppliesNothingTwice() {
    HeardTopic there = hear(second(), NEWS);
    get(publish(first(), NEWS, "before"));

    stall();
    long since = System.nanoTime();
    Map<String, String> outcomes = outcomes(everyCall(first()), since);
    redis().resume();

    assertAllUnavailable(outcomes);
    assertAllHear(List.of(first(), second()), List.of(there));
    assertThat(stored().stream().map(RedisFaultsIT::text)).doesNotHaveDuplicates();
    assertThat(stored().stream().filter(shown -> shown.startsWith("during"))).hasSizeLessThan(2);
  }

  @Test
  void flushedScriptsAreSentAgain() {
    HeardTopic there = hear(second(), NEWS);
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Void> flusher =
        CompletableFuture.runAsync(
            () -> {
              while (!done.get()) {
                redis().command("SCRIPT", "FLUSH");
              }
            });

    for (int i = 1; i <= 200; i++) {
      assertThat(get(publish(first(), NEWS, "m" + i)).offset()).isEqualTo(i);
    }
    done.set(true);
    get(flusher);

    assertThat(there.awaitLast("m200@200").all()).hasSize(200);
  }

  @Test
  void garbageOnOurChannelsIsIgnored() {
    HeardTopic there = hear(second(), NEWS);
    List<String> channels =
        List.of(
            key(NEWS, ""),
            world().settings().prefix() + ":{p0}:probe:" + second().cluster().self());

    for (String channel : channels) {
      for (String garbage :
          List.of(
              "",
              "x",
              "N",
              "N\n",
              "Nepoch 1\nx",
              "Ne -1 2\nx",
              "Ne 99999999999999999999 1\n",
              "U\n",
              "Ux\n",
              "{\"a\":1}",
              "N" + "e".repeat(5_000),
              "9".repeat(30),
              "-1")) {
        redis().command("PUBLISH", channel, garbage);
      }
    }
    get(publish(first(), NEWS, "real"));

    assertThat(there.awaitLast("real@1").all()).containsExactly("real@1");
    assertThat(there.gaps()).isEmpty();
    Awaitility.await().until(() -> second().cluster().health() == Health.UP);
  }

  @Test
  void wrongTypesInOurKeysFailOnlyWhatNeedsThem() {
    HeardTopic heard = hear(second(), LOBBY.events());
    get(first().members().join(LOBBY, "anna", null));
    for (String suffix : List.of(":t", ":l", ":i", ":v")) {
      redis().command("SET", key(NEWS, suffix), "junk");
    }
    redis().command("DEL", key(LOBBY.events(), ":t"));
    redis().command("SET", key(LOBBY.events(), ":t"), "junk");

    long since = System.nanoTime();
    Map<String, CompletableFuture<?>> calls =
        Map.of(
            "publish", publish(first(), NEWS, "x"),
            "history", first().topics().read(NEWS, HistoryQuery.newest(1)),
            "values", first().store().readAll(NEWS),
            "commit", commit(first(), NEWS),
            "join", first().members().join(LOBBY, "bert", null),
            "leave", first().members().leave(LOBBY, "anna"),
            "listen", first().topics().listen(NEWS, new HeardTopic()));
    Map<String, String> outcomes = outcomes(calls, since);
    Position elsewhere = get(publish(first(), new Topic("channel", "other"), "fine"));
    for (String suffix : List.of(":t", ":l", ":i", ":v")) {
      redis().command("DEL", key(NEWS, suffix));
    }
    redis().command("DEL", key(LOBBY.events(), ":t"));

    assertAllUnavailable(outcomes);
    assertThat(elsewhere.offset()).isEqualTo(1);
    assertThat(get(publish(first(), NEWS, "works")).offset()).isEqualTo(1);
    assertThat(get(commit(first(), NEWS)).committed()).isTrue();
    assertThat(get(first().members().members(LOBBY)).members())
        .extracting(Member::id)
        .containsExactly("anna");
    assertThat(get(first().members().leave(LOBBY, "anna"))).isTrue();
    heard.await(h -> h.events().contains("LEFT anna"));
  }

  private static CompletableFuture<Store.Commit> commit(TestNode node, Topic topic) {
    return node.store().commit(topic, Store.Write.put("k", Version.ABSENT, "v".getBytes(UTF_8)));
  }

  @Test
  void forgottenTailIsAGapOfANewEpoch() {
    HeardTopic there = hear(second(), NEWS);
    Position head = Position.NONE;
    for (int i = 1; i <= 5; i++) {
      head = get(publish(first(), NEWS, "m" + i));
    }
    there.awaitLast("m5@5");

    redis().command("HSET", key(NEWS, ":t"), "head", "3");
    redis().command("CLIENT", "KILL", "TYPE", "pubsub");

    there.await(h -> !h.gaps().isEmpty());
    Position rotated = there.gapHeads().get(0);
    assertThat(rotated.offset()).isEqualTo(3);
    assertThat(rotated.sameEpoch(head)).isFalse();
    assertThat(get(first().topics().read(NEWS, HistoryQuery.after(head, 5))).recovered()).isFalse();
  }

  @Test
  void publicationUnderANumberAlreadyHeardIsAGapOfANewEpoch() {
    HeardTopic there = hear(second(), NEWS);
    Position head = Position.NONE;
    for (int i = 1; i <= 5; i++) {
      head = get(publish(first(), NEWS, "m" + i));
    }
    there.awaitLast("m5@5");

    redis().command("HSET", key(NEWS, ":t"), "head", "4");
    redis().command("DEL", key(NEWS, ":l"));
    get(publish(first(), NEWS, "m5 of another life"));

    there.await(h -> !h.gaps().isEmpty());
    Position next = get(publish(first(), NEWS, "m6"));
    there.awaitLast("m6@6");
    assertThat(there.all()).doesNotContain("m5 of another life@5");
    assertThat(next.sameEpoch(head)).isFalse();
  }

  @Test
  void forgottenAndReplacedTailIsAGapOfANewEpoch() {
    HeardTopic there = hear(second(), NEWS);
    Position head = Position.NONE;
    for (int i = 1; i <= 5; i++) {
      head = get(publish(first(), NEWS, "m" + i));
    }
    there.awaitLast("m5@5");

    String time = Long.toString(there.publications().get(4).timeMillis() + 1);
    redis().command("DEL", key(NEWS, ":l"));
    redis().command("XADD", key(NEWS, ":l"), "5-" + time, "p", "m5 of another life");
    redis().command("XADD", key(NEWS, ":l"), "6-" + time, "p", "m6 of another life");
    redis().command("HSET", key(NEWS, ":t"), "head", "6");
    redis().command("CLIENT", "KILL", "TYPE", "pubsub");

    there.await(h -> !h.gaps().isEmpty());
    assertThat(there.gapHeads().get(0).sameEpoch(head)).isFalse();
  }

  @Test
  void manyTopicsAreHeardAgainAfterARestart() {
    int count = FULL ? 10_000 : 1_000;
    List<HeardTopic> heard = new ArrayList<>();
    List<CompletableFuture<Registration>> listening = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      HeardTopic one = new HeardTopic();
      heard.add(one);
      listening.add(second().topics().listen(new Topic("channel", "c" + i), one));
    }
    listening.forEach(RedisFaults::get);

    redis().kill();
    redis().start();
    boolean[] reached = new boolean[count];

    Awaitility.await().atMost(RECOVERY).until(() -> publishToSilent(heard, reached));
  }

  private boolean publishToSilent(List<HeardTopic> heard, boolean[] reached) {
    List<CompletableFuture<Position>> publishing = new ArrayList<>();
    boolean all = true;
    for (int i = 0; i < reached.length; i++) {
      reached[i] |= !heard.get(i).publications().isEmpty();
      all &= reached[i];
      if (!reached[i] && publishing.size() < 2_000) {
        Outgoing message = Outgoing.of("x".getBytes(UTF_8), Retention.NONE);
        publishing.add(
            first()
                .topics()
                .publish(new Topic("channel", "c" + i), message)
                .exceptionally(failure -> Position.NONE));
      }
    }
    publishing.forEach(CompletableFuture::join);
    return all;
  }
}
