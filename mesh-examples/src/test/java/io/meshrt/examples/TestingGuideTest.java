// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.MeshServer;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.testkit.MeshExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The snippets of the page about testing. */
class TestingGuideTest {
  // snippet: cluster
  @RegisterExtension
  final MeshExtension mesh = MeshExtension.nodes(2).faults().setUp(TestingGuideTest::exposeNews);

  private static void exposeNews(MeshServer server) {
    server.exposeChannel("news");
    server.exposePublish("news", (connection, channel) -> true);
    server.channels().policy("news", ChannelPolicy.history(100));
  }

  // end

  // snippet: nodes
  @Test
  void newsReachTheClientsOfEveryNode() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    MeshClient ann = mesh.client(0);
    MeshClient bob = mesh.client(1);
    bob.subscribe("news", String.class, heard::add).join();

    ann.publish("news", "hello").join();

    await().untilAsserted(() -> assertThat(heard).containsExactly("hello"));
  }

  // end

  // snippet: faults
  @Test
  void whoWasCutOffHearsWhatWasNewMeanwhile() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    MeshClient ann = mesh.client(0);
    ReconnectPolicy soon = ReconnectPolicy.fixed(Duration.ofMillis(50));
    MeshClient bob = mesh.client(1, options -> options.reconnect(soon));
    bob.subscribe("news", String.class, heard::add).join();

    mesh.link(1).refuse();
    ann.publish("news", "hello").join();
    mesh.link(1).slice(TcpProxy.Direction.TO_CLIENT, 1); // one byte at a time, for once
    mesh.link(1).admit();

    await().untilAsserted(() -> assertThat(heard).containsExactly("hello"));
  }
  // end
}
