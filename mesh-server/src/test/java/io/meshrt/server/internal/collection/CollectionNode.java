// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.fakes.LiveNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.record.RecordFeature;
import io.meshrt.server.internal.record.RecordLists;
import io.meshrt.server.record.RecordLimits;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A node of a cluster with records and collections and without sockets. */
final class CollectionNode implements AutoCloseable {
  final LiveNode live;
  final RecordFeature records;
  final CollectionFeature collections;

  /** Pages and batches of records that were read for collections. */
  final AtomicInteger reads = new AtomicInteger();

  CollectionNode(TestWorld.TestNode node, CollectionLimits limits) {
    this.live = new LiveNode(node, Duration.ofSeconds(30));
    Duration grace = Duration.ofMillis(5);
    Duration linger = Duration.ofMillis(50);
    this.records =
        new RecordFeature(
            new RecordFeature.Settings(
                RecordLimits.defaults(), grace, linger, node.cluster().self().hashCode()),
            new RecordFeature.Neighbours(node.cluster(), live.mail(), live.guards(), live.counts()),
            live.json(),
            node.timers(),
            live.threads(),
            live.metrics());
    this.collections =
        new CollectionFeature(
            new CollectionFeature.Settings(limits, grace, linger),
            new CollectionFeature.Neighbours(
                node.cluster(),
                new Source(records.lists()),
                live.mail(),
                live.guards(),
                live.counts()),
            live.json(),
            node.timers(),
            live.threads(),
            live.metrics());
    records.registerIn(live.commands());
    collections.registerIn(live.commands());
    live.start(records, collections);
  }

  TestWorld.TestNode node() {
    return live.inCluster();
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
    return live.connect(dialect, identity, CollectionNode::shown);
  }

  @Override
  public void close() {
    live.close();
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
