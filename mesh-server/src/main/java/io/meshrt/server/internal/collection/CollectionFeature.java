// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Guard;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.collection.CollectionRegistration;
import io.meshrt.server.collection.CollectionResolver;
import io.meshrt.server.collection.RecordCollections;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.exposure.Fields;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.mail.PatientMail;
import io.meshrt.server.internal.metrics.CollectionMeter;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.revocation.Revocations;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collections, for applications and clients. Thread-safe, never blocks. */
public final class CollectionFeature implements RecordCollections, SessionListener {
  private final JsonValues json;
  private final HandlerThreads threads;
  private final Exposures<Spec> exposures;
  private final Resolvers resolvers;
  private final Sizes sizes;
  private final View.Tools tools;
  private final Views views;
  private final Subscriptions subscriptions;
  private final Subscribing subscribing;
  private final Revocations revocations;

  /**
   * What does not change while the server lives.
   *
   * @param legacyGrace how long pushes are held behind the reply to a legacy subscriber; zero: not
   * @param linger how long a collection is followed when nobody of this node follows it any more
   */
  public record Settings(CollectionLimits limits, Duration legacyGrace, Duration linger) {}

  /**
   * What collections need of their node.
   *
   * @param guards of the server
   * @param subscriptions counts those of all features
   */
  public record Neighbours(
      Cluster cluster,
      RecordSource records,
      NodeMail mail,
      Guards guards,
      SubscriptionCounts subscriptions) {}

  /** Nothing is exposed; to be made before the mail is started. */
  public CollectionFeature(
      Settings settings,
      Neighbours neighbours,
      JsonValues json,
      Scheduler scheduler,
      HandlerThreads threads,
      ServerMetrics metrics) {
    this.json = json;
    this.threads = threads;
    CollectionMeter meter = metrics.collections();
    Cluster cluster = neighbours.cluster();
    RecordSource records = neighbours.records();
    this.exposures = new Exposures<>(neighbours.guards());
    this.resolvers = new Resolvers(this::execute, scheduler, meter);
    this.sizes = new Sizes(settings.limits(), metrics);
    Changes changes = new Changes(cluster.topics(), records.changes(), scheduler);
    this.tools = new View.Tools(records, changes, scheduler, this::execute, cluster::term, meter);
    this.views = new Views(this::view, this::onFailed, scheduler, settings.linger(), meter);
    this.subscriptions = new Subscriptions(views, neighbours.subscriptions(), meter);
    this.subscribing =
        new Subscribing(
            exposures,
            subscriptions,
            new Subscribing.Tools(
                new Paging(settings.limits()),
                cluster::term,
                scheduler,
                this::execute,
                settings.legacyGrace()));
    PatientMail mail = new PatientMail(cluster, neighbours.mail(), scheduler);
    this.revocations = new Revocations(neighbours.mail(), mail, "collection.revoke", subscriptions);
  }

  private void execute(Runnable task) {
    if (!threads.execute(task)) {
      throw CommandException.unavailable("The server is closed.");
    }
  }

  private View view(Views.Key key) {
    Spec spec = key.spec();
    Membership membership =
        key.owner() instanceof Session session
            ? new ResolverMembership(
                spec.prefix(),
                () -> resolvers.run(spec.resolver(), session, key.collection()),
                tools.source(),
                sizes)
            : query(spec.query(key.collection()));
    return new View(membership, tools);
  }

  private <T> Membership query(CollectionQuery<T> query) {
    return new QueryMembership<>(
        query, new QueryMembership.Tools(tools.source(), json, tools.executor(), sizes));
  }

  private void onFailed(View view, String code) {
    view.subscribers().forEach(subscriber -> subscriptions.giveUp(subscriber, code));
  }

  /** Registers the built-in commands. */
  public void registerIn(Commands commands) {
    commands.registerBuiltIn("subscribe-collection", this::subscribe);
    commands.registerBuiltIn("unsubscribe-collection", this::unsubscribe);
  }

  private CompletionStage<?> subscribe(Session session, Request request) {
    return subscribing.subscribe(session, request.generation(), id(request));
  }

  private CompletionStage<?> unsubscribe(Session session, Request request) {
    return subscriptions.end(session, id(request), false);
  }

  private String id(Request request) {
    return Fields.of(request, json).name("collectionId");
  }

  @Override
  public CollectionRegistration expose(String id, CollectionQuery<?> query, @Nullable Guard guard) {
    return exposures.expose(require(id), guard, Spec.of(any -> query))::run;
  }

  @Override
  public CollectionRegistration expose(
      Pattern ids, Function<String, ? extends CollectionQuery<?>> queries, @Nullable Guard guard) {
    return exposures.expose(ids, guard, Spec.of(queries))::run;
  }

  @Override
  public CollectionRegistration expose(
      String id, String watchedPrefix, CollectionResolver resolver) {
    return exposures.expose(require(id), null, Spec.of(resolver, watchedPrefix))::run;
  }

  @Override
  public CollectionRegistration expose(
      Pattern ids, String watchedPrefix, CollectionResolver resolver) {
    return exposures.expose(ids, null, Spec.of(resolver, watchedPrefix))::run;
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

  /** Sessions of this node that have something of collections. */
  int sessions() {
    return subscriptions.sessions();
  }

  /** Collections this node follows. */
  int followed() {
    return views.count();
  }

  private static String require(String id) {
    String flaw = ApplicationNames.flawOf(id);
    if (flaw != null) {
      throw new IllegalArgumentException("id: " + flaw);
    }
    return id;
  }
}
