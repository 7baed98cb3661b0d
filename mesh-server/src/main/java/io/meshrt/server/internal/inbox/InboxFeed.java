// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import io.meshrt.server.internal.channel.PersonalChannels;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.hub.Fanout;
import io.meshrt.server.internal.hub.Hub;
import io.meshrt.server.internal.inbox.InboxRequests.Acknowledgement;
import io.meshrt.server.internal.inbox.InboxRequests.Wanted;
import io.meshrt.server.internal.metrics.InboxMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Inboxes for clients that cannot ask for pages and cannot acknowledge: each is sent its messages
 * one after the other, those that waited first. What was written to the socket is acknowledged when
 * the client is heard of next. All clients of an identity share one place. Thread-safe, never
 * blocks.
 */
public final class InboxFeed {
  /** That of all clients which do not name theirs. */
  static final String DEVICE = "";

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final PersonalChannels channels;
  private final InboxReader reader;
  private final Acknowledging acknowledging;
  private final Scheduler scheduler;
  private final InboxMeter meter;
  private final ObjIntConsumer<Session> onReplay;
  private final FeedWords words;
  private final Hub<Feed> hub;
  private final ConcurrentMap<Session, Feed> feeds = new ConcurrentHashMap<>();

  InboxFeed(
      PersonalChannels channels,
      InboxReader reader,
      Acknowledging acknowledging,
      Topics topics,
      Scheduler scheduler,
      Duration linger,
      InboxMeter meter,
      ObjIntConsumer<Session> onReplay,
      FeedWords words) {
    this.channels = channels;
    this.reader = reader;
    this.acknowledging = acknowledging;
    this.scheduler = scheduler;
    this.meter = meter;
    this.onReplay = onReplay;
    this.words = words;
    this.hub = new Hub<>(topics, scheduler, linger, (topic, fanout) -> new Hearing(fanout));
  }

  /**
   * Begins to send a session what is in the inbox of its identity, once for each session.
   *
   * @param fromEnd whether what was kept so far is not wanted
   */
  public void open(Session session, boolean fromEnd) {
    String identity = session.identity().orElseThrow().id();
    Feed feed = new Feed(this, session, identity, fromEnd);
    if (feeds.putIfAbsent(session, feed) == null) {
      meter.subscriptions(1);
      feed.begin();
      if (!session.isOpen()) {
        onClosed(session); // its end may have been told before
      }
    }
  }

  /** The client sent something: it has what was written before. On its I/O thread. */
  public void onHeard(Session session) {
    Feed feed = feeds.get(session);
    if (feed != null) {
      feed.onHeard();
    }
  }

  /** The session is over. */
  public void onClosed(Session session) {
    Feed feed = feeds.remove(session);
    if (feed != null) {
      meter.subscriptions(-1);
      feed.end();
    }
  }

  FeedWords words() {
    return words;
  }

  CompletableFuture<@Nullable Void> hear(Feed feed) {
    return hub.subscribe(channels.topic(feed.identity()), feed);
  }

  void unhear(Feed feed) {
    CompletableFuture<?> unused = hub.unsubscribe(channels.topic(feed.identity()), feed.session());
  }

  CompletableFuture<Beginning> read(Feed feed, Wanted wanted) {
    return reader.read(feed.identity(), wanted);
  }

  void later(Runnable task) {
    scheduler.schedule(task, RETRY);
  }

  void onOpened(Feed feed, Beginning beginning) {
    meter.opened(beginning.waiting(), beginning.page().recovered());
    if (beginning.waiting() > 0) {
      onReplay.accept(feed.session(), beginning.waiting());
    }
  }

  /** Remembers that everything up to here was handled. */
  CompletableFuture<?> acknowledge(Feed feed, Cursor place) {
    return acknowledging
        .acknowledge(feed.identity(), new Acknowledgement(DEVICE, place))
        .thenRun(meter::acknowledged);
  }

  /** Hears one inbox for all its sessions of this node. */
  private static final class Hearing implements TopicListener {
    private final Fanout<Feed> fanout;

    Hearing(Fanout<Feed> fanout) {
      this.fanout = fanout;
    }

    @Override
    public void onPublication(Publication publication) {
      FeedMessage message = new FeedMessage(publication);
      fanout.forEach(feed -> feed.hear(message));
    }

    @Override
    public void onGap(Position lastHeard, Position head) {
      fanout.forEach(Feed::goOn);
    }
  }
}
