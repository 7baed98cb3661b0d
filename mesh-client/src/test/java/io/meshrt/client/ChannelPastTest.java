// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.fake.ChannelFrames.call;
import static io.meshrt.client.fake.ChannelFrames.following;
import static io.meshrt.client.fake.ChannelFrames.message;
import static io.meshrt.client.fake.ChannelFrames.newest;
import static io.meshrt.client.fake.ChannelFrames.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class ChannelPastTest {
  private static final String SUBSCRIBE = "mesh/subscribe-channel";

  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();
  private final ChannelLog<Integer> log = new ChannelLog<>();

  @Test
  void subscriptionMayBeginAtAPosition() {
    CompletableFuture<ChannelSubscription<Integer>> subscribed =
        rig.run(
            rig.client.subscribe(
                "c", Integer.class, log, SubscribeOptions.from(new ChannelPosition("e", 2))));
    assertThat(socket.takeOne())
        .isEqualTo(
            call(
                1,
                SUBSCRIBE,
                "c",
                ",\"recover\":{\"epoch\":\"e\",\"offset\":2},\"historyLimit\":300"));

    socket.receive(Frames.reply(1, following("e", 4, true, 3, 4)));
    socket.receive(message("c", "e", 5));

    assertThat(log.told).containsExactly("3", "4", "5");
    assertThat(subscribed.join().history()).isEmpty();
  }

  @Test
  void subscriptionMayBeginAtATimeAndIsReadFromTheStoreToItsEnd() {
    rig.run(
        rig.client.subscribe(
            "c", Integer.class, log, SubscribeOptions.since(Instant.ofEpochMilli(1_002))));
    assertThat(socket.takeOne())
        .isEqualTo(call(1, SUBSCRIBE, "c", ",\"since\":1002,\"historyLimit\":300"));

    socket.receive(Frames.reply(1, following("e", 5, true, 3, 4)));
    assertThat(socket.takeOne())
        .isEqualTo(reading(2, "c", "e", 4).replace("}}}", "},\"since\":\"e-4\"}}"));
    socket.receive(Frames.reply(2, following("e", 5, true, 5, 5)));

    assertThat(log.told).containsExactly("3", "4", "5");
  }

  @Test
  void serverWithoutAStoreTellsAGap() {
    CompletableFuture<ChannelSubscription<Integer>> subscribed =
        rig.run(
            rig.client.subscribe("c", Integer.class, log, SubscribeOptions.sinceMessage("e-1")));

    socket.receive(Frames.reply(1, newest("e", 5, 4)));
    socket.receive(message("c", "e", 6));

    assertThat(log.told).containsExactly("gap ? to e5", "6");
    assertThat(subscribed.join().history()).isEmpty();
  }
}
