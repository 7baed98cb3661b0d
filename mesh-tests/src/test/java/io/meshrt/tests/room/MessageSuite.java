// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.room.RoomMessage;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.hook.Hooks;
import io.meshrt.server.hook.ObservedMessage;
import io.meshrt.tests.harness.Outcomes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What clients send to rooms reaches each member once, in order, and nobody else. */
abstract class MessageSuite extends RoomWorld {
  private final List<String> observed = new CopyOnWriteArrayList<>();

  @Override
  void setUp(MeshServer server) {
    server.exposeRoom("open");
    server.observe(
        new Hooks() {
          @Override
          public void onRoomMessage(ObservedMessage message, Connection connection) {
            observed.add(connection.id() + " " + message.name() + " " + message.payload());
          }
        });
  }

  @Test
  void oneSendIsOneCopyForEachMember() throws Exception {
    MeshClient ann = named(0, "ann");
    MeshClient bob = named(1, "bob");
    MeshClient guest = anonymous(1, builder -> builder);
    MeshClient outside = named(1, "eve");
    List<List<RoomMessage>> logs = new ArrayList<>();
    for (MeshClient client : List.of(ann, bob, guest)) {
      logs.add(heard(client));
      Outcomes.result(client.rooms().join("p1"));
    }
    List<RoomMessage> notThere = heard(outside);

    String id = Outcomes.result(ann.rooms().send("p1", Map.of("text", "tea")));
    Outcomes.result(guest.rooms().send("p1", "end"));

    for (List<RoomMessage> log : logs) {
      await().until(() -> log.size() == 2);
      RoomMessage message = log.get(0);
      assertThat(message.id()).isEqualTo(id);
      assertThat(message.room()).isEqualTo("p1");
      assertThat(message.payload().path("text").asText()).isEqualTo("tea");
      assertThat(message.fromConnection()).isEqualTo(id(ann));
      assertThat(message.fromIdentity()).contains("ann");
      assertThat(log.get(1).fromIdentity()).isEmpty();
      assertThat(log.get(1).id()).isNotEqualTo(id);
    }
    assertThat(notThere).isEmpty();
    await().until(() -> observed.size() == 2);
    assertThat(observed)
        .containsExactlyInAnyOrder(id(ann) + " p1 {\"text\":\"tea\"}", id(guest) + " p1 \"end\"");
  }

  @Test
  void whoWantsNoEchoGetsNone() throws Exception {
    MeshClient ann = named(0, "ann");
    MeshClient alsoAnn = named(1, "ann");
    List<RoomMessage> own = heard(ann);
    List<RoomMessage> other = heard(alsoAnn);
    Outcomes.result(ann.rooms().join("p1"));
    Outcomes.result(alsoAnn.rooms().join("p1"));

    Outcomes.result(ann.rooms().send("p1", "silent", false));
    Outcomes.result(ann.rooms().send("p1", "loud"));

    await().until(() -> other.size() == 2 && !own.isEmpty());
    assertThat(texts(own)).containsExactly("loud");
    assertThat(texts(other)).containsExactly("silent", "loud");
  }

  @Test
  void messagesOfASenderArriveInTheOrderOfItsCalls() throws Exception {
    MeshClient ann = named(0, "ann");
    MeshClient bob = named(1, "bob");
    List<RoomMessage> log = heard(bob);
    Outcomes.result(ann.rooms().join("p1"));
    Outcomes.result(bob.rooms().join("p1"));

    List<CompletableFuture<String>> sent =
        IntStream.range(0, 200).mapToObj(number -> ann.rooms().send("p1", number)).toList();
    for (CompletableFuture<String> one : sent) {
      Outcomes.result(one);
    }

    await().until(() -> log.size() == 200);
    assertThat(texts(log)).isEqualTo(IntStream.range(0, 200).mapToObj(String::valueOf).toList());
  }

  @Test
  void onlyMembersSendUnlessTheRoomIsOpen() throws Exception {
    MeshClient ann = named(0, "ann");
    MeshClient bob = named(1, "bob");
    List<RoomMessage> log = heard(bob);
    Outcomes.result(bob.rooms().join("p1"));
    Outcomes.result(bob.rooms().join("open"));

    assertThat(Outcomes.failure(ann.rooms().send("p1", "no")).code()).isEqualTo("EACCESS");
    assertThat(Outcomes.failure(ann.rooms().send("hidden", "no")).code()).isEqualTo("EACCESS");
    Outcomes.result(ann.rooms().send("open", "yes"));

    await().until(() -> !log.isEmpty());
    assertThat(texts(log)).containsExactly("yes");
    assertThat(log.get(0).room()).isEqualTo("open");
  }

  @Test
  void nothingComesAfterALeaveWasConfirmed() throws Exception {
    MeshClient ann = named(0, "ann");
    MeshClient bob = named(1, "bob");
    Outcomes.result(ann.rooms().join("p1"));
    for (int round = 0; round < 10; round++) {
      List<RoomMessage> log = heard(bob);
      Outcomes.result(bob.rooms().join("p1"));
      CompletableFuture<String> crossing = ann.rooms().send("p1", "crossing");
      Outcomes.result(bob.rooms().leave("p1"));
      int before = log.size();
      Outcomes.result(crossing);
      Outcomes.result(ann.rooms().send("p1", "after"));
      Outcomes.result(bob.rooms().send("open", "fence"));
      assertThat(texts(log)).doesNotContain("after").hasSizeLessThanOrEqualTo(before + 1);
    }
  }

  @Test
  void whatNoOutboxTakesIsTooLarge() throws Exception {
    MeshClient ann = named(0, "ann");
    Outcomes.result(ann.rooms().join("p1"));

    assertThat(Outcomes.failure(ann.rooms().send("p1", "x".repeat(400_000))).code())
        .isEqualTo("ETOOLARGE");
    assertThat(Outcomes.result(ann.rooms().send("p1", null))).isNotEmpty();
  }
}
