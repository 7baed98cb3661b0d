// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.server.MeshServer;
import io.meshrt.server.channel.ChannelHistory;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.StoredMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The snippets of the page about channels do what the page says. */
class ChannelGuideIT {
  @Test
  void channelsWork() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    try (MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build()) {
      ChannelGuide.expose(server);
      ChannelGuide.exposePublish(server);
      server.start();
      assertThat(
              get(ChannelGuide.watch(server, begun::incrementAndGet, ended::incrementAndGet)))
          .isZero();
      try (MeshClient client = MeshClient.builder("ws://127.0.0.1:" + server.port()).build()) {
        get(client.connect());
        List<String> heard = new CopyOnWriteArrayList<>();
        ChannelSubscription<Object> subscription =
            get(client.subscribe("news", Object.class, message -> heard.add("" + message)));
        await().until(() -> begun.get() == 1);

        ChannelPosition last = get(ChannelGuide.publish(server));

        await().until(() -> heard.size() == 3);
        assertThat(heard).containsExactly("a text", "{price=12}", "{price=13}");
        ChannelHistory missed =
            get(ChannelGuide.read(server, new ChannelPosition(last.epoch(), 1)));
        assertThat(missed.recovered()).isTrue();
        assertThat(missed.messages()).hasSize(2);
        subscription.close();
        await().until(() -> ended.get() == 1);
      }
    }
  }

  @Test
  void whatIsMirroredIsStored() throws Exception {
    List<StoredMessage> stored = new CopyOnWriteArrayList<>();
    ChannelStore store =
        new ChannelStore() {
          @Override
          public void append(List<StoredMessage> messages) {
            stored.addAll(messages);
          }

          @Override
          public List<StoredMessage> read(String channel, Since since, int limit) {
            return List.of();
          }
        };
    try (MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build()) {
      ChannelGuide.mirror(server, store);
      server.start();

      get(server.publishToChannel("audit:login", "ann"));
    }

    assertThat(stored).extracting(StoredMessage::json).containsExactly("\"ann\"");
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }
}
