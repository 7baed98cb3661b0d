// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Guard;
import io.meshrt.server.internal.archive.Archive;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.mail.PatientMail;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.revocation.Revocations;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import io.meshrt.server.persistence.MirrorOptions;
import io.meshrt.server.record.ListOptions;
import io.meshrt.server.record.RecordHandle;
import io.meshrt.server.record.RecordLimits;
import io.meshrt.server.record.RecordPage;
import io.meshrt.server.record.RecordPolicy;
import io.meshrt.server.record.RecordRegistration;
import io.meshrt.server.record.RecordStore;
import io.meshrt.server.record.RecordTransaction;
import io.meshrt.server.record.RecordUpdate;
import io.meshrt.server.record.RecordValue;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.Records;
import io.meshrt.server.record.RestoreResult;
import io.meshrt.server.record.WriteOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Records, for applications and clients. Thread-safe, never blocks. */
public final class RecordFeature implements Records, SessionListener {
  private static final int MAX_KNOWN_BYTES = 8 << 20;

  private final JsonValues json;
  private final HandlerThreads threads;
  private final int maxTransactionRecords;
  private final Exposures<Boolean> readable;
  private final Exposures<Boolean> writable;
  private final Policies policies;
  private final Hooks hooks;
  private final RecordGroups groups;
  private final Subscriptions subscriptions;
  private final RecordAccess access;
  private final RecordLists lists;
  private final Archive archive;
  private final Revocations revocations;
  private final RecordCommands commands;

  /**
   * What does not change while the server lives.
   *
   * @param legacyGrace how long pushes are held behind the reply to a legacy subscriber; zero: not
   * @param linger how long a group is followed when nobody of this node follows it any more
   * @param seed random, for the stamps of versions
   */
  public record Settings(RecordLimits limits, Duration legacyGrace, Duration linger, long seed) {}

  /**
   * What records need of their node.
   *
   * @param guards of the server
   * @param subscriptions counts those of all features
   */
  public record Neighbours(
      Cluster cluster, NodeMail mail, Guards guards, SubscriptionCounts subscriptions) {}

  /** Nothing is exposed; to be made before the mail is started. */
  public RecordFeature(
      Settings settings,
      Neighbours neighbours,
      JsonValues json,
      Scheduler scheduler,
      HandlerThreads threads,
      ServerMetrics metrics) {
    this.json = json;
    this.threads = threads;
    this.maxTransactionRecords = settings.limits().maxTransactionRecords();
    this.readable = new Exposures<>(neighbours.guards());
    this.writable = new Exposures<>(neighbours.guards());
    this.policies = new Policies(neighbours.guards());
    this.hooks = new Hooks(threads, metrics);
    Cluster cluster = neighbours.cluster();
    RecordJson values = new RecordJson(settings.limits(), metrics);
    RecordGroup.Tools tools =
        new RecordGroup.Tools(cluster, scheduler, values, metrics.records(), policies::timeToLive);
    this.groups =
        new RecordGroups(name -> new RecordGroup(name, tools), scheduler, settings.linger());
    this.subscriptions = new Subscriptions(groups, neighbours.subscriptions(), metrics.records());
    RecordWriter writer = writer(settings, cluster, values, scheduler, metrics);
    this.archive =
        new Archive(
            cluster,
            new Restorer(cluster.store(), writer, policies, scheduler),
            new Archive.Tools(neighbours.guards(), scheduler, threads, metrics));
    this.access =
        new RecordAccess(cluster.store(), writer, policies, hooks, archive, metrics.records());
    Terms terms = new Terms(cluster::term);
    this.lists = new RecordLists(cluster, scheduler, policies::group, policies::timeToLive);
    PatientMail mail = new PatientMail(cluster, neighbours.mail(), scheduler);
    this.revocations = new Revocations(neighbours.mail(), mail, "record.revoke", subscriptions);
    this.commands =
        new RecordCommands(
            new RecordRequests(maxTransactionRecords),
            writable,
            new Subscribing(
                readable, subscriptions, terms, scheduler, this::execute, settings.legacyGrace()),
            new Reading(readable, subscriptions, access, terms),
            subscriptions,
            access);
  }

  private RecordWriter writer(
      Settings settings,
      Cluster cluster,
      RecordJson values,
      Scheduler scheduler,
      ServerMetrics metrics) {
    return new RecordWriter(
        cluster.store(),
        new GroupTurns(metrics),
        new Bases(MAX_KNOWN_BYTES),
        new RecordWriter.Tools(
            values,
            scheduler,
            this::execute,
            new Stamps(new Tokens(settings.seed()), scheduler),
            metrics.records(),
            policies::timeToLive,
            new Listing(cluster.catalogs(), policies::isListed)),
        this::followed);
  }

  private void execute(Runnable task) {
    if (!threads.execute(task)) {
      throw CommandException.unavailable("The server is closed.");
    }
  }

  private Optional<Base> followed(String group, String id) {
    return groups.latest(group, id).map(state -> new Base(state.version(), state.value(), 0));
  }

  /** Registers the built-in commands. */
  public void registerIn(Commands commands) {
    this.commands.registerIn(commands);
  }

  @Override
  public RecordRegistration expose(String id, @Nullable Guard guard) {
    return readable.expose(require(id), guard, true)::run;
  }

  @Override
  public RecordRegistration expose(Pattern ids, @Nullable Guard guard) {
    return readable.expose(ids, guard, true)::run;
  }

  @Override
  public RecordRegistration exposeWritable(String id, @Nullable Guard guard) {
    return writable.expose(require(id), guard, true)::run;
  }

  @Override
  public RecordRegistration exposeWritable(Pattern ids, @Nullable Guard guard) {
    return writable.expose(ids, guard, true)::run;
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

  /** Where records are found by their ids. */
  public RecordLists lists() {
    return lists;
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
    all.forEach(RecordFeature::require);
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
  public RecordRegistration onUpdate(Consumer<? super RecordUpdate> listener) {
    return hooks.addOnUpdate(listener)::run;
  }

  @Override
  public RecordRegistration onRemoved(Consumer<? super RecordUpdate> listener) {
    return hooks.addOnRemoved(listener)::run;
  }

  @Override
  public RecordRegistration mirror(String id, RecordStore store, MirrorOptions options) {
    return archive.mirror(require(id), store, options)::run;
  }

  @Override
  public RecordRegistration mirror(Pattern ids, RecordStore store, MirrorOptions options) {
    return archive.mirror(ids, store, options)::run;
  }

  @Override
  public CompletableFuture<RestoreResult> restore(Pattern ids) {
    return threads.handOver(archive.restore(id -> ids.matcher(id).matches()));
  }

  /** Restores what is mirrored; blocks until that is done. */
  public void start() {
    archive.start();
  }

  /** Hands stores what they do not have yet, as far as possible in the time given; blocks. */
  public void close(Duration timeout) {
    archive.close(timeout);
  }

  @Override
  public CompletableFuture<Boolean> revokeConnection(String connectionId, String id) {
    return threads.handOver(revocations.revokeConnection(connectionId, require(id)));
  }

  @Override
  public CompletableFuture<Integer> revokeIdentity(String identityId, String id) {
    return threads.handOver(revocations.revokeIdentity(identityId, require(id)));
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    subscriptions.onClosed(session);
  }

  /** Sessions of this node that have something of records. */
  int sessions() {
    return subscriptions.sessions();
  }

  /** Groups this node follows. */
  int followedGroups() {
    return groups.count();
  }

  private static String require(String id) {
    String flaw = ApplicationNames.flawOf(id);
    if (flaw != null) {
      throw new IllegalArgumentException("id: " + flaw);
    }
    return id;
  }
}
