// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.internal.channel.PersonalChannel;
import io.meshrt.server.internal.channel.PersonalChannels;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.ChannelShapes;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.inbox.InboxRequests.Acknowledgement;
import io.meshrt.server.internal.inbox.InboxRequests.Page;
import io.meshrt.server.internal.inbox.InboxRequests.Wanted;
import io.meshrt.server.internal.metrics.InboxMeter;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.ObjIntConsumer;

/** Inboxes, for clients. Thread-safe, never blocks. */
public final class InboxFeature implements PersonalChannel, SessionListener {
  private static final RawJson DONE = RawJson.ofValid("{\"success\":true}".getBytes(UTF_8));
  private static final RawJson NOTHING = RawJson.ofValid("{\"success\":false}".getBytes(UTF_8));

  private final InboxMeter meter;
  private final InboxRequests requests;
  private final PersonalChannels channels;
  private final InboxReader reader;
  private final Acknowledging acknowledging;
  private final ObjIntConsumer<Session> onReplay;
  private final Reaches reaches = new Reaches();

  /**
   * What does not change while the server lives.
   *
   * @param maxPageBytes messages of one page, as JSON
   * @param linger how long an inbox is listened to when nobody of this node has it open any more
   */
  public record Settings(InboxOptions options, int maxPageBytes, Duration linger) {}

  /**
   * What inboxes need of their node.
   *
   * @param subscriptions counts those of all features
   * @param onReplay told how many messages wait for a session that opens its inbox, when there are
   *     any; does not block
   */
  public record Neighbours(
      Cluster cluster, SubscriptionCounts subscriptions, ObjIntConsumer<Session> onReplay) {}

  /** Nothing is kept by this node. */
  public InboxFeature(
      Settings settings,
      Neighbours neighbours,
      JsonValues json,
      Scheduler scheduler,
      HandlerThreads threads,
      ServerMetrics metrics) {
    this.meter = metrics.inboxes();
    this.onReplay = neighbours.onReplay();
    this.requests = new InboxRequests(json);
    Cluster cluster = neighbours.cluster();
    this.channels =
        new PersonalChannels(
            new PersonalChannels.Settings(
                InboxKeeper.KIND, ChannelShapes.INBOX, settings.maxPageBytes(), settings.linger()),
            cluster,
            neighbours.subscriptions(),
            scheduler,
            threads::execute,
            meter);
    Cursors cursors = new Cursors(cluster.store(), settings.options(), metrics);
    this.reader = new InboxReader(channels, cursors);
    this.acknowledging = new Acknowledging(channels, cursors);
  }

  /** Registers the built-in command that is not one of channels. */
  public void registerIn(Commands commands) {
    commands.registerBuiltIn("acknowledge-inbox", this::acknowledge);
  }

  /** Inboxes for sessions that speak another protocol. */
  public InboxFeed feed(FeedWords words, Topics topics, Scheduler scheduler, Duration linger) {
    return new InboxFeed(
        channels, reader, acknowledging, topics, scheduler, linger, meter, onReplay, words);
  }

  @Override
  public CompletionStage<?> subscribe(Session session, Request request) {
    Wanted wanted = requests.subscription(request);
    String identity = identity(session);
    noteSent(session, identity);
    return channels.subscribe(
        session,
        identity,
        () ->
            reader
                .read(identity, wanted)
                .thenApply(
                    beginning -> {
                      reaches.tell(session, Beginning.end(beginning.page()));
                      meter.opened(beginning.waiting(), beginning.page().recovered());
                      if (beginning.waiting() > 0) {
                        onReplay.accept(session, beginning.waiting());
                      }
                      return new PersonalChannels.Past(
                          beginning.page(), beginning.behind(), beginning.headMillis());
                    }));
  }

  @Override
  public CompletionStage<?> unsubscribe(Session session, Request request) {
    String identity = identity(session);
    noteSent(session, identity);
    return channels.unsubscribe(session, identity);
  }

  @Override
  public CompletionStage<?> history(Session session, Request request) {
    Page wanted = requests.page(request);
    String identity = identity(session);
    boolean afterPosition = wanted.after().isNumbered();
    return channels
        .read(identity, wanted.after(), Math.max(1, wanted.limit()))
        .thenCompose(
            page -> {
              noteRead(session, page, wanted);
              return channels.answer(page, wanted.limit(), afterPosition);
            });
  }

  /** The newest may leave out older ones, which are not read by that. */
  private void noteRead(Session session, History page, Page wanted) {
    if (wanted.after().isNumbered() && wanted.limit() > 0) {
      reaches.tell(session, Beginning.end(page));
    }
  }

  private void noteSent(Session session, String identity) {
    reaches.tell(session, channels.sent(session, identity));
  }

  private CompletionStage<?> acknowledge(Session session, Request request) {
    Acknowledgement wanted = requests.acknowledgement(request);
    String identity = identity(session);
    noteSent(session, identity);
    if (!wanted.place().isTimed() && !reaches.has(session, wanted.place().position())) {
      throw CommandException.badRequest("offset: beyond what was sent");
    }
    return acknowledging
        .acknowledge(identity, wanted)
        .thenApply(
            moved -> {
              if (moved) {
                meter.acknowledged();
              }
              return moved ? DONE : NOTHING;
            });
  }

  private static String identity(Session session) {
    return session
        .identity()
        .orElseThrow(() -> CommandException.unauthorized("An inbox needs an identity."))
        .id();
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    channels.onClosed(session);
    reaches.forget(session);
  }

  /** Sessions of this node that have something of inboxes. */
  int sessions() {
    return Math.max(channels.sessions(), reaches.sessions());
  }
}
