// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.dispatch;

import io.meshrt.client.MeshClient;
import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.dispatch.MeshDispatcher;
import io.meshrt.server.dispatch.MeshDispatcherBuilder;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.harness.Outcomes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Servers with open channels, records and rooms, whose clients have the identity they name, and
 * dispatchers beside them.
 */
final class Meeting implements AutoCloseable {
  private final Supplier<MeshDispatcherBuilder> builders;
  private final MeshCluster cluster;
  private final List<MeshDispatcher> dispatchers = new ArrayList<>();

  private Meeting(Supplier<MeshDispatcherBuilder> builders, MeshCluster cluster) {
    this.builders = builders;
    this.cluster = cluster;
  }

  static Meeting inMemory(int nodes) {
    InMemoryNetwork network = new InMemoryNetwork();
    return new Meeting(
        () -> MeshDispatcher.builder(network),
        MeshCluster.inMemory(nodes, network, Meeting::options, Meeting::open));
  }

  static Meeting redis(int nodes, String uri) {
    return redis(nodes, RedisOptions.of(uri).withPrefix(newPrefix()));
  }

  static Meeting redis(int nodes, RedisOptions redis) {
    return new Meeting(
        () -> MeshDispatcher.builder(redis),
        MeshCluster.redis(nodes, redis, Meeting::options, Meeting::open));
  }

  static String newPrefix() {
    return "test" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  }

  private static MeshServerBuilder options(MeshServerBuilder builder) {
    return builder.authentication(
        request ->
            request
                .bearerToken()
                .map(name -> Authentication.accept(Identity.of(name)))
                .orElse(Authentication.anonymous()));
  }

  private static void open(MeshServer server) {
    Pattern any = Pattern.compile(".*");
    server.exposeChannel(any);
    server.exposeRecord(any);
    server.exposeRoom(any);
    server.persistentRooms(Pattern.compile("kept .*"));
  }

  /** One more than there was. */
  static Integer plusOne(@Nullable Integer before) {
    return before == null ? 1 : before + 1;
  }

  MeshDispatcherBuilder builder() {
    return builders.get();
  }

  /** A dispatcher that is closed with the rest. */
  MeshDispatcher dispatcher() {
    return keep(builder().connect());
  }

  MeshDispatcher keep(MeshDispatcher dispatcher) {
    dispatchers.add(dispatcher);
    return dispatcher;
  }

  MeshServer node(int number) {
    return cluster.node(number);
  }

  void closeNodes() {
    cluster.nodes().forEach(MeshServer::close);
  }

  /** A client that hears what is sent to its identity, and what it hears under the name "say". */
  Guest guest(int node, @Nullable String identity) throws Exception {
    MeshClient client =
        cluster.client(
            node,
            builder ->
                identity == null ? builder : builder.header("Authorization", "Bearer " + identity));
    Guest guest = new Guest(client);
    if (identity != null) {
      String word = "ready " + client.connectionId().orElseThrow();
      Awaitility.await()
          .until(
              () -> {
                Outcomes.result(node(node).connections().sendToIdentity(identity, "ready", word));
                return guest.ready.contains(word);
              });
    }
    return guest;
  }

  @Override
  public void close() {
    dispatchers.forEach(MeshDispatcher::close);
    cluster.close();
  }

  /** A client and what it was sent. */
  static final class Guest {
    final MeshClient client;
    final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<String> ready = new CopyOnWriteArrayList<>();

    private Guest(MeshClient client) {
      this.client = client;
      client.onMessage("say", String.class, heard::add);
      client.onMessage("ready", String.class, ready::add);
    }

    String id() {
      return client.connectionId().orElseThrow();
    }

    void awaitHeard(String last) {
      Awaitility.await().until(() -> heard.contains(last));
    }
  }
}
