// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.cluster.TestWorld.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What {@link Topics} promise. */
abstract class TopicsContract extends ClusterContract {
  private static final Topic NEWS = new Topic("channel", "news");
  private static final Retention KEEP_TEN = Retention.keep(10);

  @Test
  void publicationsReachAllNodesInOrderWithConsecutiveOffsets() {
    HeardTopic here = hear(first(), NEWS);
    HeardTopic there = hear(second(), NEWS);

    publish(first(), NEWS, "a", KEEP_TEN);
    publish(second(), NEWS, "b", KEEP_TEN);
    publish(first(), NEWS, "c", KEEP_TEN);

    assertThat(here.awaitLast("c@3").all()).containsExactly("a@1", "b@2", "c@3");
    assertThat(there.awaitLast("c@3").all()).containsExactly("a@1", "b@2", "c@3");
    assertThat(there.gaps()).isEmpty();
  }

  @Test
  void publishTellsThePositionThatListenersHear() {
    HeardTopic heard = hear(second(), NEWS);

    Position position = publish(first(), NEWS, "a", Retention.NUMBERED);

    assertThat(heard.awaitLast("a@1").publications().get(0).position()).isEqualTo(position);
  }

  @Test
  void publicationsOfConcurrentPublishersAreHeardInOneOrder() {
    HeardTopic here = hear(first(), NEWS);
    HeardTopic there = hear(second(), NEWS);

    List<CompletableFuture<Position>> published = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      TestNode node = i % 2 == 0 ? first() : second();
      Outgoing message = Outgoing.of(bytes("m" + i), Retention.NUMBERED);
      published.add(node.topics().publish(NEWS, message));
    }
    published.forEach(ClusterContract::get);
    here.await(heard -> heard.all().size() == 300);
    there.await(heard -> heard.all().size() == 300);

    assertThat(here.all()).isEqualTo(there.all());
    assertThat(here.gaps()).isEmpty();
  }

  @Test
  void publicationsOfOneNodeKeepItsOrderWhetherOrNotItWaits() {
    HeardTopic there = hear(second(), NEWS);

    List<CompletableFuture<Position>> published = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      published.add(first().topics().publish(NEWS, Outgoing.of(bytes("m" + i), KEEP_TEN)));
      expected.add("m" + i + "@" + (i + 1));
    }
    published.forEach(ClusterContract::get);

    assertThat(there.await(heard -> heard.all().size() == 2_000).all()).isEqualTo(expected);
  }

  @Test
  void publicationWithoutNumberHasNoPosition() {
    HeardTopic heard = hear(second(), NEWS);

    Position position = publish(first(), NEWS, "a", Retention.NONE);

    assertThat(position).isEqualTo(Position.NONE);
    assertThat(heard.awaitLast("a@0").publications()).hasSize(1);
  }

  @Test
  void onceNumberedEveryPublicationIsNumberedAndKept() {
    publish(first(), NEWS, "a", KEEP_TEN);
    Position second = publish(second(), NEWS, "b", Retention.NONE);

    History history = get(first().topics().read(NEWS, HistoryQuery.newest(5)));

    assertThat(second.offset()).isEqualTo(2);
    assertThat(shown(history)).containsExactly("a@1", "b@2");
  }

  @Test
  void historyKeepsExactlyTheNewest() {
    for (int i = 1; i <= 5; i++) {
      publish(first(), NEWS, "m" + i, Retention.keep(3));
    }

    History history = get(second().topics().read(NEWS, HistoryQuery.newest(10)));

    assertThat(shown(history)).containsExactly("m3@3", "m4@4", "m5@5");
    assertThat(history.head().offset()).isEqualTo(5);
    assertThat(history.more()).isFalse();
  }

  @Test
  void newestAreTheLastOnesAscending() {
    for (int i = 1; i <= 5; i++) {
      publish(first(), NEWS, "m" + i, KEEP_TEN);
    }

    History history = get(second().topics().read(NEWS, HistoryQuery.newest(2)));

    assertThat(shown(history)).containsExactly("m4@4", "m5@5");
    assertThat(history.more()).isTrue();
  }

  @Test
  void readingAfterAPositionPagesWithoutHoles() {
    Position start = publish(first(), NEWS, "m1", KEEP_TEN);
    for (int i = 2; i <= 5; i++) {
      publish(first(), NEWS, "m" + i, KEEP_TEN);
    }

    History page = get(second().topics().read(NEWS, HistoryQuery.after(start, 3)));
    Position next = page.publications().get(2).position();
    History rest = get(second().topics().read(NEWS, HistoryQuery.after(next, 3)));

    assertThat(shown(page)).containsExactly("m2@2", "m3@3", "m4@4");
    assertThat(page.recovered()).isTrue();
    assertThat(page.more()).isTrue();
    assertThat(shown(rest)).containsExactly("m5@5");
    assertThat(rest.more()).isFalse();
  }

  @Test
  void readingFromTheHeadRecoversNothing() {
    Position head = publish(first(), NEWS, "a", KEEP_TEN);

    History history = get(second().topics().read(NEWS, HistoryQuery.after(head, 3)));

    assertThat(history).isEqualTo(new History(head, List.of(), true, false));
  }

  @Test
  void pageEndsWhereItsBytesAreUsedUp() {
    for (int i = 1; i <= 4; i++) {
      publish(first(), NEWS, "x".repeat(100), KEEP_TEN);
    }

    History history = get(second().topics().read(NEWS, new HistoryQuery(Position.NONE, 10, 250)));

    assertThat(history.publications()).hasSize(2);
    assertThat(history.publications().get(1).position().offset()).isEqualTo(4);
    assertThat(history.more()).isTrue();
  }

  @Test
  void whatWasTrimmedIsNotRecovered() {
    Position old = publish(first(), NEWS, "m1", Retention.keep(2));
    for (int i = 2; i <= 5; i++) {
      publish(first(), NEWS, "m" + i, Retention.keep(2));
    }

    History history = get(second().topics().read(NEWS, HistoryQuery.after(old, 10)));

    assertThat(history.recovered()).isFalse();
    assertThat(shown(history)).containsExactly("m4@4", "m5@5");
  }

  @Test
  void positionsOfAnotherEpochOrBeyondTheHeadAreNotRecovered() {
    Position head = publish(first(), NEWS, "a", KEEP_TEN);

    History other =
        get(second().topics().read(NEWS, HistoryQuery.after(new Position("other", 1), 10)));
    History beyond =
        get(second().topics().read(NEWS, HistoryQuery.after(new Position(head.epoch(), 7), 10)));

    assertThat(other.recovered()).isFalse();
    assertThat(other.head()).isEqualTo(head);
    assertThat(beyond.recovered()).isFalse();
  }

  @Test
  void historyOfAnUnknownTopicIsEmpty() {
    History history = get(second().topics().read(NEWS, HistoryQuery.newest(10)));

    assertThat(history).isEqualTo(new History(Position.NONE, List.of(), true, false));
  }

  @Test
  void publicationsGrowTooOld() {
    publish(first(), NEWS, "a", Retention.keep(10, Duration.ofMillis(100)));

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                get(second().topics().read(NEWS, HistoryQuery.newest(10)))
                    .publications()
                    .isEmpty());
    Position next = publish(first(), NEWS, "b", Retention.keep(10, Duration.ofMinutes(1)));

    assertThat(next.offset()).isEqualTo(2);
    assertThat(shown(get(first().topics().read(NEWS, HistoryQuery.newest(10)))))
        .containsExactly("b@2");
  }

  @Test
  void repeatedIdIsPublishedOnce() {
    HeardTopic heard = hear(second(), NEWS);
    Outgoing message = new Outgoing(bytes("a"), KEEP_TEN, Optional.of("order {7}"));

    Position accepted = get(first().topics().publish(NEWS, message));
    publish(first(), NEWS, "b", KEEP_TEN);
    Position repeated = get(second().topics().publish(NEWS, message));

    assertThat(repeated).isEqualTo(accepted);
    publish(first(), NEWS, "c", KEEP_TEN);
    assertThat(heard.awaitLast("c@3").all()).containsExactly("a@1", "b@2", "c@3");
  }

  @Test
  void idIsRememberedWhileOthersPublish() {
    Outgoing message = new Outgoing(bytes("a"), KEEP_TEN, Optional.of("mine"));
    Position accepted = get(first().topics().publish(NEWS, message));
    List<CompletableFuture<Position>> others = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Outgoing other = new Outgoing(bytes("b"), KEEP_TEN, Optional.of("other" + i));
      others.add(second().topics().publish(NEWS, other));
    }
    others.forEach(ClusterContract::get);

    Position repeated = get(first().topics().publish(NEWS, message));

    assertThat(repeated).isEqualTo(accepted);
  }

  @Test
  void nothingIsHeardAfterUnlisten() {
    HeardTopic gone = new HeardTopic();
    Registration registration = get(second().topics().listen(NEWS, gone));
    HeardTopic stays = hear(second(), NEWS);

    registration.close();
    registration.close();
    publish(first(), NEWS, "a", KEEP_TEN);

    stays.awaitLast("a@1");
    assertThat(gone.all()).isEmpty();
  }

  @Test
  void listeningAgainHearsAgain() {
    HeardTopic heard = new HeardTopic();
    get(second().topics().listen(NEWS, heard)).close();
    publish(first(), NEWS, "a", KEEP_TEN);
    get(second().topics().listen(NEWS, heard));

    publish(first(), NEWS, "b", KEEP_TEN);

    assertThat(heard.awaitLast("b@2").all()).containsExactly("b@2");
    assertThat(heard.gaps()).isEmpty();
  }

  @Test
  void topicsWithAwkwardNamesAreApart() {
    List<String> names =
        List.of("", "a", "a}", "{a}", "a b", "a%20b", "a\nb", "a:b", "a*", "[a-z]", "ü", "😀", "A");
    List<HeardTopic> heard =
        names.stream().map(name -> hear(second(), new Topic("channel", name))).toList();

    for (String name : names) {
      publish(first(), new Topic("channel", name), "to " + name, KEEP_TEN);
    }

    for (int i = 0; i < names.size(); i++) {
      String expected = "to " + names.get(i) + "@1";
      assertThat(heard.get(i).awaitLast(expected).all()).containsExactly(expected);
    }
  }

  @Test
  void kindsOfOneNameAreApart() {
    HeardTopic channel = hear(second(), NEWS);
    HeardTopic room = hear(second(), new Topic("room", "news"));

    publish(first(), new Topic("room", "news"), "r", KEEP_TEN);
    publish(first(), NEWS, "c", KEEP_TEN);

    assertThat(channel.awaitLast("c@1").all()).containsExactly("c@1");
    assertThat(room.awaitLast("r@1").all()).containsExactly("r@1");
  }

  @Test
  void payloadsAreAnyBytes() {
    byte[] payload = new byte[256];
    for (int i = 0; i < 256; i++) {
      payload[i] = (byte) i;
    }
    HeardTopic heard = hear(second(), NEWS);

    get(first().topics().publish(NEWS, Outgoing.of(payload, KEEP_TEN)));

    heard.await(h -> h.publications().size() == 1);
    assertThat(heard.publications().get(0).payload()).isEqualTo(payload);
    assertThat(
            get(second().topics().read(NEWS, HistoryQuery.newest(1)))
                .publications()
                .get(0)
                .payload())
        .isEqualTo(payload);
  }

  @Test
  void listenWhilePublishingMissesNothingAfterTheAcknowledgement() throws Exception {
    for (int round = 0; round < 20; round++) {
      Topic topic = new Topic("channel", "race" + round);
      CompletableFuture<Void> publisher =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 30; i++) {
                  publish(first(), topic, "m", KEEP_TEN);
                }
              });

      HeardTopic heard = hear(second(), topic);
      long acknowledged =
          get(second().topics().read(topic, HistoryQuery.newest(1))).head().offset();
      publisher.get(20, TimeUnit.SECONDS);
      publish(first(), topic, "end", KEEP_TEN);

      heard.awaitLast("end@31");
      List<Long> offsets = heard.publications().stream().map(p -> p.position().offset()).toList();
      assertThat(offsets.get(0)).isLessThanOrEqualTo(acknowledged + 1);
      assertThat(offsets).isSorted().doesNotHaveDuplicates();
      assertThat(offsets).hasSize((int) (32 - offsets.get(0)));
      assertThat(heard.gaps()).isEmpty();
    }
  }

  private static List<String> shown(History history) {
    return history.publications().stream().map(HeardTopic::show).toList();
  }
}
