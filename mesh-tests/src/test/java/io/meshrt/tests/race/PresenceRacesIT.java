// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.race;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients subscribe and unsubscribe to the presence of rooms, come and go there, and close. */
class PresenceRacesIT extends RaceSuite {
  private static final int ROOMS = 3;
  private static final int STEPS = 5;

  /** By room: who has subscribed and not unsubscribed, who has joined and not left. */
  private final Map<String, Set<Racer>> subscribers = new HashMap<>();

  private final Map<String, Set<Racer>> members = new HashMap<>();
  private List<Racer> ears = List.of();
  private V1Socket speaker;
  private int heard;

  @Test
  @Timeout(900)
  void subscribersAreWhoeverHearsOfStates() throws Exception {
    playAll();

    assertThat(heard).as("markers that only racers heard").isPositive();
  }

  @Override
  Integer marker(JsonNode push) {
    JsonNode state = push.path("payload").path("state");
    return push.path("command").asText().equals("mesh/presence-update") && state.isInt()
        ? state.asInt()
        : null;
  }

  @Override
  void prepare(List<Racer> ears) throws Exception {
    this.ears = ears;
    speaker = V1Socket.open(node(0).port());
    for (int i = 0; i < ROOMS; i++) {
      String room = "race" + i;
      subscribers.put(room, ConcurrentHashMap.newKeySet());
      members.put(room, ConcurrentHashMap.newKeySet());
      Outcomes.result(node(1).rooms().join(room, speakerId()));
    }
    for (Racer ear : ears) {
      JsonNode reply = ear.reply(ear.send("mesh/subscribe-presence", HEARD));
      assertThat(reply.at("/payload/success").asBoolean()).as("%s", reply).isTrue();
    }
  }

  private String speakerId() {
    return speaker.welcome().get("connectionId").asText();
  }

  @Override
  void play(Racer racer, String room, Random random) throws Exception {
    Map<Long, String> requests = new HashMap<>();
    for (int i = random.nextInt(STEPS); i >= 0; i--) {
      String command = command(random);
      requests.put(racer.send("mesh/" + command, room), command);
      follow(racer, room, command);
    }
    end(racer, random);
    if (racer.isOpen()) {
      for (Map.Entry<Long, String> request : requests.entrySet()) {
        JsonNode reply = racer.reply(request.getKey());
        assertThat(reply.has("error")).as("%s: %s", request, reply).isFalse();
      }
    } else {
      subscribers.values().forEach(all -> all.remove(racer));
      members.values().forEach(all -> all.remove(racer));
    }
  }

  private static String command(Random random) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> "subscribe-presence";
      case 2, 3 -> "unsubscribe-presence";
      case 4 -> "join-room";
      default -> "leave-room";
    };
  }

  /** What the requests of one racer come to is known, since they are served in order. */
  private void follow(Racer racer, String room, String command) {
    boolean unused =
        switch (command) {
          case "subscribe-presence" -> subscribers.get(room).add(racer);
          case "unsubscribe-presence" -> subscribers.get(room).remove(racer);
          case "join-room" -> members.get(room).add(racer);
          default -> members.get(room).remove(racer);
        };
  }

  @Override
  void mark(List<Racer> open, String room, int round) throws Exception {
    Set<String> expected = ids(members.get(room));
    expected.add(speakerId());
    Set<String> known = ids(open);
    known.add(speakerId());
    Set<String> found = new HashSet<>(Outcomes.result(node(round).rooms().memberIds(room)));
    found.retainAll(known);
    assertThat(found).isEqualTo(expected);
    soon() // those who closed have to leave
        .untilAsserted(
            () -> assertThat(Outcomes.result(node(0).rooms().memberIds(room))).isEqualTo(expected));
    Set<Racer> hearing = new HashSet<>(subscribers.get(room));
    if (room.equals(HEARD)) {
      hearing.addAll(ears);
    }
    if (expect(hearing, round)) {
      MeshServer node = node(round);
      assertThat(Outcomes.result(node.presence().publishState(room, speakerId(), round, null)))
          .isTrue();
      heard += room.equals(HEARD) ? 0 : 1;
    }
  }

  @Override
  void tidyUp() throws Exception {
    speaker.close();
  }
}
