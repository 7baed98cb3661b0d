// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.presence.PresenceOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Members of nodes that die. */
abstract class NodeDeathContract extends PresenceContract {
  @Override
  final boolean twoNodes() {
    return true;
  }

  @Override
  LeaseOptions leases() {
    return new LeaseOptions(millis(1_500), millis(300), millis(300));
  }

  @Test
  void membersOfADeadNodeHaveLeftAndJoinWithTheirStatesWhenItIsBack() {
    LivePeer watcher = subscribed(first());
    LivePeer other = member(second());
    LivePeer quiet = member(second());
    publish(other, "1", "");
    watcher.told(3);

    second().node().timers().freeze();
    watcher.told(5);
    second().node().timers().wake();
    watcher.told(8);

    assertThat(watcher.told().subList(3, 5))
        .containsExactlyInAnyOrder("leave " + other.id(), "leave " + quiet.id());
    assertThat(watcher.told().subList(5, 8))
        .containsExactlyInAnyOrder(
            "join " + other.id(), "state " + other.id() + " 1", "join " + quiet.id())
        .containsSubsequence("join " + other.id(), "state " + other.id() + " 1");
  }

  @Test
  void whoWasAbsentWhenItsNodeDiedIsAbsentWhenItIsBack() {
    track(PresenceOptions.defaults().withTimeToLive(millis(200)));
    LivePeer watcher = subscribed(first());
    LivePeer silent = member(second());
    watcher.told(2);
    track(PresenceOptions.defaults());

    second().node().timers().freeze();
    Awaitility.await().until(() -> get(first().node().cluster().liveNodes()).size() == 1);
    LivePeer witness = member(first());
    first().leave(witness, ROOM);
    second().node().timers().wake();
    // A pong that comes while the node still looks for its cluster is lost; the next one counts.
    Awaitility.await()
        .until(
            () -> {
              silent.send("{\"command\":\"pong\",\"payload\":{}}");
              return watcher.told().size() >= 5;
            });

    assertThat(watcher.told(5))
        .containsExactly(
            "join " + silent.id(),
            "leave " + silent.id(),
            "join " + witness.id(),
            "leave " + witness.id(),
            "join " + silent.id());
  }
}
