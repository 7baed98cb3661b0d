// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.auth.Guard;
import io.meshrt.server.channel.ChannelHistory;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.ChannelRegistration;
import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.Channels;
import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.channel.HistoryWindow;
import io.meshrt.server.channel.PublishOptions;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.hub.Hub;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.mail.PatientMail;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.revocation.Revocations;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import io.meshrt.server.persistence.MirrorOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Channels, for applications and clients. Thread-safe, never blocks, but for its end. */
public final class ChannelFeature implements Channels, SessionListener {
  private static final String REVOKE = "channel.revoke";
  private static final String COUNT = "channel.count";

  private final HandlerThreads threads;
  private final Exposures<Boolean> readable;
  private final Exposures<Boolean> publishable;
  private final BridgedTopics topics;
  private final ChannelDesk desk;
  private final Subscriptions subscriptions;
  private final SubscriberHooks hooks;
  private final PatientMail mail;
  private final Revocations revocations;
  private final ChannelCommands commands;

  /**
   * What does not change while the server lives.
   *
   * @param maxMessageBytes largest message, as JSON
   * @param maxPageBytes messages of one page of history, as JSON
   * @param legacyWindow which messages prefixed legacy clients get that ask for fewer than are kept
   * @param linger how long a channel is listened to when nobody of this node is subscribed any more
   */
  public record Settings(
      int maxMessageBytes, int maxPageBytes, HistoryWindow legacyWindow, Duration linger) {
    private static final int MAX_BYTES = 256 * 1024;

    /**
     * 256 KiB both, or what fits an outbox in all forms; the newest; 10 s.
     *
     * @param maxOutboxBytes of each connection
     */
    public static Settings defaults(int maxOutboxBytes) {
      int bytes = Math.min(MAX_BYTES, maxOutboxBytes / 4);
      return new Settings(bytes, bytes, HistoryWindow.NEWEST, Duration.ofSeconds(10));
    }

    /** The same with another window. */
    public Settings withLegacyWindow(HistoryWindow window) {
      return new Settings(maxMessageBytes, maxPageBytes, window, linger);
    }
  }

  /**
   * What channels need of their node.
   *
   * @param guards of the server
   * @param subscriptions counts those of all features
   */
  public record Neighbours(
      Cluster cluster, NodeMail mail, Guards guards, SubscriptionCounts subscriptions) {}

  /** Nothing is exposed; to be made before the mail is started. */
  public ChannelFeature(
      Settings settings,
      Neighbours neighbours,
      JsonValues json,
      Scheduler scheduler,
      HandlerThreads threads,
      ServerMetrics metrics) {
    this.threads = threads;
    Cluster cluster = neighbours.cluster();
    Guards guards = neighbours.guards();
    this.readable = new Exposures<>(guards);
    this.publishable = new Exposures<>(guards);
    this.topics = new BridgedTopics(cluster, scheduler, metrics, settings.maxMessageBytes());
    this.desk = new ChannelDesk(settings, topics, guards, json, scheduler, threads, metrics);
    Hub<ChannelSubscriber> hub =
        new Hub<>(
            topics,
            scheduler,
            settings.linger(),
            (topic, subscribers) ->
                new ChannelTopic(
                    topic,
                    topic.name(),
                    topics,
                    cluster::term,
                    subscribers,
                    scheduler,
                    metrics.channels()));
    this.subscriptions =
        new Subscriptions(
            Naming.CHANNELS, hub, neighbours.subscriptions(), metrics.channels(), this::onChange);
    this.hooks = new SubscriberHooks(this::hasSubscribers, cluster, scheduler, threads);
    NodeMail nodes = neighbours.mail();
    this.mail = new PatientMail(cluster, nodes, scheduler);
    this.revocations = new Revocations(nodes, mail, REVOKE, subscriptions);
    nodes.handle(COUNT, channel -> completed(subscriptions.count(channel.asText())));
    this.commands =
        new ChannelCommands(
            new ChannelRequests(json),
            readable,
            publishable,
            new Subscribing(
                readable::admits, Naming.CHANNELS, subscriptions, cluster::term, scheduler),
            subscriptions,
            desk.histories(),
            desk.publishing());
  }

  private void onChange(String channel) {
    hooks.onChange(channel);
  }

  private static CompletableFuture<JsonNode> completed(int count) {
    return CompletableFuture.completedFuture(IntNode.valueOf(count));
  }

  private boolean hasSubscribers(String channel) {
    return subscriptions.count(channel) > 0;
  }

  /**
   * Registers the built-in commands.
   *
   * @param personal answers for the channel that each session has of its own
   */
  public void registerIn(Commands commands, PersonalChannel personal) {
    this.commands.registerIn(commands, personal);
  }

  @Override
  public ChannelRegistration expose(String channel, @Nullable Guard guard) {
    return readable.expose(require(channel), guard, true)::run;
  }

  @Override
  public ChannelRegistration expose(Pattern channels, @Nullable Guard guard) {
    return readable.expose(channels, guard, true)::run;
  }

  @Override
  public ChannelRegistration exposePublish(String channel, Guard guard, boolean echo) {
    return publishable.expose(require(channel), guard, echo)::run;
  }

  @Override
  public ChannelRegistration exposePublish(Pattern channels, Guard guard, boolean echo) {
    return publishable.expose(channels, guard, echo)::run;
  }

  @Override
  public ChannelRegistration policy(String channel, ChannelPolicy policy) {
    return desk.policy(channel, policy);
  }

  @Override
  public ChannelRegistration policy(Pattern channels, ChannelPolicy policy) {
    return desk.policy(channels, policy);
  }

  @Override
  public CompletableFuture<ChannelPosition> publish(
      String channel, @Nullable Object message, PublishOptions options) {
    return desk.publish(channel, message, options);
  }

  @Override
  public CompletableFuture<ChannelHistory> history(String channel, HistoryRequest request) {
    return desk.history(channel, request);
  }

  @Override
  public CompletableFuture<Boolean> revokeConnection(String connectionId, String channel) {
    return threads.handOver(revocations.revokeConnection(connectionId, require(channel)));
  }

  @Override
  public CompletableFuture<Integer> revokeIdentity(String identityId, String channel) {
    return threads.handOver(revocations.revokeIdentity(identityId, require(channel)));
  }

  @Override
  public CompletableFuture<Integer> subscriberCount(String channel) {
    return threads.handOver(mail.sumOfLive(COUNT, TextNode.valueOf(require(channel))));
  }

  @Override
  public ChannelRegistration onFirstSubscriber(
      Pattern channels, Consumer<? super String> listener) {
    return hooks.add(channels, true, listener, subscriptions.channels())::run;
  }

  @Override
  public ChannelRegistration onLastSubscriber(Pattern channels, Consumer<? super String> listener) {
    return hooks.add(channels, false, listener, subscriptions.channels())::run;
  }

  @Override
  public ChannelRegistration mirror(String channel, ChannelStore store, MirrorOptions options) {
    return desk.mirror(channel, store, options);
  }

  @Override
  public ChannelRegistration mirror(Pattern channels, ChannelStore store, MirrorOptions options) {
    return desk.mirror(channels, store, options);
  }

  @Override
  public ChannelRegistration bridge(String redisChannel) {
    return topics.bridge(require(redisChannel))::run;
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    subscriptions.onClosed(session);
  }

  /**
   * Hands stores what they do not have yet, as far as that is possible in the time given; blocks.
   */
  public void close(Duration timeout) {
    hooks.close();
    desk.close(timeout);
  }

  /** Sessions of this node that are subscribed to a channel. */
  int subscribers(String channel) {
    return subscriptions.count(channel);
  }

  /** Sessions of this node that have something of channels. */
  int sessions() {
    return subscriptions.sessions();
  }

  private static String require(String channel) {
    return ChannelDesk.require(channel);
  }
}
