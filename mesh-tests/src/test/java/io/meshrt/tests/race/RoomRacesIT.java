// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.race;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.server.room.RoomEvent;
import io.meshrt.server.room.RoomWatch;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.Witness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients and servers make the same connections join and leave while they close. */
class RoomRacesIT extends RaceSuite {
  private static final int ROOMS = 3;
  private static final int STEPS = 4;

  private final List<Witness> witnesses = new ArrayList<>();
  private final List<RoomWatch> watches = new ArrayList<>();
  private List<Racer> ears = List.of();
  private int heard;

  @Test
  @Timeout(900)
  void membersAreWhoeverHearsBroadcasts() throws Exception {
    playAll();

    assertThat(heard).as("markers that only racers heard").isPositive();
  }

  @Override
  Integer marker(JsonNode push) {
    return push.path("command").asText().equals("marker") ? push.get("payload").asInt() : null;
  }

  @Override
  void prepare(List<Racer> ears) throws Exception {
    this.ears = ears;
    for (int i = 0; i < 2 * ROOMS; i++) {
      Witness witness = new Witness("watcher " + i);
      witnesses.add(witness);
      watches.add(
          Outcomes.result(
              node(i)
                  .rooms()
                  .watch(
                      "race" + i / 2,
                      event ->
                          witness.onChange(
                              event.connectionId(), event.type() == RoomEvent.Type.JOINED))));
    }
    for (Racer ear : ears) {
      Outcomes.result(node(0).rooms().join(HEARD, ear.id()));
    }
  }

  @Override
  void play(Racer racer, String room, Random random) throws Exception {
    List<Long> requests = new ArrayList<>();
    List<CompletableFuture<Boolean>> calls = new ArrayList<>();
    for (int i = random.nextInt(STEPS); i >= 0; i--) {
      MeshServer node = node(random.nextInt(2));
      switch (random.nextInt(4)) {
        case 0 -> requests.add(racer.send("mesh/join-room", room));
        case 1 -> requests.add(racer.send("mesh/leave-room", room));
        case 2 -> calls.add(node.rooms().join(room, racer.id()));
        default -> calls.add(node.rooms().leave(room, racer.id()));
      }
    }
    end(racer, random);
    for (CompletableFuture<Boolean> call : calls) {
      if (racer.isOpen()) {
        boolean unused = Outcomes.result(call);
      } else {
        CompletableFuture<?> over = call.handle((done, failure) -> done);
        Outcomes.result(over);
      }
    }
    for (long request : racer.isOpen() ? requests : List.<Long>of()) {
      JsonNode reply = racer.reply(request);
      assertThat(reply.at("/payload/success").asBoolean()).as("%s", reply).isTrue();
    }
  }

  @Override
  void mark(List<Racer> open, String room, int round) throws Exception {
    List<Racer> all = together(open, ears);
    Set<String> ids = ids(all);
    Set<String> members = new HashSet<>(Outcomes.result(node(round).rooms().memberIds(room)));
    members.retainAll(ids);
    if (room.equals(HEARD)) {
      assertThat(members).containsAll(ids(ears));
    }
    Map<Racer, CompletableFuture<Set<String>>> rooms = new HashMap<>();
    for (Racer racer : all) {
      rooms.put(racer, node(round).rooms().roomsOf(racer.id()));
    }
    List<Racer> hearing = new ArrayList<>();
    for (Racer racer : all) {
      boolean member = members.contains(racer.id());
      assertThat(Outcomes.result(rooms.get(racer)).contains(room)).isEqualTo(member);
      if (member) {
        hearing.add(racer);
      }
    }
    soon().untilAsserted(() -> assertAgreed(room, round + 1, members)); // the closed have to leave
    if (expect(hearing, round)) {
      Outcomes.result(node(round).rooms().broadcast(room, "marker", round));
      heard += room.equals(HEARD) ? 0 : 1;
    }
  }

  private void assertAgreed(String room, int node, Set<String> members) throws Exception {
    assertThat(Outcomes.result(node(node).rooms().memberIds(room))).isEqualTo(members);
    assertThat(
            Outcomes.result(node(node).presence().members(room)).stream()
                .map(member -> member.connectionId())
                .collect(Collectors.toSet()))
        .isEqualTo(members);
  }

  @Override
  void tidyUp() throws Exception {
    for (Witness witness : witnesses) {
      soon().untilAsserted(() -> assertThat(witness.present()).isEmpty());
      witness.assertEachOnce();
    }
    watches.forEach(RoomWatch::close);
  }
}
