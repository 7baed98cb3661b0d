// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import com.fasterxml.jackson.core.type.TypeReference;
import io.meshrt.server.auth.Guard;
import io.meshrt.server.channel.Channels;
import io.meshrt.server.collection.RecordCollections;
import io.meshrt.server.command.CommandHandler;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.command.Middleware;
import io.meshrt.server.command.TypedCommandHandler;
import io.meshrt.server.connection.ConnectionListener;
import io.meshrt.server.connection.Connections;
import io.meshrt.server.hook.Hooks;
import io.meshrt.server.identity.Identities;
import io.meshrt.server.inbox.Inboxes;
import io.meshrt.server.internal.delegation.Delegation;
import io.meshrt.server.internal.transport.UpgradeHandler;
import io.meshrt.server.message.OutgoingMessage;
import io.meshrt.server.presence.Presence;
import io.meshrt.server.presence.PresenceOptions;
import io.meshrt.server.record.Records;
import io.meshrt.server.room.RoomSendPolicy;
import io.meshrt.server.room.Rooms;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server: the commands it answers and the connections it holds.
 *
 * <pre>{@code
 * MeshServer server = MeshServer.builder().port(8080).build();
 * server.registerCommand("echo", ctx -> "echo: " + ctx.payload(String.class));
 * server.start();
 * }</pre>
 *
 * <p>Thread-safe. It is built, started once and closed once; registrations may come and go at any
 * time. Handlers, middleware and listeners run on handler threads and may block, unless they were
 * registered as non-blocking.
 */
public final class MeshServer
    implements ConnectionDoors,
        MessageDoors,
        ChannelDoors,
        InboxDoors,
        RecordDoors,
        CollectionDoors,
        WorkDoors,
        RoomDoors,
        AutoCloseable {
  private static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final Node node;

  MeshServer(Node node) {
    this.node = node;
  }

  /** A builder with the defaults of every option. */
  public static MeshServerBuilder builder() {
    return new MeshServerBuilder();
  }

  /**
   * Registers a command.
   *
   * <p>Registering a name again replaces the handler and its options; middleware accumulates, that
   * of the later registration in front (mesh-protocol 8). Closing the registration removes the
   * command with all its middleware.
   *
   * @param name at most 255 bytes of UTF-8 without control characters; names of the protocol are
   *     refused
   * @throws IllegalArgumentException when the name is not allowed; says why
   */
  public Registration registerCommand(String name, CommandHandler handler) {
    return registerCommand(name, handler, CommandOptions.defaults());
  }

  /** As {@link #registerCommand(String, CommandHandler)}, with middleware of its own. */
  public Registration registerCommand(
      String name, CommandHandler handler, List<? extends Middleware> middleware) {
    return registerCommand(
        name,
        handler,
        CommandOptions.defaults().withMiddleware(middleware.toArray(new Middleware[0])));
  }

  /** As {@link #registerCommand(String, CommandHandler)}, with options of its own. */
  public Registration registerCommand(String name, CommandHandler handler, CommandOptions options) {
    return node.commands().register(name, handler, options)::run;
  }

  /**
   * Registers a command whose payload is bound to {@code type} before the handler runs; a payload
   * that does not fit fails with {@code EBADREQUEST} naming the field.
   */
  public <T> Registration registerCommand(
      String name, Class<T> type, TypedCommandHandler<@Nullable T> handler) {
    return registerCommand(name, type, handler, CommandOptions.defaults());
  }

  /** As {@link #registerCommand(String, Class, TypedCommandHandler)}, with options of its own. */
  public <T> Registration registerCommand(
      String name,
      Class<T> type,
      TypedCommandHandler<@Nullable T> handler,
      CommandOptions options) {
    return registerCommand(
        name, context -> handler.handle(context.payload(type), context), options);
  }

  /** As {@link #registerCommand(String, Class, TypedCommandHandler)}, for generic types. */
  public <T> Registration registerCommand(
      String name, TypeReference<T> type, TypedCommandHandler<@Nullable T> handler) {
    return registerCommand(name, type, handler, CommandOptions.defaults());
  }

  /** As {@link #registerCommand(String, TypeReference, TypedCommandHandler)}, with options. */
  public <T> Registration registerCommand(
      String name,
      TypeReference<T> type,
      TypedCommandHandler<@Nullable T> handler,
      CommandOptions options) {
    return registerCommand(
        name, context -> handler.handle(context.payload(type), context), options);
  }

  /**
   * Answers all commands that nobody registered, for programs that decide by {@link
   * io.meshrt.server.command.CommandContext#command()}. Global middleware runs before it. Names
   * that begin like those of the protocol still fail with {@code ENOTFOUND}. A second call replaces
   * the first.
   */
  public Registration onUnknownCommand(CommandHandler handler) {
    return node.commands().registerUnknown(handler)::run;
  }

  /**
   * Adds a check that runs before every command, behind the middleware that is there. It may block,
   * and throws to refuse: {@code ctx -> { if (…) throw CommandException.unauthorized("log in
   * first"); }}.
   *
   * <p>{@code addMiddleware(ctx -> checkLater(ctx))} does not compile, because the compiler cannot
   * tell this form from {@link #addMiddleware(Middleware.AsyncCheck)}; so no stage is dropped and
   * nobody is let in by mistake. See {@link Middleware#before(Middleware.Check)} for what to write.
   */
  @SuppressWarnings("overloads") // ambiguous on purpose, for lambdas that could mean both
  public Registration addMiddleware(Middleware.Check check) {
    return addMiddleware(Middleware.before(check));
  }

  /**
   * Adds a check that answers later; commands wait for its stage, and a failed stage refuses:
   * {@code ctx -> { return checkLater(ctx); }}.
   */
  @SuppressWarnings("overloads") // as above
  public Registration addMiddleware(Middleware.AsyncCheck check) {
    return addMiddleware(Middleware.before(check));
  }

  /** Adds middleware that runs around every command: {@code (ctx, next) -> next.run()}. */
  public Registration addMiddleware(Middleware middleware) {
    return node.commands().addMiddleware(middleware)::run;
  }

  @Override
  public Registration addConnectionListener(ConnectionListener listener) {
    return node.listeners().add(listener)::close;
  }

  /** The connections of this server and, through the cluster, of all its nodes. */
  public Connections connections() {
    return node.features().connections();
  }

  /** Groups of connections that get pushes together. */
  public Rooms rooms() {
    return node.features().rooms();
  }

  /** Who is present in tracked rooms, and what they say about themselves. */
  public Presence presence() {
    return node.features().presence();
  }

  /** Lets clients join and leave a room by themselves. */
  public Registration exposeRoom(String room) {
    return node.features().rooms().exposeRoom(room, null)::run;
  }

  /** Lets the clients a guard admits join and leave a room by themselves. */
  public Registration exposeRoom(String room, Guard guard) {
    return node.features().rooms().exposeRoom(room, guard)::run;
  }

  /** As {@link #exposeRoom(String)}, for all rooms whose whole names match. */
  public Registration exposeRoom(Pattern rooms) {
    return node.features().rooms().exposeRoom(rooms, null)::run;
  }

  /** As {@link #exposeRoom(String, Guard)}, for all rooms whose whole names match. */
  public Registration exposeRoom(Pattern rooms, Guard guard) {
    return node.features().rooms().exposeRoom(rooms, guard)::run;
  }

  /** Lets the clients a guard admits read the metadata of all rooms whose whole names match. */
  public Registration exposeRoomMetadata(Pattern rooms, Guard guard) {
    return node.features().rooms().exposeRoomMetadata(rooms, guard)::run;
  }

  /**
   * Lets the clients a guard admits read the metadata of other connections; it is asked with the id
   * of the other one.
   */
  public Registration exposeConnectionMetadata(Guard guard) {
    return node.features().rooms().exposeConnectionMetadata(guard)::run;
  }

  /** Lets the clients a guard admits write the metadata of their own connection. */
  public Registration exposeOwnMetadataWrites(Guard guard) {
    return node.features().rooms().exposeOwnMetadataWrites(guard)::run;
  }

  @Override
  public Registration trackPresence(String room, PresenceOptions options) {
    return node.features().presence().track(room, options)::run;
  }

  @Override
  public Registration trackPresence(Pattern rooms, PresenceOptions options) {
    return node.features().presence().track(rooms, options)::run;
  }

  @Override
  public Registration persistentRooms(Pattern rooms) {
    return node.features().rooms().memberships().persist(rooms)::run;
  }

  @Override
  public Registration exposeRoomMessages(Pattern rooms, RoomSendPolicy policy) {
    return node.features().rooms().exposeMessages(rooms, policy)::run;
  }

  @Override
  public Identities identities() {
    return node.features().identities();
  }

  @Override
  public OutgoingMessage message(String name, @Nullable Object payload) {
    return node.features().messages().message(name, payload);
  }

  @Override
  public Registration observe(Hooks hooks) {
    return node.observers().add(hooks)::run;
  }

  @Override
  public Channels channels() {
    return node.features().channels();
  }

  @Override
  public Inboxes inboxes() {
    return node.features().inboxes();
  }

  @Override
  public Records records() {
    return node.features().records();
  }

  @Override
  public RecordCollections collections() {
    return node.features().collections();
  }

  Delegation delegation() {
    return node.features().delegation();
  }

  /** Whether the server can use what it shares with other nodes. */
  public ClusterHealth health() {
    return node.health();
  }

  /**
   * Listens. Returns when connections are accepted; where it waits for Redis, when others are heard
   * or 5 s have passed: {@link #isReady} says which.
   *
   * @throws java.io.UncheckedIOException when the address cannot be bound; names host and port
   * @throws IllegalStateException when the server was started or closed before
   */
  public void start() {
    node.start();
  }

  /** Starts behind a handler of another HTTP server, without a listener of its own. */
  UpgradeHandler startEmbedded() {
    return node.startEmbedded();
  }

  /**
   * The port it listens on, also when the builder was told to take any.
   *
   * @throws IllegalStateException when it does not listen
   */
  public int port() {
    return node.port();
  }

  /**
   * Whether clients are welcome: from {@link #start} until {@link #drain} or {@link #close}, on a
   * Redis not before this node hears the others. What a balancer asks; for Redis {@link #health}.
   */
  public boolean isReady() {
    return node.isReady();
  }

  /**
   * Sends all clients elsewhere, one by one, and blocks until they have gone; for a node that is to
   * be stopped while others go on.
   *
   * <p>From now on {@link #isReady} is false and upgrades are refused with 503. Each client is told
   * when to reconnect, spread evenly over the first half of {@code timeout}; until then nothing
   * changes for it. Clients of {@code mesh.v1} then hold new commands back, wait for the answers
   * they are owed, and connect again, so no command is lost; subscriptions go on elsewhere from
   * their positions. Older clients are closed with 4001 at a moment when none of their commands
   * runs. After three quarters of the time those who stayed are refused new commands ({@code
   * EUNAVAILABLE}) and closed with 4001 when the last one is answered; at the end whoever is left
   * is cut off.
   *
   * <p>There is no way back: what remains is {@link #close}, which may also be called meanwhile and
   * then ends this. Another call waits for the first, at most its own time. Does nothing before
   * {@link #start} and after {@link #close}. Not to be called by a handler of this server: its
   * command would be waited for.
   *
   * @param timeout 10 s to 60 s are usual; with many connections the longer the gentler for the
   *     others
   * @throws IllegalArgumentException when {@code timeout} is negative, or longer than a day
   */
  public void drain(Duration timeout) {
    node.drain(timeout);
  }

  /** As {@link #close(Duration)} with 10 s. */
  @Override
  public void close() {
    close(DEFAULT_CLOSE_TIMEOUT);
  }

  /**
   * Ends gracefully and blocks until it has: no more connections are accepted, commands that run
   * may finish, their replies are written, connections are closed with 4001, disconnect listeners
   * are told, threads end. What has not ended after {@code timeout} is cut off. Does nothing the
   * second time.
   */
  public void close(Duration timeout) {
    node.close(timeout);
  }
}
