// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.MeshServer;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.command.CommandContext;
import io.meshrt.testkit.history.ChannelLog;
import io.meshrt.testkit.history.FollowerLog;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** One of two nodes lets its clients go to the other, while they publish and call. */
class DrainIT {
  private static final String CHANNEL = "c0";
  private static final String LAST = "last";
  private static final Pattern ALL = Pattern.compile(".*");
  private static final int CLIENTS = 4;

  private final InMemoryNetwork network = new InMemoryNetwork();
  private final ChannelLog log = new ChannelLog();
  private final List<MeshClient> clients = new ArrayList<>();
  private final List<FollowerLog> followers = new ArrayList<>();

  @Test
  void everyCommandIsAnsweredAndNoMessageLostOrDoubled() throws Exception {
    try (MeshServer leaving = node();
        MeshServer staying = node();
        TcpProxy balancer = TcpProxy.plain(leaving.port())) {
      for (int number = 0; number < CLIENTS; number++) {
        follow("ws://127.0.0.1:" + balancer.port(), "client-" + number);
      }
      try (SteadyLoad load = new SteadyLoad(clients, List.of(CHANNEL), log, 200, 100)) {
        load.awaitMore(0.2);
        balancer.redirect(staying.port());
        leaving.drain(Duration.ofSeconds(10));
        int left = leaving.connections().count();
        load.awaitMore(0.2);
        load.finish();
        finish();

        assertThat(left).isZero();
        assertThat(load.failures()).isEmpty();
        assertThat(log.check().requireClean().gaps()).isZero();
      }
    } finally {
      clients.forEach(MeshClient::close);
    }
  }

  private MeshServer node() {
    MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).inMemory(network).build();
    server.exposeChannel(ALL);
    server.exposePublish(ALL, (connection, channel) -> true);
    server.channels().policy(ALL, ChannelPolicy.history(1_000));
    server.registerCommand("work", CommandContext::rawPayload);
    server.start();
    return server;
  }

  private void follow(String uri, String name) throws Exception {
    MeshClient client = MeshClient.builder(uri).build();
    clients.add(client);
    FollowerLog follower = log.follower(name, CHANNEL);
    followers.add(follower);
    Outcomes.result(client.connect());
    Outcomes.result(client.subscribe(CHANNEL, String.class, follower.listener()));
    follower.begun();
  }

  private void finish() throws Exception {
    MeshClient client = clients.get(0);
    Outcomes.result(
        log.publishing("end", CHANNEL, LAST).ofClient(client.publish(CHANNEL, LAST, LAST)));
    await()
        .atMost(ChaosWorld.PATIENCE)
        .until(() -> followers.stream().allMatch(follower -> follower.hasHeard(LAST)));
  }
}
