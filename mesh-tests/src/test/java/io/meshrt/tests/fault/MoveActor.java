// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.server.MeshServer;
import io.meshrt.tests.harness.Outcomes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Takes a connection into rooms of its own, each once, and out of most of them again. */
final class MoveActor extends Actor {
  private static final int STAYS = 10;

  private enum Place {
    INSIDE,
    OUTSIDE,
    UNKNOWN
  }

  private final MeshServer node;
  private final MeshServer other;
  private final String id;
  private final Map<Integer, Place> places = new TreeMap<>();

  /** Asks {@code node}, and {@code other} what came of it. */
  MoveActor(String name, MeshServer node, MeshServer other, String id) {
    super("move " + name);
    this.node = node;
    this.other = other;
    this.id = id;
  }

  private String room(int number) {
    return "of " + id + " " + number;
  }

  @Override
  void step(int number) {
    move(number, true);
    int earlier = number - STAYS;
    if (earlier >= 0 && earlier % 5 != 0) {
      move(earlier, false);
    }
  }

  private void move(int number, boolean in) {
    boolean done = tally().isDone(call(number, in));
    places.put(number, done ? (in ? Place.INSIDE : Place.OUTSIDE) : Place.UNKNOWN);
  }

  private Callable<CompletableFuture<?>> call(int number, boolean in) {
    return () -> in ? node.rooms().join(room(number), id) : node.rooms().leave(room(number), id);
  }

  @Override
  void settle() throws Exception {
    for (Map.Entry<Integer, Place> place : places.entrySet()) {
      if (place.getValue() == Place.UNKNOWN) {
        Outcomes.result(node.rooms().leave(room(place.getKey()), id));
        place.setValue(Place.OUTSIDE);
      }
    }
  }

  @Override
  void verify() throws Exception {
    Set<String> expected = new HashSet<>();
    places.forEach(
        (number, place) -> {
          if (place == Place.INSIDE) {
            expected.add(room(number));
          }
        });
    await()
        .atMost(ServersUnderFault.RECOVERY)
        .untilAsserted(() -> assertThat(found()).as("%s", tally()).isEqualTo(expected));
  }

  /** The rooms it is in by what they say, which is what it says itself. */
  private Set<String> found() throws Exception {
    Set<String> found = new HashSet<>();
    Map<String, CompletableFuture<Boolean>> answers = new HashMap<>();
    places
        .keySet()
        .forEach(number -> answers.put(room(number), other.rooms().isMember(room(number), id)));
    for (Map.Entry<String, CompletableFuture<Boolean>> answer : answers.entrySet()) {
      if (Outcomes.result(answer.getValue())) {
        found.add(answer.getKey());
      }
    }
    Set<String> told = new HashSet<>(Outcomes.result(other.rooms().roomsOf(id)));
    told.remove("lobby");
    assertThat(told).isEqualTo(found);
    return found;
  }
}
