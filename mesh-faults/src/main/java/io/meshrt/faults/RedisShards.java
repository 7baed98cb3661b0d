// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A Redis Cluster of three masters, without replicas. */
public final class RedisShards implements AutoCloseable {
  private static final int SLOTS = 16_384;

  private final List<RedisServer> masters;

  private RedisShards(String[] options) {
    masters = Stream.generate(() -> RedisServer.started(options)).limit(3).toList();
  }

  /** A cluster that serves all slots; options are those of redis.conf, name and value apart. */
  public static RedisShards started(String... options) {
    String[] all =
        Stream.concat(
                Stream.of("cluster-enabled", "yes", "cluster-node-timeout", "2000"),
                Stream.of(options))
            .toArray(String[]::new);
    RedisShards cluster = new RedisShards(all);
    cluster.join();
    return cluster;
  }

  private void join() {
    for (int i = 0; i < masters.size(); i++) {
      String[] slots =
          Stream.concat(
                  Stream.of("CLUSTER", "ADDSLOTS"),
                  IntStream.range(from(i), to(i)).mapToObj(Integer::toString))
              .toArray(String[]::new);
      masters.get(i).command(slots);
      masters.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
    }
    for (RedisServer other : masters.subList(1, masters.size())) {
      masters.get(0).command("CLUSTER", "MEET", "127.0.0.1", "" + other.port());
    }
    awaitAll(masters, info -> info.contains("cluster_state:ok") && info.contains("cluster_size:3"));
  }

  /**
   * Kills a master, and returns when the others know; they then answer for their own slots, or, by
   * {@code cluster-require-full-coverage}, for none.
   */
  public void lose(int number) {
    masters.get(number).kill();
    List<RedisServer> others = new ArrayList<>(masters);
    others.remove(number);
    awaitAll(others, info -> info.contains("cluster_slots_fail:" + (to(number) - from(number))));
  }

  /** Starts it again, with what it had kept, and returns when all slots are served. */
  public void bringBack(int number) {
    masters.get(number).start();
    awaitAll(masters, info -> info.contains("cluster_slots_ok:" + SLOTS));
  }

  private int from(int number) {
    return SLOTS * number / masters.size();
  }

  private int to(int number) {
    return SLOTS * (number + 1) / masters.size();
  }

  private static void awaitAll(List<RedisServer> servers, Predicate<String> told) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> servers.stream().map(server -> server.command("CLUSTER", "INFO")).allMatch(told));
  }

  /** The servers, to be ill-treated one by one. */
  public List<RedisServer> masters() {
    return masters;
  }

  /** Where the masters answer. */
  public List<String> uris() {
    return masters.stream().map(RedisServer::uri).toList();
  }

  @Override
  public void close() {
    masters.forEach(RedisServer::close);
  }
}
