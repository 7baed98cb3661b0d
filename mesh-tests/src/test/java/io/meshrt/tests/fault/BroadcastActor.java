// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ThrowingRunnable;

/** Broadcasts numbers: no member hears one twice, nor those that were accepted out of order. */
final class BroadcastActor extends Actor {
  private final MeshServer node;
  private final String name;
  private final List<List<Integer>> heard;
  private final Set<Integer> accepted = new HashSet<>();

  BroadcastActor(MeshServer node, String name, List<MeshClient> members) {
    super("broadcast " + name);
    this.node = node;
    this.name = name;
    this.heard = members.stream().map(member -> hear(member, name)).toList();
  }

  private static List<Integer> hear(MeshClient member, String name) {
    List<Integer> numbers = new CopyOnWriteArrayList<>();
    member.onMessage(name, Integer.class, numbers::add);
    return numbers;
  }

  @Override
  boolean needsKeys() {
    return false;
  }

  @Override
  void step(int number) {
    if (tally().isDone(() -> node.rooms().broadcast("lobby", name, number))) {
      accepted.add(number);
    }
  }

  /** Checks that every member has heard one more since this call. */
  ThrowingRunnable heardFromNow() {
    List<Integer> before = heard.stream().map(List::size).toList();
    return () -> {
      for (int i = 0; i < before.size(); i++) {
        assertThat(heard.get(i)).as("%s", tally()).hasSizeGreaterThan(before.get(i));
      }
    };
  }

  @Override
  void verify() {
    for (List<Integer> numbers : heard) {
      assertThat(numbers).as("%s", tally()).doesNotHaveDuplicates();
      assertThat(numbers.stream().filter(accepted::contains)).as("%s", tally()).isSorted();
    }
  }
}
