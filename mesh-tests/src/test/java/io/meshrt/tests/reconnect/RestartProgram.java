// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.reconnect;

import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.channel.ChannelPolicy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/** A node in a process of its own, which is killed: {@code <redis uri> <prefix>}. */
final class RestartProgram {
  /** How much of a channel is kept of which more is missed. */
  static final int BRIEF = 5;

  private RestartProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshServer server = server(args[0], args[1]);
    server.start();
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }

  /** The same within this process, not started. */
  static MeshServer server(String redis, String prefix) {
    Duration soon = Duration.ofSeconds(1);
    MeshServer server =
        MeshServer.builder()
            .host("127.0.0.1")
            .port(0)
            .redis(RedisOptions.of(redis).withPrefix(prefix))
            .cluster(new ClusterOptions(Duration.ofSeconds(3), soon, soon))
            .build();
    server.exposeChannel(Pattern.compile("news|brief|acks"));
    server.exposePublish("acks", (connection, channel) -> true);
    server.channels().policy(Pattern.compile("news"), ChannelPolicy.history(1_000));
    server.channels().policy(Pattern.compile("brief"), ChannelPolicy.history(BRIEF));
    server.exposeRecord("doc");
    server.exposeRoom("lobby");
    return server;
  }
}
