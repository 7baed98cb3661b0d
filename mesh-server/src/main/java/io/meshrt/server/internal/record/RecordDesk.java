// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.archive.Archive;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.persistence.MirrorOptions;
import io.meshrt.server.record.ListOptions;
import io.meshrt.server.record.RecordEditor;
import io.meshrt.server.record.RecordHandle;
import io.meshrt.server.record.RecordPage;
import io.meshrt.server.record.RecordPolicy;
import io.meshrt.server.record.RecordRegistration;
import io.meshrt.server.record.RecordStore;
import io.meshrt.server.record.RecordTransaction;
import io.meshrt.server.record.RecordValue;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.WriteOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes records, without knowing sessions: for nodes and for guests of the cluster.
 * Thread-safe, never blocks, but for its start and its end.
 */
public final class RecordDesk implements RecordEditor {
  private static final int MAX_KNOWN_BYTES = 8 << 20;

  private final JsonValues json;
  private final HandlerThreads threads;
  private final int maxTransactionRecords;
  private final Policies policies;
  private final Hooks hooks;
  private final RecordAccess access;
  private final RecordLists lists;
  private final Archive archive;

  /** What a desk is made of. */
  public record Tools(
      Cluster cluster,
      Guards guards,
      JsonValues json,
      Scheduler scheduler,
      HandlerThreads threads,
      ServerMetrics metrics) {}

  /** For those who follow no records. Nothing was written. */
  public RecordDesk(RecordFeature.Settings settings, Tools tools) {
    this(
        settings,
        tools,
        new Policies(tools.guards()),
        new RecordJson(settings.limits(), tools.metrics()),
        (group, id) -> Optional.empty());
  }

  /**
   * Nothing was written.
   *
   * @param followed what this node knows by following a record, by group and id
   */
  RecordDesk(
      RecordFeature.Settings settings,
      Tools tools,
      Policies policies,
      RecordJson values,
      BiFunction<String, String, Optional<Base>> followed) {
    Cluster cluster = tools.cluster();
    Scheduler scheduler = tools.scheduler();
    ServerMetrics metrics = tools.metrics();
    this.json = tools.json();
    this.threads = tools.threads();
    this.maxTransactionRecords = settings.limits().maxTransactionRecords();
    this.policies = policies;
    this.hooks = new Hooks(threads, metrics);
    RecordWriter writer = writer(settings, tools, values, followed);
    this.archive =
        new Archive(
            cluster,
            new Restorer(cluster.store(), writer, policies, scheduler),
            new Archive.Tools(tools.guards(), scheduler, threads, metrics));
    this.access =
        new RecordAccess(cluster.store(), writer, policies, hooks, archive, metrics.records());
    this.lists = new RecordLists(cluster, scheduler, policies::group, policies::timeToLive);
  }

  private RecordWriter writer(
      RecordFeature.Settings settings,
      Tools tools,
      RecordJson values,
      BiFunction<String, String, Optional<Base>> followed) {
    Cluster cluster = tools.cluster();
    ServerMetrics metrics = tools.metrics();
    return new RecordWriter(
        cluster.store(),
        new GroupTurns(metrics),
        new Bases(MAX_KNOWN_BYTES),
        new RecordWriter.Tools(
            values,
            tools.scheduler(),
            this::execute,
            new Stamps(new Tokens(settings.seed()), tools.scheduler()),
            metrics.records(),
            policies::timeToLive,
            new Listing(cluster.catalogs(), policies::isListed)),
        followed);
  }

  /** Runs a task of this desk's on a handler thread. */
  void execute(Runnable task) {
    if (!threads.execute(task)) {
      throw CommandException.unavailable("The server is closed.");
    }
  }

  RecordAccess access() {
    return access;
  }

  Hooks hooks() {
    return hooks;
  }

  Archive archive() {
    return archive;
  }

  RecordLists lists() {
    return lists;
  }

  @Override
  public RecordRegistration policy(String id, RecordPolicy policy) {
    sweepIfMortal(policy);
    return policies.add(require(id), policy)::run;
  }

  @Override
  public RecordRegistration policy(Pattern ids, RecordPolicy policy) {
    sweepIfMortal(policy);
    return policies.add(ids, policy)::run;
  }

  private void sweepIfMortal(RecordPolicy policy) {
    if (!policy.timeToLive().isZero() && policy.listed()) {
      lists.startSweeping();
    }
  }

  @Override
  public CompletableFuture<RecordVersion> write(
      String id, @Nullable Object value, WriteOptions options) {
    JsonNode written = RecordJson.tree(json.encode(value));
    Job.Expected expected = Job.Expected.of(options);
    return change(
        id,
        expected,
        Job.Work.changing(id, before -> RecordAccess.next(before, written, options.strategy())));
  }

  @Override
  public CompletableFuture<RecordVersion> update(
      String id, UnaryOperator<@Nullable JsonNode> change) {
    return changeByApplication(
        id, before -> encoded(change.apply(before == null ? null : before.deepCopy())));
  }

  @Override
  public <T> CompletableFuture<RecordVersion> update(
      String id, Class<T> type, UnaryOperator<@Nullable T> change) {
    return changeByApplication(
        id,
        before ->
            encoded(
                change.apply(before == null ? null : json.decode(RecordJson.raw(before), type))));
  }

  private JsonNode encoded(@Nullable Object value) {
    return RecordJson.tree(json.encode(value));
  }

  private CompletableFuture<RecordVersion> changeByApplication(
      String id, Function<@Nullable JsonNode, JsonNode> change) {
    return change(id, null, Job.Work.ofApplication(Job.Work.changing(id, change)));
  }

  private CompletableFuture<RecordVersion> change(
      String id, Job.@Nullable Expected expected, Job.Work work) {
    Job job = Job.of(access.group(require(id)), id, expected, work);
    return threads.handOver(access.run(job).thenApply(done -> Versions.of(done, id)));
  }

  @Override
  public CompletableFuture<Optional<RecordValue<JsonNode>>> get(String id) {
    return read(id, json::tree);
  }

  @Override
  public <T> CompletableFuture<Optional<RecordValue<T>>> get(String id, Class<T> type) {
    return read(id, value -> json.decode(value, type));
  }

  @Override
  public <T> CompletableFuture<Optional<RecordValue<T>>> get(String id, TypeReference<T> type) {
    return read(id, value -> json.decode(value, type));
  }

  private <T> CompletableFuture<Optional<RecordValue<T>>> read(
      String id, Function<RawJson, @Nullable T> decode) {
    return threads.handOver(
        access
            .read(require(id))
            .thenApplyAsync(
                stored -> {
                  byte[] value = stored.value();
                  return value == null
                      ? Optional.<RecordValue<T>>empty()
                      : Optional.of(
                          new RecordValue<>(
                              decode.apply(RawJson.ofValid(value)), Versions.of(stored.version())));
                },
                threads::execute));
  }

  @Override
  public <T> CompletableFuture<RecordPage<T>> list(
      String prefix, Class<T> type, ListOptions options) {
    Function<RawJson, @Nullable T> decode = value -> json.decode(value, type);
    return threads.handOver(
        lists
            .page(prefix.isEmpty() ? prefix : require(prefix), options.after(), options.limit())
            .thenApplyAsync(page -> RecordLists.decoded(page, decode), threads::execute));
  }

  @Override
  public CompletableFuture<Boolean> delete(String id) {
    Job job = Job.of(access.group(require(id)), id, null, bases -> Map.of(id, Job.Next.DELETED));
    return threads.handOver(
        access.run(job).thenApply(done -> done.values().stream().anyMatch(Job.Done::changed)));
  }

  @Override
  public CompletableFuture<Map<String, RecordVersion>> transaction(
      Collection<String> ids, Consumer<RecordTransaction> body) {
    Set<String> all = new LinkedHashSet<>(ids);
    all.forEach(RecordDesk::require);
    if (all.isEmpty() || all.size() > maxTransactionRecords) {
      throw new IllegalArgumentException("ids: " + all.size());
    }
    String group = access.commonGroup(all);
    if (group == null) {
      throw new IllegalArgumentException("ids: not of one group");
    }
    Job job = new Job(group, List.copyOf(all), Map.of(), TransactionBody.work(body, json));
    return threads.handOver(access.run(job).thenApply(Versions::of));
  }

  @Override
  public <T> RecordHandle<T> record(String id, Class<T> type) {
    return new TypedRecord<>(this, require(id), type);
  }

  @Override
  public RecordRegistration mirror(String id, RecordStore store, MirrorOptions options) {
    return archive.mirror(require(id), store, options)::run;
  }

  @Override
  public RecordRegistration mirror(Pattern ids, RecordStore store, MirrorOptions options) {
    return archive.mirror(ids, store, options)::run;
  }

  /** Restores what is mirrored; blocks until that is done. */
  public void start() {
    archive.start();
  }

  /** Hands stores what they do not have yet, as far as possible in the time given; blocks. */
  public void close(Duration timeout) {
    archive.close(timeout);
  }

  static String require(String id) {
    String flaw = ApplicationNames.flawOf(id);
    if (flaw != null) {
      throw new IllegalArgumentException("id: " + flaw);
    }
    return id;
  }
}
