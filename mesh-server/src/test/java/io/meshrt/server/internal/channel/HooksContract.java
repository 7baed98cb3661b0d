// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.LivePeer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How many are subscribed, and who is told when that begins and ends. */
abstract class HooksContract extends ChannelContract {
  private final List<String> told = new CopyOnWriteArrayList<>();

  @Test
  void subscribersOfAllNodesAreCounted() {
    LivePeer one = subscribed(first());
    subscribed(second());
    subscribed(second());

    Awaitility.await().until(() -> get(first().channels.subscriberCount(CHAT)) == 3);
    one.disconnect();

    Awaitility.await().until(() -> get(second().channels.subscriberCount(CHAT)) == 2);
    assertThat(get(first().channels.subscriberCount("chat:2"))).isZero();
  }

  @Test
  void theFirstAndTheLastSubscriberAreToldOnce() {
    nodes().forEach(this::listen);

    List<LivePeer> peers = new ArrayList<>();
    for (int round = 1; round <= 3; round++) {
      for (int i = 0; i < 6; i++) {
        peers.add(subscribed(i % 2 == 0 ? first() : second()));
      }
      await("first chat:1", round);
      Awaitility.await().until(() -> nodesWithSubscribers() == nodes().size());
      peers.remove(0).result("mesh/unsubscribe-channel", TO_CHAT);
      peers.forEach(LivePeer::disconnect);
      peers.clear();
      await("last chat:1", round);
    }

    assertThat(told)
        .containsExactly(
            "first chat:1",
            "last chat:1",
            "first chat:1",
            "last chat:1",
            "first chat:1",
            "last chat:1");
  }

  @Test
  void whoMovesToAnotherNodeIsNeitherTheLastNorTheFirst() {
    nodes().forEach(this::listen);
    LivePeer here = subscribed(first());
    await("first chat:1", 1);

    LivePeer there = subscribed(second());
    Awaitility.await().until(() -> nodesWithSubscribers() == nodes().size());
    here.disconnect();
    Awaitility.await().until(() -> get(second().channels.subscriberCount(CHAT)) == 1);
    subscribe(second().v1(), "");
    there.disconnect();
    LivePeer other = second().v1();
    other.result("mesh/subscribe-channel", "{\"channel\":\"chat:other\"}");
    await("first chat:other", 1);

    assertThat(told).containsExactly("first chat:1", "first chat:other");
  }

  @Test
  void whoListensLateIsToldOfWhatIsThereAndOnlyWhatMatches() {
    subscribed(first());
    first().v1().result("mesh/subscribe-channel", "{\"channel\":\"chat:other\"}");

    first().channels.onFirstSubscriber(Pattern.compile("chat:\\d"), name -> told.add(name));

    Awaitility.await().until(() -> told.contains("chat:1"));
    assertThat(told).containsExactly("chat:1");
  }

  @Test
  void aListenerThatThrowsHoldsUpNobody() {
    first()
        .channels
        .onFirstSubscriber(
            Pattern.compile(".*"),
            name -> {
              throw new IllegalStateException("meant to be logged");
            });
    first().channels.onFirstSubscriber(Pattern.compile(".*"), name -> told.add(name));

    subscribed(first());

    Awaitility.await().until(() -> told.contains("chat:1"));
  }

  private int nodesWithSubscribers() {
    return get(first().node().cluster().members().members(SubscriberHooks.LAYOUT.group(CHAT)))
        .members()
        .size();
  }

  private void listen(ChannelNode node) {
    Pattern chats = Pattern.compile("chat:.+");
    node.channels.onFirstSubscriber(chats, name -> told.add("first " + name));
    node.channels.onLastSubscriber(chats, name -> told.add("last " + name));
  }

  private void await(String what, int times) {
    Awaitility.await()
        .until(() -> told.stream().filter(each -> each.equals(what)).count() >= times);
  }
}
