// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.meshrt.server.internal.cluster.Members.Snapshot;
import io.meshrt.server.internal.cluster.Members.ValueChange;
import io.meshrt.server.internal.cluster.TestWorld.TestNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@link Members} promise while all nodes live. */
abstract class MembersContract extends ClusterContract {
  private static final Topic LOBBY = new Topic("room", "lobby");
  private static final Topic GARDEN = new Topic("room", "the {garden}: 1");

  @Test
  void membersOfAllNodesAreListedWithTheirOwners() {
    join(first(), LOBBY, "anna");
    join(second(), LOBBY, "bert");

    List<Member> members = get(second().members().members(LOBBY)).members();

    assertThat(members)
        .extracting(Member::id, Member::owner)
        .containsExactlyInAnyOrder(
            tuple("anna", first().cluster().self()), tuple("bert", second().cluster().self()));
  }

  @Test
  void joinAndLeaveTellWhetherTheyChangedAnything() {
    boolean joined = join(first(), LOBBY, "anna");
    boolean again = join(first(), LOBBY, "anna");
    boolean left = get(second().members().leave(LOBBY, "anna"));
    boolean leftAgain = get(second().members().leave(LOBBY, "anna"));

    assertThat(List.of(joined, again, left, leftAgain)).containsExactly(true, false, true, false);
  }

  @Test
  void changesAreHeardOnceInOrderByAllNodes() {
    HeardTopic here = hear(first(), LOBBY.events());
    HeardTopic there = hear(second(), LOBBY.events());

    join(first(), LOBBY, "anna");
    join(first(), LOBBY, "anna");
    set(second(), LOBBY, "anna", Version.ANY, "away");
    get(second().members().leave(LOBBY, "anna"));
    get(first().members().leave(LOBBY, "anna"));
    join(second(), LOBBY, "bert");

    here.await(heard -> heard.events().contains("JOINED bert"));
    there.await(heard -> heard.events().contains("JOINED bert"));
    assertThat(here.events())
        .containsExactly("JOINED anna", "CHANGED anna", "LEFT anna", "JOINED bert");
    assertThat(there.events()).isEqualTo(here.events());
    assertThat(there.gaps()).isEmpty();
  }

  @Test
  void eventsCarryOwnerVersionAndValue() {
    HeardTopic heard = hear(second(), LOBBY.events());

    get(first().members().join(LOBBY, "än na", bytes("v 1")));
    ValueChange change = set(second(), LOBBY, "än na", Version.ANY, "v 2");
    get(first().members().leave(LOBBY, "än na"));

    heard.await(h -> h.publications().size() == 3);
    List<Member> told =
        heard.publications().stream()
            .map(p -> MemberEvent.decode(p.payload()).orElseThrow().member())
            .toList();
    assertThat(told).extracting(Member::owner).containsOnly(first().cluster().self());
    assertThat(told.get(0).value()).isEqualTo(bytes("v 1"));
    assertThat(told.get(1).value()).isEqualTo(bytes("v 2"));
    assertThat(told.get(1).version()).isEqualTo(change.current().version());
    assertThat(told.get(2).value()).isNull();
  }

  @Test
  void snapshotAndEventsAfterItsPositionHaveNoGap() {
    HeardTopic heard = hear(second(), LOBBY.events());
    join(first(), LOBBY, "anna");

    Snapshot snapshot = get(second().members().members(LOBBY));
    join(first(), LOBBY, "bert");

    heard.await(h -> h.events().contains("JOINED bert"));
    assertThat(heard.publications().get(0).position()).isEqualTo(snapshot.position());
    assertThat(heard.publications().get(1).position().follows(snapshot.position())).isTrue();
  }

  @Test
  void valuesAreComparedAndSet() {
    get(first().members().join(LOBBY, "anna", bytes("v1")));
    Version one = find(second(), LOBBY, "anna").version();

    ValueChange won = set(second(), LOBBY, "anna", one, "v2");
    ValueChange lost = set(first(), LOBBY, "anna", one, "v3");

    assertThat(one.number()).isEqualTo(1);
    assertThat(won.changed()).isTrue();
    assertThat(lost.changed()).isFalse();
    assertThat(lost.current().version()).isEqualTo(won.current().version());
    assertThat(lost.current().value()).isEqualTo(bytes("v2"));
    assertThat(find(first(), LOBBY, "anna").value()).isEqualTo(bytes("v2"));
  }

  @Test
  void memberWithoutValueHasNoVersion() {
    join(first(), LOBBY, "anna");

    Member anna = find(second(), LOBBY, "anna");

    assertThat(anna.value()).isNull();
    assertThat(anna.version()).isEqualTo(Version.ABSENT);
    assertThat(set(second(), LOBBY, "anna", Version.ABSENT, "v").changed()).isTrue();
  }

  @Test
  void removedValueKeepsItsVersion() {
    get(first().members().join(LOBBY, "anna", bytes("v1")));

    ValueChange removed = get(second().members().setValue(LOBBY, "anna", Version.ANY, null, false));

    assertThat(removed.changed()).isTrue();
    assertThat(find(first(), LOBBY, "anna").value()).isNull();
    assertThat(find(first(), LOBBY, "anna").version().number()).isEqualTo(2);
  }

  @Test
  void silentChangeIsNotPublished() {
    HeardTopic heard = hear(second(), LOBBY.events());
    join(first(), LOBBY, "anna");

    get(second().members().setValue(LOBBY, "anna", Version.ANY, bytes("v"), true));
    get(second().members().leave(LOBBY, "anna"));

    heard.await(h -> h.events().contains("LEFT anna"));
    assertThat(heard.events()).containsExactly("JOINED anna", "LEFT anna");
  }

  @Test
  void whoIsNotThereHasNoValue() {
    ValueChange change = set(second(), LOBBY, "nobody", Version.ANY, "v");

    assertThat(change).isEqualTo(new ValueChange(false, Stored.ABSENT));
    assertThat(get(first().members().members(LOBBY)).members()).isEmpty();
  }

  @Test
  void leavingDropsTheValue() {
    get(first().members().join(LOBBY, "anna", bytes("v1")));
    get(second().members().leave(LOBBY, "anna"));

    join(first(), LOBBY, "anna");

    assertThat(find(second(), LOBBY, "anna").value()).isNull();
  }

  @Test
  void joiningAgainKeepsTheValue() {
    get(first().members().join(LOBBY, "anna", bytes("v1")));

    join(first(), LOBBY, "anna");

    assertThat(find(second(), LOBBY, "anna").value()).isEqualTo(bytes("v1"));
  }

  @Test
  void onlyMembersAmongThoseAskedAreFound() {
    join(first(), LOBBY, "anna");
    join(second(), LOBBY, "bert");

    List<Member> found = get(first().members().find(LOBBY, List.of("bert", "carl")));

    assertThat(found).extracting(Member::id).containsExactly("bert");
    assertThat(get(first().members().find(LOBBY, List.of()))).isEmpty();
  }

  @Test
  void clearRemovesAndPublishesEveryone() {
    HeardTopic heard = hear(second(), LOBBY.events());
    join(first(), LOBBY, "anna");
    join(second(), LOBBY, "bert");

    Set<String> cleared = get(first().members().clear(LOBBY));

    heard.await(h -> h.publications().size() == 4);
    assertThat(cleared).containsExactlyInAnyOrder("anna", "bert");
    assertThat(heard.events().subList(2, 4)).containsExactlyInAnyOrder("LEFT anna", "LEFT bert");
    assertThat(get(second().members().members(LOBBY)).members()).isEmpty();
    assertThat(get(second().members().clear(LOBBY))).isEmpty();
  }

  @Test
  void groupsOfAMemberAreKnownToAllNodes() {
    join(first(), LOBBY, "anna");
    join(first(), GARDEN, "anna");
    join(first(), GARDEN, "annabel");
    NodeId owner = first().cluster().self();

    Set<Topic> both = get(second().members().groupsOf(owner, "anna"));
    get(second().members().leave(LOBBY, "anna"));
    Set<Topic> one = get(second().members().groupsOf(owner, "anna"));

    assertThat(both).containsExactlyInAnyOrder(LOBBY, GARDEN);
    assertThat(one).containsExactly(GARDEN);
    assertThat(get(second().members().groupsOf(owner, "nobody"))).isEmpty();
  }

  @Test
  void groupsWithMembersAreListedByKind() {
    join(first(), LOBBY, "anna");
    join(second(), GARDEN, "bert");
    join(second(), new Topic("presence", "lobby"), "bert");

    Set<Topic> both = get(first().members().groups("room"));
    get(first().members().leave(LOBBY, "anna"));
    Set<Topic> one = get(second().members().groups("room"));

    assertThat(both).containsExactlyInAnyOrder(LOBBY, GARDEN);
    assertThat(one).containsExactly(GARDEN);
  }

  @Test
  void largeGroupsAreListedWhole() {
    for (int i = 0; i < 500; i++) {
      join(i % 2 == 0 ? first() : second(), LOBBY, "m" + i);
    }

    assertThat(get(first().members().members(LOBBY)).members()).hasSize(500);
    assertThat(get(second().members().clear(LOBBY))).hasSize(500);
  }

  private static boolean join(TestNode node, Topic group, String member) {
    return get(node.members().join(group, member, null));
  }

  private static ValueChange set(
      TestNode node, Topic group, String member, Version expected, String value) {
    return get(node.members().setValue(group, member, expected, value.getBytes(UTF_8), false));
  }

  private static Member find(TestNode node, Topic group, String member) {
    return get(node.members().find(group, List.of(member))).get(0);
  }
}
