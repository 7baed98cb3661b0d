// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.meshrt.faults.RedisServer;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.RedisTestWorld;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import io.meshrt.server.internal.metrics.Limit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What others publish on plain Redis channels reaches the subscribers of bridged ones. */
class RedisBridgeIT {
  private static final String TO_NEWS = "{\"channel\":\"news\"}";

  private final RedisServer redis = RedisServer.started();
  private final TestWorld world = new RedisTestWorld(RedisSettings.of(redis.uri()));
  private final ChannelNode node = new ChannelNode(world.node("n1"));

  @AfterEach
  void close() {
    node.close();
    world.close();
    redis.close();
  }

  @Test
  void whatOthersPublishIsATextWithoutANumber() {
    LivePeer v1 = bridged();
    LivePeer legacy = node.legacy();
    legacy.ask("subscribe-channel", TO_NEWS);

    redis.command("PUBLISH", "news", "{\"a\":1}");
    TestWorld.get(node.channels.publish("news", "our own"));

    assertThat(v1.told(2)).containsExactlyInAnyOrder("news \"{\\\"a\\\":1}\"", "news \"our own\"");
    assertThat(legacy.told(2))
        .containsExactlyInAnyOrder("news \"{\\\"a\\\":1}\"", "news \"our own\"");
    assertThat(v1.frames()).noneMatch(frame -> frame.contains("\"offset\""));
  }

  @Test
  void nobodyListensWithoutSubscribers() {
    LivePeer peer = bridged();
    String there = redis.command("PUBSUB", "NUMSUB", "news");

    peer.result("mesh/unsubscribe-channel", TO_NEWS);

    assertThat(there).contains(":1");
    Awaitility.await().until(() -> redis.command("PUBSUB", "NUMSUB", "news").contains(":0"));
  }

  @Test
  void whatIsTooLargeIsDropped() {
    LivePeer peer = bridged();

    redis.command("PUBLISH", "news", "x".repeat(ChannelNode.SETTINGS.maxMessageBytes() + 1));
    redis.command("PUBLISH", "news", "small");

    assertThat(peer.told(1)).containsExactly("news \"small\"");
    assertThat(node.live.metrics().hits(Limit.CHANNEL_MESSAGE_BYTES)).isEqualTo(1);
  }

  @Test
  void whatIsNotBridgedIsNotHeard() {
    node.channels.expose("other");
    LivePeer peer = bridged();
    peer.result("mesh/subscribe-channel", "{\"channel\":\"other\"}");

    redis.command("PUBLISH", "other", "no");
    redis.command("PUBLISH", "news", "yes");

    assertThat(peer.told(1)).containsExactly("news \"yes\"");
  }

  @Test
  void withoutARedisThereIsNobodyToHear() {
    try (InMemoryTestWorld memory = new InMemoryTestWorld();
        ChannelNode alone = new ChannelNode(memory.node("n1"))) {
      assertThatIllegalStateException().isThrownBy(() -> alone.channels.bridge("news"));
    }
  }

  private LivePeer bridged() {
    node.channels.bridge("news");
    node.channels.expose("news");
    LivePeer peer = node.v1();
    peer.result("mesh/subscribe-channel", TO_NEWS);
    return peer;
  }
}
