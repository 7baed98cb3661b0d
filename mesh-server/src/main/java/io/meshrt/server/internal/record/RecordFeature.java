// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.auth.Guard;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.command.Commands;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Records, for applications and clients. Thread-safe, never blocks. */
public final class RecordFeature implements Records, SessionListener {
  private final HandlerThreads threads;
  private final Exposures<Boolean> readable;
  private final Exposures<Boolean> writable;
  private final RecordGroups groups;
  private final RecordDesk desk;
  private final Subscriptions subscriptions;
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
    this.threads = threads;
    this.readable = new Exposures<>(neighbours.guards());
    this.writable = new Exposures<>(neighbours.guards());
    Policies policies = new Policies(neighbours.guards());
    Cluster cluster = neighbours.cluster();
    RecordJson values = new RecordJson(settings.limits(), metrics);
    RecordGroup.Tools tools =
        new RecordGroup.Tools(cluster, scheduler, values, metrics.records(), policies::timeToLive);
    this.groups =
        new RecordGroups(name -> new RecordGroup(name, tools), scheduler, settings.linger());
    this.subscriptions = new Subscriptions(groups, neighbours.subscriptions(), metrics.records());
    this.desk =
        new RecordDesk(
            settings,
            new RecordDesk.Tools(cluster, neighbours.guards(), json, scheduler, threads, metrics),
            policies,
            values,
            this::followed);
    Terms terms = new Terms(cluster::term);
    PatientMail mail = new PatientMail(cluster, neighbours.mail(), scheduler);
    this.revocations = new Revocations(neighbours.mail(), mail, "record.revoke", subscriptions);
    this.commands =
        new RecordCommands(
            new RecordRequests(settings.limits().maxTransactionRecords()),
            writable,
            new Subscribing(
                readable, subscriptions, terms, scheduler, desk::execute, settings.legacyGrace()),
            new Reading(readable, subscriptions, desk.access(), terms),
            subscriptions,
            desk.access());
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
    return desk.policy(id, policy);
  }

  @Override
  public RecordRegistration policy(Pattern ids, RecordPolicy policy) {
    return desk.policy(ids, policy);
  }

  @Override
  public CompletableFuture<RecordVersion> write(
      String id, @Nullable Object value, WriteOptions options) {
    return desk.write(id, value, options);
  }

  @Override
  public CompletableFuture<RecordVersion> update(
      String id, UnaryOperator<@Nullable JsonNode> change) {
    return desk.update(id, change);
  }

  @Override
  public <T> CompletableFuture<RecordVersion> update(
      String id, Class<T> type, UnaryOperator<@Nullable T> change) {
    return desk.update(id, type, change);
  }

  @Override
  public CompletableFuture<Optional<RecordValue<JsonNode>>> get(String id) {
    return desk.get(id);
  }

  @Override
  public <T> CompletableFuture<Optional<RecordValue<T>>> get(String id, Class<T> type) {
    return desk.get(id, type);
  }

  @Override
  public <T> CompletableFuture<Optional<RecordValue<T>>> get(String id, TypeReference<T> type) {
    return desk.get(id, type);
  }

  @Override
  public <T> CompletableFuture<RecordPage<T>> list(
      String prefix, Class<T> type, ListOptions options) {
    return desk.list(prefix, type, options);
  }

  @Override
  public CompletableFuture<Boolean> delete(String id) {
    return desk.delete(id);
  }

  @Override
  public CompletableFuture<Map<String, RecordVersion>> transaction(
      Collection<String> ids, Consumer<RecordTransaction> body) {
    return desk.transaction(ids, body);
  }

  @Override
  public <T> RecordHandle<T> record(String id, Class<T> type) {
    return desk.record(id, type);
  }

  @Override
  public RecordRegistration mirror(String id, RecordStore store, MirrorOptions options) {
    return desk.mirror(id, store, options);
  }

  @Override
  public RecordRegistration mirror(Pattern ids, RecordStore store, MirrorOptions options) {
    return desk.mirror(ids, store, options);
  }

  /** Where records are found by their ids. */
  public RecordLists lists() {
    return desk.lists();
  }

  @Override
  public RecordRegistration onUpdate(Consumer<? super RecordUpdate> listener) {
    return desk.hooks().addOnUpdate(listener)::run;
  }

  @Override
  public RecordRegistration onRemoved(Consumer<? super RecordUpdate> listener) {
    return desk.hooks().addOnRemoved(listener)::run;
  }

  @Override
  public CompletableFuture<RestoreResult> restore(Pattern ids) {
    return threads.handOver(desk.archive().restore(id -> ids.matcher(id).matches()));
  }

  /** Restores what is mirrored; blocks until that is done. */
  public void start() {
    desk.start();
  }

  /** Hands stores what they do not have yet, as far as possible in the time given; blocks. */
  public void close(Duration timeout) {
    desk.close(timeout);
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
    return RecordDesk.require(id);
  }
}
