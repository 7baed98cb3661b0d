// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.command.Answer;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.exposure.Fields;
import io.meshrt.server.internal.hub.Hub;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.metrics.ChannelMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Channels of a kind of their own that all clients call by one name; which of them a session has,
 * whoever uses this says. Nobody else is admitted, so nobody is revoked either. Thread-safe, never
 * blocks.
 */
public final class PersonalChannels {
  /** The others do not wait for this node to end anything, so its lease does not matter. */
  private static final long ANY_TERM = 0;

  private final Naming naming;
  private final int maxPageBytes;
  private final Topics topics;
  private final Executor executor;
  private final ChannelMeter meter;
  private final Subscriptions subscriptions;
  private final Subscribing subscribing;

  /**
   * What does not change while the server lives.
   *
   * @param kind of the topics
   * @param label what clients call each of them
   * @param maxPageBytes messages of one page, as JSON
   * @param linger how long one is listened to when nobody of this node is subscribed any more
   */
  public record Settings(String kind, String label, int maxPageBytes, Duration linger) {}

  /**
   * What a session is answered with that subscribes.
   *
   * @param behind where the page begins, for the client; {@link Position#NONE} where it knows
   * @param headMillis when the message at the head was accepted; 0 where that is not known
   */
  public record Past(History page, Position behind, long headMillis) {}

  /**
   * Nobody is subscribed.
   *
   * @param counts those of all features
   * @param executor pages are prepared there
   */
  public PersonalChannels(
      Settings settings,
      Cluster cluster,
      SubscriptionCounts counts,
      Scheduler scheduler,
      Executor executor,
      ChannelMeter meter) {
    this.naming = new Naming(settings.kind(), settings.label());
    this.maxPageBytes = settings.maxPageBytes();
    this.topics = cluster.topics();
    this.executor = executor;
    this.meter = meter;
    Hub<ChannelSubscriber> hub =
        new Hub<>(
            topics,
            scheduler,
            settings.linger(),
            (topic, subscribers) ->
                new ChannelTopic(
                    topic,
                    settings.label(),
                    topics,
                    () -> ANY_TERM,
                    subscribers,
                    scheduler,
                    meter));
    this.subscriptions = new Subscriptions(naming, hub, counts, meter, name -> {});
    this.subscribing =
        new Subscribing(
            (session, name) -> CompletableFuture.completedFuture(true),
            naming,
            subscriptions,
            () -> ANY_TERM,
            scheduler);
  }

  /** The topic that lies behind a name; what belongs to it may be kept under the same. */
  public Topic topic(String name) {
    return naming.topic(name);
  }

  /** A position that a client sent; {@link Position#NONE} without one. */
  public static Position position(Fields fields, String field) {
    return ChannelRequests.position(fields, field);
  }

  /** The position that these fields are; {@link Position#NONE} without an epoch. */
  public static Position position(Fields fields) {
    return ChannelRequests.position(fields);
  }

  /**
   * Subscribes, in the place of what the session has.
   *
   * @param past asked when the session hears already, and so misses nothing behind it
   */
  public CompletionStage<Answer> subscribe(
      Session session, String name, Supplier<CompletableFuture<Past>> past) {
    return subscribing.subscribe(
        session,
        Generation.V1,
        name,
        false,
        () -> past.get().thenApplyAsync(PersonalChannels::page, executor));
  }

  private static HistoryPage page(Past past) {
    return HistoryPage.of(past.page(), Integer.MAX_VALUE, true)
        .telling(past.behind(), past.headMillis());
  }

  /** Ends it; tells whether there was one. */
  public CompletableFuture<Boolean> unsubscribe(Session session, String name) {
    return subscriptions.end(session, name, false);
  }

  /** How far a session was sent what came behind the answer to its subscription. */
  public Position sent(Session session, String name) {
    ChannelSubscriber subscriber = subscriptions.current(session, name);
    return subscriber == null ? Position.NONE : subscriber.sent();
  }

  /** Reads a page behind a position, or the newest. */
  public CompletableFuture<History> read(String name, Position after, int limit) {
    meter.historyRead();
    return topics.read(naming.topic(name), new HistoryQuery(after, limit, maxPageBytes));
  }

  /** Such a page as clients get it. */
  public CompletableFuture<RawJson> answer(History page, int limit, boolean afterPosition) {
    return CompletableFuture.supplyAsync(
        () -> HistoryPage.of(page, limit, afterPosition).payload(Generation.V1), executor);
  }

  /** The session is over. */
  public void onClosed(Session session) {
    subscriptions.onClosed(session);
  }

  /** Sessions of this node that have something of these channels. */
  public int sessions() {
    return subscriptions.sessions();
  }
}
