// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.channel.Channels;
import io.meshrt.client.collection.RecordCollections;
import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.client.inbox.InboxSubscription;
import io.meshrt.client.internal.callback.CallbackThreads;
import io.meshrt.client.internal.callback.ErrorReports;
import io.meshrt.client.internal.callback.MessageListeners;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.inbox.InboxFeature;
import io.meshrt.client.internal.loop.Loop;
import io.meshrt.client.internal.session.ClientSession;
import io.meshrt.client.internal.session.ServerCommands;
import io.meshrt.client.internal.session.StatusBoard;
import io.meshrt.client.internal.socket.Connector;
import io.meshrt.client.metadata.OwnMetadata;
import io.meshrt.client.presence.Presence;
import io.meshrt.client.record.Records;
import io.meshrt.client.room.Rooms;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.protocol.CommandException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of one server: calls commands, answers commands of the server, hears pushes, and keeps
 * its connection.
 *
 * <p>Thread-safe. Nothing but {@link #close()} blocks. Futures complete and listeners run on the
 * callback executor; a listener's calls come one after the other. It begins with {@link #connect()}
 * and ends with {@link #close()}, after which no thread of it is left; a client that was lost
 * without being closed keeps its connection.
 */
public final class MeshClient
    implements AutoCloseable, ChannelDoors, InboxDoors, RecordDoors, CollectionDoors {
  private static final Logger log = LoggerFactory.getLogger(MeshClient.class);
  private static final Duration CLOSE_MARGIN = Duration.ofSeconds(2);

  private final Parts parts;
  private final Doors doors;
  private final ClientSession session;
  private final ClientCalls calls;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /** What a client is made of. */
  record Parts(
      Loop loop,
      Connector connector,
      CallbackThreads callbacks,
      JsonValues json,
      StatusBoard status,
      ErrorReports errors,
      MessageListeners messages,
      ServerCommands commands) {}

  /** What it hands out. */
  record Doors(
      Rooms rooms,
      Presence presence,
      OwnMetadata metadata,
      Channels channels,
      InboxFeature inbox,
      Records records,
      RecordCollections collections) {}

  MeshClient(Parts parts, Doors doors, ClientSession session, Duration commandTimeout) {
    this.parts = parts;
    this.doors = doors;
    this.session = session;
    this.calls = new ClientCalls(parts, session, commandTimeout);
  }

  /**
   * Begins to describe a client.
   *
   * @param uri of the server, {@code ws://} or {@code wss://}; path and query are sent as they are
   * @throws IllegalArgumentException when it is anything else
   */
  public static MeshClientBuilder builder(String uri) {
    return builder(URI.create(uri));
  }

  /** As {@link #builder(String)}. */
  public static MeshClientBuilder builder(URI uri) {
    return new MeshClientBuilder(uri);
  }

  /**
   * Connects. The future completes when commands can be sent: after the upgrade, and after the
   * server has shown which generation of the protocol it speaks. Called while connecting or
   * reconnecting it joins the attempt under way; when connected it is done at once.
   *
   * <p>A first connect that fails is reported and not tried again, unless the policy says {@link
   * ReconnectPolicy#withFirstConnectRetried}; calling this method again is allowed. A connection
   * that is lost later is restored by the policy without being asked.
   *
   * @return fails with {@link ConnectionFailedException}, or {@code CLOSED} after {@link #close()}
   */
  public CompletableFuture<Void> connect() {
    CompletableFuture<Void> connected = new CompletableFuture<>();
    ClientSession.Outcome outcome =
        failure -> parts.callbacks().execute(() -> settle(connected, failure));
    if (!parts.loop().execute(() -> session.connect(outcome))) {
      outcome.onDone(ClientCalls.closedFailure());
    }
    return connected;
  }

  /**
   * Calls a command, with the client's command timeout. While the client is (re)connecting, or the
   * server has as much to do as it takes, the call waits in a bounded queue; its timeout runs.
   *
   * <p>The future always completes: with the result, with the server's failure, or with a {@link
   * CommandException} of code {@code ETIMEOUT}, {@code CONNECTION_LOST} (the outcome is unknown),
   * {@code CLOSED}, {@code ELIMIT} (too many calls wait), {@code ETOOLARGE} (more than the server
   * takes) or {@code EUNAVAILABLE} (not connected and not trying); with {@link
   * UnexpectedReplyException} when the result does not fit; with {@link IllegalArgumentException}
   * when the name is one of the protocol's own or the payload cannot be written. Cancelling it
   * frees its place; the server may run the command all the same.
   *
   * <p>On legacy servers an object with exactly the texts error, code and name is a failure.
   *
   * @param payload any value Jackson can write; null is JSON null, on legacy servers an empty
   *     object
   * @param type of the result; {@code Void.class} for none
   */
  public <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, Class<T> type) {
    return command(name, payload, type, calls.timeout());
  }

  /** As {@link #command(String, Object, Class)}, with a timeout of its own. */
  public <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, Class<T> type, Duration timeout) {
    return calls.command(name, payload, type, timeout);
  }

  /** As {@link #command(String, Object, Class)}, for generic types. */
  public <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, TypeReference<T> type) {
    return command(name, payload, type, calls.timeout());
  }

  /** As {@link #command(String, Object, Class)}, for generic types, with a timeout of its own. */
  public <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, TypeReference<T> type, Duration timeout) {
    return calls.command(name, payload, type, timeout);
  }

  /**
   * As {@link #command(String, Object, Class)}, for a result as it comes: an error object of a
   * legacy server is a result like any other. A null node when there is none.
   */
  public CompletableFuture<JsonNode> commandRaw(String name, @Nullable Object payload) {
    return commandRaw(name, payload, calls.timeout());
  }

  /** As {@link #commandRaw(String, Object)}, with a timeout of its own. */
  public CompletableFuture<JsonNode> commandRaw(
      String name, @Nullable Object payload, Duration timeout) {
    return calls.raw(name, payload, timeout);
  }

  /**
   * Presents credentials as a message, to authenticate or to renew what is about to expire. Once
   * accepted they are presented again after each reconnect, before anything else; if they are
   * refused then, the error listeners hear of it and the client goes on without.
   *
   * @param credentials any value Jackson can write; it is kept as JSON
   * @return what the server answers; fails as {@link #command(String, Object, Class)} does, with
   *     {@code EUNAUTHORIZED} when the credentials are refused
   */
  public CompletableFuture<JsonNode> authenticate(Object credentials) {
    return calls.authenticate(credentials);
  }

  /**
   * Answers a command that the server calls, in place of an earlier handler of that name. Handlers
   * of different commands, and of the same one, may run at the same time.
   *
   * @throws IllegalArgumentException when the name is one of the protocol's own
   */
  public Registration registerCommand(String name, ClientCommandHandler handler) {
    Names.requireApplicationName(name);
    return parts.commands().register(name, handler);
  }

  /**
   * As {@link #registerCommand(String, ClientCommandHandler)}, with the payload bound to a type.
   */
  public <T> Registration registerCommand(
      String name, Class<T> type, TypedClientCommandHandler<T> handler) {
    return registerCommand(name, context -> handler.handle(context.payload(type), context));
  }

  /** As {@link #registerCommand(String, Class, TypedClientCommandHandler)}, for generic types. */
  public <T> Registration registerCommand(
      String name, TypeReference<T> type, TypedClientCommandHandler<T> handler) {
    return registerCommand(name, context -> handler.handle(context.payload(type), context));
  }

  /**
   * Listens to the pushes of one name. A listener that falls behind by more than the client's
   * limits misses messages; the error listeners are told how many.
   *
   * @throws IllegalArgumentException when the name is one of the protocol's own
   */
  public <T> Registration onMessage(String name, Class<T> type, MessageListener<T> listener) {
    Names.requireApplicationName(name);
    return parts
        .messages()
        .add(name, (n, payload) -> listener.onMessage(parts.json().decode(payload, type)));
  }

  /** As {@link #onMessage(String, Class, MessageListener)}, for generic types. */
  public <T> Registration onMessage(
      String name, TypeReference<T> type, MessageListener<T> listener) {
    Names.requireApplicationName(name);
    return parts
        .messages()
        .add(name, (n, payload) -> listener.onMessage(parts.json().decode(payload, type)));
  }

  /** Listens to all pushes; otherwise as {@link #onMessage(String, Class, MessageListener)}. */
  public Registration onAnyMessage(AnyMessageListener listener) {
    return parts
        .messages()
        .addForAll((name, payload) -> listener.onMessage(name, parts.json().tree(payload)));
  }

  @Override
  public Channels channels() {
    return doors.channels();
  }

  @Override
  public CompletableFuture<InboxSubscription> inbox(InboxListener listener, InboxOptions options) {
    return doors.inbox().open(listener, options);
  }

  @Override
  public Records records() {
    return doors.records();
  }

  @Override
  public RecordCollections collections() {
    return doors.collections();
  }

  /** The rooms this client is in. */
  public Rooms rooms() {
    return doors.rooms();
  }

  /** Who is present in rooms, and what this client says about itself there. */
  public Presence presence() {
    return doors.presence();
  }

  /** The metadata of this client's connection, and of others. */
  public OwnMetadata metadata() {
    return doors.metadata();
  }

  /** Listens to changes of the status, in order. */
  public Registration onStatus(Consumer<? super StatusChange> listener) {
    return parts.status().onStatus(listener);
  }

  /** Listens to errors that no future reports. */
  public Registration onError(Consumer<? super ClientError> listener) {
    return parts.errors().add(listener);
  }

  /** Where the client stands now. */
  public ClientStatus status() {
    return parts.status().status();
  }

  /** Last round trip that the server measured on this connection. */
  public Optional<Duration> latency() {
    return parts.status().latency();
  }

  /** Id of this connection; empty when not connected, and on the oldest legacy servers. */
  public Optional<String> connectionId() {
    return parts.status().connectionId();
  }

  /** What is known of the server; empty when not connected. */
  public Optional<ServerInfo> serverInfo() {
    return parts.status().server();
  }

  /**
   * Closes at once: calls that have no answer yet fail with {@code CLOSED}. Blocks until the server
   * has been told, at most about a second. Idempotent; a callback may call it.
   */
  @Override
  public void close() {
    close(Duration.ZERO);
  }

  /**
   * Closes, but lets calls that were made before be answered for up to {@code grace}. New calls
   * fail with {@code CLOSED} from now on.
   */
  public void close(Duration grace) {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("grace: " + grace);
    }
    beginClose(grace);
    try {
      closed.get(grace.plus(CLOSE_MARGIN).toMillis(), TimeUnit.MILLISECONDS);
      parts.loop().awaitEnd(CLOSE_MARGIN);
      parts.connector().awaitEnd(CLOSE_MARGIN);
      parts.callbacks().stop(CLOSE_MARGIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("the client did not close in time", e);
    }
  }

  /** Begins to close. */
  void beginClose(Duration grace) {
    parts
        .loop()
        .execute(() -> doors.inbox().beforeClose(() -> session.close(grace, this::onClosed)));
  }

  private void onClosed() {
    parts.connector().stop();
    parts.loop().stop();
    closed.complete(null);
  }

  @SuppressWarnings("NullAway") // a Void can only be null
  private static void settle(CompletableFuture<Void> future, @Nullable RuntimeException failure) {
    if (failure == null) {
      future.complete(null);
    } else {
      future.completeExceptionally(failure);
    }
  }
}
