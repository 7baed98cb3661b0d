// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.inbox.InboxPosition;
import io.meshrt.server.inbox.Inboxes;
import io.meshrt.server.internal.channel.PersonalChannel;
import io.meshrt.server.internal.channel.PersonalChannels;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.dialect.ChannelShapes;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.inbox.InboxRequests.Acknowledgement;
import io.meshrt.server.internal.inbox.InboxRequests.Page;
import io.meshrt.server.internal.inbox.InboxRequests.Wanted;
import io.meshrt.server.internal.metrics.InboxMeter;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Inboxes, for applications and clients. Thread-safe, never blocks. */
public final class InboxFeature implements Inboxes, PersonalChannel, SessionListener {
  private static final String KIND = "inbox";
  private static final int MAX_ID_CHARACTERS = 200;
  private static final RawJson DONE = RawJson.ofValid("{\"success\":true}".getBytes(UTF_8));

  private final Settings settings;
  private final JsonValues json;
  private final HandlerThreads threads;
  private final ServerMetrics metrics;
  private final InboxMeter meter;
  private final InboxRequests requests;
  private final PersonalChannels channels;
  private final Cursors cursors;
  private final InboxReader reader;
  private final Reaches reaches = new Reaches();

  /**
   * What does not change while the server lives.
   *
   * @param maxMessageBytes largest message with its name, as JSON
   * @param maxPageBytes messages of one page, as JSON
   * @param linger how long an inbox is listened to when nobody of this node has it open any more
   */
  public record Settings(
      InboxOptions options, int maxMessageBytes, int maxPageBytes, Duration linger) {}

  /**
   * What inboxes need of their node.
   *
   * @param subscriptions counts those of all features
   */
  public record Neighbours(Cluster cluster, SubscriptionCounts subscriptions) {}

  /** Nothing is kept by this node. */
  public InboxFeature(
      Settings settings,
      Neighbours neighbours,
      JsonValues json,
      Scheduler scheduler,
      HandlerThreads threads,
      ServerMetrics metrics) {
    this.settings = settings;
    this.json = json;
    this.threads = threads;
    this.metrics = metrics;
    this.meter = metrics.inboxes();
    this.requests = new InboxRequests(json);
    Cluster cluster = neighbours.cluster();
    this.channels =
        new PersonalChannels(
            new PersonalChannels.Settings(
                KIND, ChannelShapes.INBOX, settings.maxPageBytes(), settings.linger()),
            cluster,
            neighbours.subscriptions(),
            scheduler,
            threads::execute,
            meter);
    this.cursors = new Cursors(cluster.store(), settings.options(), metrics);
    this.reader = new InboxReader(channels, cursors);
  }

  /** Registers the built-in command that is not one of channels. */
  public void registerIn(Commands commands) {
    commands.registerBuiltIn("acknowledge-inbox", this::acknowledge);
  }

  @Override
  public CompletableFuture<InboxPosition> keep(
      String identityId, String name, @Nullable Object payload) {
    return keep(identityId, name, payload, Optional.empty());
  }

  @Override
  public CompletableFuture<InboxPosition> keep(
      String identityId, String name, @Nullable Object payload, String id) {
    if (id.isEmpty() || id.length() > MAX_ID_CHARACTERS) {
      throw new IllegalArgumentException("id: " + id.length() + " characters");
    }
    return keep(identityId, name, payload, Optional.of(id));
  }

  private CompletableFuture<InboxPosition> keep(
      String identityId, String name, @Nullable Object payload, Optional<String> id) {
    if (identityId.isEmpty()) {
      throw new IllegalArgumentException("identityId: empty");
    }
    RawJson message = content(ApplicationNames.require(name), json.encode(payload));
    return threads
        .handOver(keep(identityId, message, id))
        .thenApply(position -> new InboxPosition(position.epoch(), position.offset()));
  }

  /** A message as inboxes keep it, for any number of identities. */
  public static RawJson content(String name, RawJson payload) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(payload.length() + 64);
    bytes.writeBytes("{\"name\":".getBytes(UTF_8));
    bytes.writeBytes(RawJson.ofString(name).toByteArray());
    bytes.writeBytes(",\"payload\":".getBytes(UTF_8));
    bytes.writeBytes(payload.toByteArray());
    bytes.write('}');
    return RawJson.ofValid(bytes.toByteArray());
  }

  /** Keeps such a message; completes on a thread of the cluster. */
  public CompletableFuture<Position> keep(String identityId, RawJson message, Optional<String> id) {
    if (message.length() > settings.maxMessageBytes()) {
      metrics.limitHit(Limit.INBOX_MESSAGE_BYTES);
      return CompletableFuture.failedFuture(
          new CommandException(
              ErrorCode.TOO_LARGE,
              "message: larger than " + settings.maxMessageBytes() + " bytes"));
    }
    InboxOptions options = settings.options();
    Retention retention = Retention.keep(options.maxMessages(), options.maxAge());
    return channels.publish(identityId, message, retention, id);
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
                      return new PersonalChannels.Past(beginning.page(), beginning.behind());
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
    Position position = wanted.position();
    noteSent(session, identity);
    if (!reaches.has(session, position)) {
      throw CommandException.badRequest("offset: beyond what was sent");
    }
    Position before = new Position(position.epoch(), Math.max(0, position.offset() - 1));
    return channels
        .read(identity, before, 1)
        .thenCompose(
            page -> {
              if (!page.head().sameEpoch(position)) {
                throw CommandException.badRequest("epoch: not that of the inbox");
              }
              Cursor there = new Cursor(position, InboxReader.timeAt(position, page));
              return cursors.move(channels.topic(identity), wanted.device(), there, page.head());
            })
        .thenApply(
            done -> {
              meter.acknowledged();
              return DONE;
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
