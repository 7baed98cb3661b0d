// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.tests.harness.Outcomes;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Adds keys to the metadata of rooms that others change too. As many keys are there as additions
 * were acknowledged, but for those of which the outcome is unknown.
 */
final class BoardActor extends Actor {
  private static final int KEYS_PER_ROOM = 100;

  private final MeshServer node;
  private final String letter;
  private final Set<String> rooms = new TreeSet<>();
  private final Set<String> acknowledged = new HashSet<>();
  private final Set<String> unknown = new HashSet<>();

  BoardActor(MeshServer node, String letter) {
    super("board " + letter);
    this.node = node;
    this.letter = letter;
  }

  /** New boards have keys of their own. */
  @Override
  boolean needsKeys() {
    return false;
  }

  @Override
  void step(int number) {
    String room = "board" + number / KEYS_PER_ROOM;
    String key = letter + number;
    rooms.add(room);
    boolean added =
        tally().isDone(() -> node.rooms().metadata(room).deepMerge(Map.of(key, number)));
    (added ? acknowledged : unknown).add(key);
  }

  @Override
  void verify() throws Exception {
    Set<String> found = new HashSet<>();
    for (String room : rooms) {
      Outcomes.result(node.rooms().metadata(room).get())
          .map(JsonNode::fieldNames)
          .ifPresent(names -> names.forEachRemaining(found::add));
    }
    found.removeIf(key -> !key.startsWith(letter));
    assertThat(found).as("%s", tally()).containsAll(acknowledged);
    found.removeAll(acknowledged);
    assertThat(unknown).as("%s", tally()).containsAll(found);
  }
}
