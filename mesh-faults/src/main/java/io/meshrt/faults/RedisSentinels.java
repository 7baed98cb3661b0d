// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A master and a replica that three sentinels watch, who make the replica the master when they miss
 * the other. The replica can be made to lag behind.
 */
public final class RedisSentinels implements AutoCloseable {
  /** What the sentinels call the master. */
  public static final String MASTER_NAME = "mesh";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int COUNT = 3;

  private final RedisServer master = RedisServer.started();
  private final TcpProxy replication = TcpProxy.plain(master.port());
  private final RedisServer replica = RedisServer.started();
  private final List<RedisProcess> sentinels =
      Stream.generate(RedisProcess::new).limit(COUNT).toList();

  private RedisSentinels() {}

  /** All of them, knowing each other. */
  public static RedisSentinels started() {
    RedisSentinels started = new RedisSentinels();
    try {
      started.begin();
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
    return started;
  }

  private void begin() {
    replica.command("REPLICAOF", "127.0.0.1", "" + replication.port());
    await(() -> replica.command("INFO", "replication").contains("master_link_status:up"));
    sentinels.forEach(this::watch);
    sentinels.forEach(RedisProcess::awaitAnswer);
    for (RedisProcess sentinel : sentinels) {
      await(
          () -> {
            String known = sentinel.command("INFO", "sentinel");
            return known.contains("status=ok,") && known.contains("slaves=1,sentinels=" + COUNT);
          });
    }
  }

  private void watch(RedisProcess sentinel) {
    // Sentinels would repair the detour of the replica after the fail-over timeout.
    String configuration =
        String.join(
            "\n",
            "port " + sentinel.port(),
            "bind 127.0.0.1",
            "dir " + sentinel.directory(),
            "sentinel monitor " + MASTER_NAME + " 127.0.0.1 " + master.port() + " 2",
            "sentinel down-after-milliseconds " + MASTER_NAME + " 1000",
            "sentinel failover-timeout " + MASTER_NAME + " 120000",
            "");
    Path file = sentinel.directory().resolve("sentinel.conf");
    try {
      Files.writeString(file, configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sentinel.launch(List.of(file.toString(), "--sentinel"));
  }

  /** Where the sentinels answer. */
  public List<String> uris() {
    return sentinels.stream().map(sentinel -> "redis://127.0.0.1:" + sentinel.port()).toList();
  }

  /** The master of the beginning. */
  public RedisServer master() {
    return master;
  }

  /** The replica of the beginning, which is the master after {@link #failOver}. */
  public RedisServer replica() {
    return replica;
  }

  /** From now on the replica learns nothing of what the master acknowledges, and does not know. */
  public void lag() {
    replication.freeze(TcpProxy.Direction.TO_CLIENT);
  }

  /** The replica learns of everything, what it missed first. */
  public void catchUp() {
    replication.thaw();
  }

  /** Kills the master, and returns when the replica is the master and all sentinels say so. */
  public void failOver() {
    master.kill();
    await(() -> replica.command("INFO", "replication").contains("role:master"));
    String told = "\r\n" + replica.port() + "\r\n";
    for (RedisProcess sentinel : sentinels) {
      await(
          () ->
              sentinel.command("SENTINEL", "get-master-addr-by-name", MASTER_NAME).contains(told));
    }
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(condition);
  }

  @Override
  public void close() {
    sentinels.forEach(RedisProcess::close);
    replication.close();
    replica.close();
    master.close();
  }
}
