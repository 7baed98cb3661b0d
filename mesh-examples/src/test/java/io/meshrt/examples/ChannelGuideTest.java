// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.MeshServer;
import io.meshrt.server.channel.ChannelHistory;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.StoredMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The page about channels says what happens. */
class ChannelGuideTest {
  private final List<StoredMessage> stored = new CopyOnWriteArrayList<>();

  @Test
  void channelsDoWhatTheirPageSays() {
    ChannelPosition last;
    ChannelHistory behindTheFirst;
    try (MeshServer server = MeshServer.builder().port(0).build()) {
      ChannelGuide.expose(server);
      ChannelGuide.mirror(server, new Store());
      ChannelGuide.follow(server, name -> {}, name -> {});
      server.start();

      last = get(ChannelGuide.publish(server));
      ChannelPosition again = get(ChannelGuide.publish(server));
      behindTheFirst = get(ChannelGuide.history(server, new ChannelPosition(last.epoch(), 1)));

      assertThat(again).isEqualTo(last);
    }

    assertThat(last.offset()).isEqualTo(2);
    assertThat(behindTheFirst.messages())
        .extracting(message -> message.message().toString())
        .containsExactly("{\"order\":7}", "{\"text\":\"hi\"}");
    assertThat(stored).extracting(StoredMessage::json).contains("{\"order\":7}");
  }

  private static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private final class Store implements ChannelStore {
    @Override
    public void append(List<StoredMessage> messages) {
      stored.addAll(messages);
    }

    @Override
    public List<StoredMessage> read(String channel, Since since, int limit) {
      return List.of();
    }
  }
}
