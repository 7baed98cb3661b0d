// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.presence.PresenceEvent;
import io.meshrt.client.presence.PresenceSubscription;
import io.meshrt.client.presence.PresentMember;
import io.meshrt.client.presence.StateOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.presence.PresenceOptions;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Presence of rooms: who is there, who comes and goes, what they say about themselves. */
abstract class PresenceSuite extends ClusterSuite {
  @Override
  final void setUp(MeshServer server) {
    server.exposeRoom(Pattern.compile(".*"));
    server.trackPresence("lobby");
    server.trackPresence(
        Pattern.compile("private:.*"),
        PresenceOptions.defaults()
            .withGuard((connection, room) -> connection.identity().isPresent()));
  }

  /** What a client is told, once it has been told who is there: then nothing is part of that. */
  private static List<String> follow(MeshClient client, String room) throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    Outcomes.result(client.presence().subscribe(room, event -> told.add(text(event))));
    await().until(() -> !told.isEmpty());
    return told;
  }

  private static String text(PresenceEvent event) {
    return event.type().isSnapshot()
        ? event.type() + " " + event.members().stream().map(PresenceSuite::text).sorted().toList()
        : event.type() + " " + event.connectionId() + event.state().map(s -> " " + s).orElse("");
  }

  private static String text(PresentMember member) {
    return member.connectionId() + member.state().map(state -> "=" + state).orElse("");
  }

  @Test
  void subscribersOfEveryNodeHearEachChangeOnce() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1);
    Outcomes.result(ann.rooms().join("lobby"));
    List<String> first = follow(ann, "lobby");
    List<String> second = follow(bob, "lobby");
    String bobs = id(bob);

    Outcomes.result(bob.rooms().join("lobby"));
    Outcomes.result(bob.presence().publishState("lobby", "typing"));
    Outcomes.result(bob.presence().clearState("lobby"));
    Outcomes.result(bob.rooms().leave("lobby"));
    Outcomes.result(bob.rooms().join("lobby"));

    List<String> expected =
        List.of(
            "INITIAL [" + id(ann) + "]",
            "JOINED " + bobs,
            "STATE " + bobs + " \"typing\"",
            "STATE " + bobs,
            "LEFT " + bobs,
            "JOINED " + bobs);
    await().until(() -> first.size() >= 6 && second.size() >= 6);
    assertThat(first).isEqualTo(expected);
    assertThat(second).isEqualTo(expected);
  }

  @Test
  void closedConnectionLeaves() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1);
    Outcomes.result(bob.rooms().join("lobby"));
    Outcomes.result(bob.presence().publishState("lobby", Map.of("mood", "good")));
    List<String> told = follow(ann, "lobby");
    String bobs = id(bob);

    bob.close();

    await().until(() -> told.size() == 2);
    assertThat(told).containsExactly("INITIAL [" + bobs + "={\"mood\":\"good\"}]", "LEFT " + bobs);
    await().until(() -> Outcomes.result(node(1).presence().members("lobby")).isEmpty());
  }

  @Test
  void statesExpireAreSilentAndDoNotOutliveTheMembership() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1);
    Outcomes.result(bob.rooms().join("lobby"));
    List<String> told = follow(ann, "lobby");
    String bobs = id(bob);

    Outcomes.result(
        bob.presence()
            .publishState(
                "lobby",
                "soon gone",
                StateOptions.defaults().withExpireAfter(Duration.ofMillis(50))));
    await().until(() -> told.size() == 3);
    Outcomes.result(
        bob.presence().publishState("lobby", "quiet", StateOptions.defaults().withSilent(true)));
    assertThat(Outcomes.result(ann.presence().state("lobby")))
        .extracting(PresenceSuite::text)
        .containsExactly(bobs + "=\"quiet\"");
    Outcomes.result(bob.rooms().leave("lobby"));
    Outcomes.result(bob.rooms().join("lobby"));

    await().until(() -> told.size() == 5);
    assertThat(told)
        .containsExactly(
            "INITIAL [" + bobs + "]",
            "STATE " + bobs + " \"soon gone\"",
            "STATE " + bobs,
            "LEFT " + bobs,
            "JOINED " + bobs);
    assertThat(Outcomes.result(ann.presence().state("lobby")))
        .extracting(PresenceSuite::text)
        .containsExactly(bobs);
  }

  @Test
  void serversSeeAndSetStatesOfAnyNode() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1);
    Outcomes.result(bob.rooms().join("lobby"));
    List<String> told = follow(ann, "lobby");

    assertThat(
            Outcomes.result(node(0).presence().publishState("lobby", id(bob), "set for you", null)))
        .isTrue();
    assertThat(
            Outcomes.result(node(0).presence().publishState("lobby", id(ann), "no member", null)))
        .isFalse();

    await().until(() -> told.size() == 2);
    assertThat(Outcomes.result(node(0).presence().state("lobby", id(bob))).orElseThrow().asText())
        .isEqualTo("set for you");
    assertThat(Outcomes.result(node(1).presence().members("lobby"))).hasSize(1);
    assertThat(Outcomes.code(node(1).presence().members("elsewhere"))).isEqualTo("ENOTFOUND");
  }

  @Test
  void whatIsNotTrackedOrGuardedIsRefused() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1, "bob");
    Outcomes.result(ann.rooms().join("elsewhere"));

    assertThat(Outcomes.code(ann.presence().subscribe("elsewhere", event -> {})))
        .isEqualTo("EACCESS");
    assertThat(Outcomes.code(ann.presence().subscribe("private:1", event -> {})))
        .isEqualTo("EACCESS");
    assertThat(Outcomes.code(ann.presence().publishState("elsewhere", 1))).isEqualTo("EACCESS");
    assertThat(Outcomes.code(bob.presence().publishState("private:1", 1))).isEqualTo("ENOTFOUND");
    Outcomes.result(bob.rooms().join("private:1"));
    Outcomes.result(bob.presence().publishState("private:1", 1));
    assertThat(Outcomes.code(bob.presence().publishState("private:1", "x".repeat(99))))
        .isEqualTo("ETOOLARGE");
    assertThat(Outcomes.result(bob.presence().subscribe("private:1", event -> {})).members())
        .hasSize(1);
  }

  @Test
  void nothingIsToldAfterTheSubscriptionIsClosed() throws Exception {
    MeshClient ann = client(0);
    MeshClient bob = client(1);
    List<String> told = new CopyOnWriteArrayList<>();
    PresenceSubscription subscription =
        Outcomes.result(
            ann.presence().subscribe("lobby", event -> told.add(PresenceSuite.text(event))));
    List<String> still = follow(ann, "lobby");

    subscription.close();
    Outcomes.result(bob.rooms().join("lobby"));

    await().until(() -> still.contains("JOINED " + id(bob)));
    assertThat(told).doesNotContain("JOINED " + id(bob));
  }
}
