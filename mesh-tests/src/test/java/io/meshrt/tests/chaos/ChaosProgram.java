// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.channel.ChannelPolicy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/** A node with open channels in a process of its own: {@code <redis port>}. */
final class ChaosProgram {
  private static final Pattern ALL = Pattern.compile(".*");

  private ChaosProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshServer server =
        MeshServer.builder()
            .host("127.0.0.1")
            .port(0)
            .redis(RedisOptions.of("redis://127.0.0.1:" + args[0]))
            .cluster(
                new ClusterOptions(
                    Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(1)))
            .build();
    server.exposeChannel(ALL);
    server.exposePublish(ALL, (connection, channel) -> true);
    server.channels().policy(ALL, ChannelPolicy.history(ChannelPolicy.MAX_HISTORY));
    server.start();
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }
}
