// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.dialect.Generation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What clients are told brings them where the collection is, from wherever they are. */
class PagingTest {
  private static final long SEED = 20_261_121;
  private static final Comparator<Member> ORDER =
      Comparator.<Member>comparingInt(member -> Integer.parseInt(member.json().toString()) % 10)
          .thenComparing(Member::id);

  private final Paging paging = new Paging(CollectionLimits.defaults().withMaxPageRecords(3));

  @Test
  void repliesAndDiffsOfAnyLengthLeadToTheSame() {
    Random random = new Random(SEED);
    for (int round = 0; round < 300; round++) {
      Map<String, Member> members = new TreeMap<>();
      change(random, members, 12);
      CollectionState state = CollectionState.first(sorted(members), 0);
      Replica replica = subscribed(state);
      long known = state.version();
      for (int step = 0; step < 12; step++) {
        change(random, members, 1 + random.nextInt(6));
        state = state.next(sorted(members), 0);
        if (random.nextInt(3) == 0) {
          tell(replica, state, known);
          known = state.version();
          assertThat(replica.shown()).as("round %d of %d", round, SEED).isEqualTo(shown(state));
        }
      }
    }
  }

  @Test
  void whoIsTooFarBehindIsToldEverythingAnew() {
    Map<String, Member> members = new TreeMap<>();
    CollectionState state = CollectionState.first(List.of(), 0);
    Replica replica = subscribed(state);
    for (int i = 0; i <= CollectionState.MAX_STEPS; i++) {
      members.put("r", member("r", i));
      state = state.next(sorted(members), 0);
    }

    tell(replica, state, 1);
    Telling legacy = state.news("c", Generation.MESH, 1, 7, paging);

    assertThat(frames(state.news("c", Generation.V1, 1, 1, paging)).get(0)).contains("\"reset\"");
    assertThat(replica.shown()).isEqualTo(shown(state));
    assertThat(frames(legacy))
        .containsExactly(
            "{\"command\":\"mesh/collection-diff\",\"payload\":{\"collectionId\":\"c\","
                + "\"added\":[],\"removed\":[],\"version\":9}}");
    assertThat(legacy.told()).isEqualTo(9);
  }

  @Test
  void emptyCollectionIsToldAnewToo() {
    CollectionState state = CollectionState.first(List.of(), 0);
    Replica replica = subscribed(state);
    for (int i = 0; i <= CollectionState.MAX_STEPS; i++) {
      state = state.next(i % 2 == 0 ? List.of(member("r", i)) : List.of(), 0);
    }
    state = state.next(List.of(), 0);

    tell(replica, state, 1);

    assertThat(replica.shown()).isEmpty();
    assertThat(replica.version()).isEqualTo(state.version());
  }

  @Test
  void whatComesAndGoesMeanwhileIsNotTold() {
    CollectionState first = CollectionState.first(List.of(member("a", 1)), 0);
    CollectionState last =
        first.next(List.of(member("a", 1), member("b", 2)), 0).next(List.of(member("a", 1)), 0);

    assertThat(frames(last.news("c", Generation.V1, first.version(), 1, paging))).isEmpty();
    assertThat(last.news("c", Generation.V1, first.version(), 1, paging).told()).isEqualTo(1);
    assertThat(last.since(first.version()).isEmpty()).isTrue();
  }

  @Test
  void stateWithoutChangeIsTheSame() {
    CollectionState state = CollectionState.first(List.of(member("a", 1)), 0);

    assertThat(state.next(List.of(member("a", 1)), 2)).isSameAs(state);
  }

  @Test
  void familyCountsWhatItIsTold() {
    CollectionState first = CollectionState.first(List.of(), 0);
    CollectionState next =
        first.next(List.of(member("a", 1), member("b", 2), member("c", 3), member("d", 4)), 0);

    Telling told = next.news("c", Generation.MESH, first.version(), 5, paging);

    assertThat(told.told()).isEqualTo(7);
    assertThat(frames(told)).hasSize(2 + 4);
    assertThat(frames(told).get(1)).contains("\"version\":7");
    assertThat(frames(told).get(2)).contains("record-update");
  }

  @Test
  void pageHasAtMostItsBytesButOneRecord() {
    Paging small = new Paging(CollectionLimits.defaults().withMaxPageBytes(200));
    CollectionState state =
        CollectionState.first(
            List.of(text("a", 300), text("b", 30), text("c", 30), text("d", 300)), 0);

    Telling told = state.opening("c", Generation.V1, small);

    assertThat(LivePeer.json(told.reply().toString()).get("records")).hasSize(1);
    assertThat(frames(told)).hasSize(2);
  }

  private Replica subscribed(CollectionState state) {
    Telling opening = state.opening("c", Generation.V1, paging);
    Replica replica = new Replica(LivePeer.json(opening.reply().toString()));
    apply(replica, opening);
    return replica;
  }

  private void tell(Replica replica, CollectionState state, long known) {
    apply(replica, state.news("c", Generation.V1, known, replica.version(), paging));
  }

  private static void apply(Replica replica, Telling telling) {
    for (String frame : frames(telling)) {
      JsonNode push = LivePeer.json(frame);
      replica.apply(push.get("payload"));
    }
    assertThat(replica.isWhole()).isTrue();
  }

  private static List<String> frames(Telling telling) {
    List<String> frames = new ArrayList<>();
    for (byte[] frame = telling.frame(0); frame != null; frame = telling.frame(frames.size())) {
      frames.add(new String(frame, UTF_8));
    }
    return frames;
  }

  private static void change(Random random, Map<String, Member> members, int times) {
    for (int i = 0; i < times; i++) {
      String id = "r" + random.nextInt(20);
      if (random.nextInt(3) == 0) {
        members.remove(id);
      } else {
        members.put(id, member(id, random.nextInt(1_000)));
      }
    }
  }

  private static Member member(String id, int value) {
    return new Member(
        id, new Version(value, "s" + value), RawJson.parse(Integer.toString(value)), null);
  }

  private static Member text(String id, int length) {
    RawJson json = RawJson.ofString("x".repeat(length));
    return new Member(id, new Version(1, "s"), json, null);
  }

  private static List<Member> sorted(Map<String, Member> members) {
    return members.values().stream().sorted(ORDER).toList();
  }

  private static List<String> shown(CollectionState state) {
    return state.members().stream().map(member -> member.id() + "=" + member.json()).toList();
  }
}
