// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.fakes.LivePeer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many who ask for the same at the same time cost few reads. */
abstract class StormContract extends ChannelContract {
  private static final int CLIENTS = 1_000;
  private static final int MAX_READS = 20;

  @Test
  void aThousandSubscribersShareTheirReads() {
    for (int i = 1; i <= 300; i++) {
      publish(first(), "m" + i, 300);
    }
    List<LivePeer> peers = peers();
    int before = reads();

    List<Long> ids = new ArrayList<>();
    for (LivePeer peer : peers) {
      ids.add(
          peer.begin("mesh/subscribe-channel", "{\"channel\":\"chat:1\",\"historyLimit\":300}"));
    }

    for (int i = 0; i < CLIENTS; i++) {
      JsonNode reply = LivePeer.json(peers.get(i).answer(ids.get(i))).get("payload");
      assertThat(reply.get("history")).hasSize(300);
      assertThat(reply.get("offset").asLong()).isEqualTo(300);
    }
    assertThat(reads() - before).isLessThanOrEqualTo(MAX_READS);
    publish(second(), "after", 300);
    for (LivePeer peer : peers) {
      assertThat(peer.told(1)).containsExactly("chat:1 \"after\"");
    }
  }

  @Test
  void aThousandThatComeBackShareTheirReads() {
    ChannelPosition last = publish(first(), "last", 300);
    for (int i = 1; i <= 50; i++) {
      publish(first(), "missed" + i, 300);
    }
    List<LivePeer> peers = peers();
    int before = reads();

    List<Long> ids = new ArrayList<>();
    for (LivePeer peer : peers) {
      ids.add(
          peer.begin(
              "mesh/subscribe-channel", "{\"channel\":\"chat:1\",\"recover\":" + json(last) + "}"));
    }

    for (int i = 0; i < CLIENTS; i++) {
      JsonNode reply = LivePeer.json(peers.get(i).answer(ids.get(i))).get("payload");
      assertThat(reply.get("recovered").asBoolean()).isTrue();
      assertThat(reply.get("publications")).hasSize(50);
    }
    assertThat(reads() - before).isLessThanOrEqualTo(MAX_READS);
  }

  private List<LivePeer> peers() {
    List<LivePeer> peers = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      peers.add(i % 2 == 0 ? first().v1() : second().v1());
    }
    return peers;
  }

  private int reads() {
    return nodes().stream()
        .mapToInt(node -> node.live.metrics().channelCounts().historyReads())
        .sum();
  }
}
