// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Topic;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisKeysTest {
  private static final List<String> NAMES =
      List.of("", "a", "}", "{a}", ":", "%", "%41", "a b", "*", "?[x]", "\n", "\u0000", "ü", "😀");

  @Test
  void namesComeBackFromTheirEncoding() {
    for (String name : NAMES) {
      String encoded = RedisKeys.encode(name);

      assertThat(encoded).matches("[A-Za-z0-9_.%-]*");
      assertThat(RedisKeys.decode(encoded)).isEqualTo(name);
    }
  }

  @Test
  void everythingOfOneNameHasOneTag() {
    RedisKeys keys = new RedisKeys("p");
    Topic room = new Topic("room", "x}{y");
    Topic record = new Topic("record", "x}{y");

    assertThat(keys.members(room)).allMatch(key -> key.startsWith("p:{.x%7d%7by}:"));
    assertThat(keys.stream(record)).allMatch(key -> key.startsWith("p:{.x%7d%7by}:"));
    assertThat(keys.values(record)).startsWith("p:{.x%7d%7by}:");
  }

  @Test
  void noNameReachesAnInternalKeyOrChannel() {
    RedisKeys keys = new RedisKeys("p");
    NodeId node = new NodeId("n", "i");
    List<String> internal =
        List.of(keys.nodes(), keys.index(node), keys.groups("room", 1), keys.probe("p0", node));

    for (String name : List.of("nodes", "p:nodes", "n:i", "p0", "p0}:probe:n:i", "groups:room:1")) {
      Topic topic = new Topic("channel", name);
      assertThat(internal)
          .doesNotContain(keys.channel(topic), keys.meta(topic), keys.values(topic));
    }
  }
}
