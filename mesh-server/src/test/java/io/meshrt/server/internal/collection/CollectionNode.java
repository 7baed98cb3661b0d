// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.fakes.LiveLoop;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import io.meshrt.server.internal.record.RecordFeature;
import io.meshrt.server.internal.record.RecordLists;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.record.RecordLimits;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A node of a cluster with records and collections and without sockets. */
final class CollectionNode implements AutoCloseable {
  static final int MAX_SUBSCRIPTIONS = 128;

  final RecordedMetrics metrics = new RecordedMetrics();
  final SubscriptionCounts counts = new SubscriptionCounts(MAX_SUBSCRIPTIONS, metrics);
  final HandlerThreads threads = HandlerThreads.start();
  final RecordFeature records;
  final CollectionFeature collections;

  /** Pages and batches of records that were read for collections. */
  final AtomicInteger reads = new AtomicInteger();

  private final TestWorld.TestNode node;
  private final List<LiveLoop> loops = List.of(new LiveLoop(0), new LiveLoop(1));
  private final Sessions sessions;
  private int peers;

  CollectionNode(TestWorld.TestNode node, CollectionLimits limits) {
    this.node = node;
    JsonValues json = new JsonValues();
    NodeMail mail = new NodeMail(node.cluster(), node.timers());
    Guards guards = new Guards(threads, node.timers(), metrics);
    Duration grace = Duration.ofMillis(5);
    Duration linger = Duration.ofMillis(50);
    this.records =
        new RecordFeature(
            new RecordFeature.Settings(
                RecordLimits.defaults(), grace, linger, node.cluster().self().hashCode()),
            new RecordFeature.Neighbours(node.cluster(), mail, guards, counts),
            json,
            node.timers(),
            threads,
            metrics);
    this.collections =
        new CollectionFeature(
            new CollectionFeature.Settings(limits, grace, linger),
            new CollectionFeature.Neighbours(
                node.cluster(), new Source(records.lists()), mail, guards, counts),
            json,
            node.timers(),
            threads,
            metrics);
    Commands commands =
        new Commands(
            new Commands.Settings(Duration.ofSeconds(30), 1 << 20, false, false, false),
            json,
            node.timers(),
            threads,
            metrics,
            (connection, error) -> {});
    records.registerIn(commands);
    collections.registerIn(commands);
    this.sessions = new Sessions(services(json, commands), new Random(7));
    TestWorld.get(mail.start());
  }

  private SessionServices services(JsonValues json, Commands commands) {
    return new SessionServices(
        node.cluster().self().name(),
        ConnectionLimits.defaults(),
        CommandLimits.defaults(),
        new HeartbeatOptions(Duration.ofDays(1), Duration.ofDays(1), 1),
        new EnvelopeReader(JsonLimits.forMessages(1 << 20)),
        json,
        node.timers(),
        threads,
        metrics,
        commands.requestHandler(),
        List.of(records, collections));
  }

  TestWorld.TestNode node() {
    return node;
  }

  LivePeer v1() {
    return connect(Dialect.v1(), null);
  }

  LivePeer v1(String identity) {
    return connect(Dialect.v1(), Identity.of(identity));
  }

  LivePeer legacy() {
    return connect(Dialect.legacy(Set.of(Generation.MESH)), null);
  }

  private LivePeer connect(Dialect dialect, @Nullable Identity identity) {
    LiveLoop loop = loops.get(peers++ % loops.size());
    return LivePeer.connect(sessions, dialect, loop, identity, CollectionNode::shown);
  }

  @Override
  public void close() {
    loops.forEach(LiveLoop::close);
    threads.shutdown(Duration.ofSeconds(5));
  }

  /** Diffs as {@code v2 +a ~b -c}, updates as {@code a=value@1}. */
  private static Optional<String> shown(JsonNode push) {
    String command = push.get("command").asText();
    JsonNode payload = push.path("payload");
    if (command.endsWith("collection-revoked")) {
      return Optional.of("revoked " + payload.get("code").asText());
    }
    if (command.endsWith("record-update")) {
      return Optional.of(
          payload.get("recordId").asText()
              + "="
              + payload.get("full")
              + "@"
              + payload.get("version"));
    }
    if (!command.endsWith("collection-diff")) {
      return Optional.empty();
    }
    StringBuilder told = new StringBuilder("v" + payload.get("version"));
    payload.path("added").forEach(item -> told.append(" +").append(item.get("id").asText()));
    payload.path("changed").forEach(item -> told.append(" ~").append(item.get("id").asText()));
    payload
        .path("removed")
        .forEach(item -> told.append(" -").append(item.path("id").asText(item.asText())));
    return Optional.of(told.toString());
  }

  /** As the server connects the two. */
  private final class Source implements RecordSource {
    private final RecordLists lists;

    Source(RecordLists lists) {
      this.lists = lists;
    }

    @Override
    public Topic changes() {
      return lists.changes();
    }

    @Override
    public Duration timeToLive(String id) {
      return lists.timeToLive(id);
    }

    @Override
    public CompletableFuture<Map<String, Stored>> read(Collection<String> ids) {
      reads.incrementAndGet();
      return lists.read(ids);
    }

    @Override
    public CompletableFuture<Page> page(String prefix, String after) {
      reads.incrementAndGet();
      return lists
          .page(prefix, after, 10)
          .thenApply(
              page -> {
                Map<String, Stored> found = new HashMap<>();
                page.records().forEach(record -> found.put(record.id(), record.stored()));
                return new Page(found, page.next());
              });
    }
  }
}
