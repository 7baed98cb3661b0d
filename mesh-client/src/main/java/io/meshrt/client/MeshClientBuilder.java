// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.callback.CallbackThreads;
import io.meshrt.client.internal.callback.ErrorReports;
import io.meshrt.client.internal.callback.MessageListeners;
import io.meshrt.client.internal.channel.ChannelFeature;
import io.meshrt.client.internal.collection.CollectionFeature;
import io.meshrt.client.internal.inbox.InboxFeature;
import io.meshrt.client.internal.loop.Loop;
import io.meshrt.client.internal.loop.LoopThread;
import io.meshrt.client.internal.metadata.MetadataFeature;
import io.meshrt.client.internal.presence.PresenceFeature;
import io.meshrt.client.internal.record.RecordFeature;
import io.meshrt.client.internal.room.RememberedRooms;
import io.meshrt.client.internal.room.RoomFeature;
import io.meshrt.client.internal.room.RoomTalk;
import io.meshrt.client.internal.session.ClientSession;
import io.meshrt.client.internal.session.ServerCommands;
import io.meshrt.client.internal.session.SessionOptions;
import io.meshrt.client.internal.session.StatusBoard;
import io.meshrt.client.internal.socket.Connector;
import io.meshrt.client.internal.socket.TcpConnector;
import io.meshrt.client.internal.socket.TcpOptions;
import io.meshrt.core.codec.JsonValues;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link MeshClient}. Every option is checked when it is given. Not thread-safe; may be
 * used for several clients.
 */
public final class MeshClientBuilder {
  private static final Duration MAX_DURATION = Duration.ofDays(1);
  private static final Pattern OF_THE_HANDSHAKE =
      Pattern.compile(
          "(?i)sec-websocket-.*|host|connection|upgrade|content-length|transfer-encoding|expect");

  private final URI uri;
  private final Map<String, List<String>> headers = new LinkedHashMap<>();
  private @Nullable Supplier<? extends CompletionStage<String>> tokenSupplier;
  private @Nullable Supplier<String> blockingTokenSupplier;
  private @Nullable Executor executor;
  private @Nullable SSLContext sslContext;
  private @Nullable ProxySelector proxies;
  private final Map<String, List<String>> proxyHeaders = new LinkedHashMap<>();
  private @Nullable ObjectMapper objectMapper;
  private @Nullable Generation generation;
  private @Nullable Duration pingTimeout;
  private Timing timing = new Timing(Duration.ofSeconds(10), Duration.ofSeconds(30), 1);
  private ReconnectPolicy reconnectPolicy = ReconnectPolicy.defaults();
  private ClientLimits limits = ClientLimits.defaults();
  private @Nullable String roomToken;

  private record Timing(Duration connectTimeout, Duration commandTimeout, int maxMissedPings) {}

  MeshClientBuilder(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean webSocket = scheme.equals("ws") || scheme.equals("wss");
    if (!webSocket || uri.getHost() == null || uri.getFragment() != null) {
      throw new IllegalArgumentException("uri: ws://host or wss://host expected");
    }
    this.uri = uri;
  }

  /**
   * Sends a header with every upgrade request; several values of one name are all sent.
   *
   * @throws IllegalArgumentException when the header belongs to the WebSocket handshake
   */
  public MeshClientBuilder header(String name, String value) {
    addHeader(headers, name, value);
    return this;
  }

  /**
   * Asks for a token before every attempt to connect, and sends it as {@code Authorization:
   * Bearer}. Called on the callback executor; a failure fails the attempt. A connection that the
   * server closes because its token has expired (4501) is tried again with a fresh one. Replaces an
   * earlier supplier.
   */
  public MeshClientBuilder tokenSupplier(Supplier<? extends CompletionStage<String>> supplier) {
    tokenSupplier = Objects.requireNonNull(supplier, "supplier");
    blockingTokenSupplier = null;
    return this;
  }

  /** As {@link #tokenSupplier}, for a supplier that returns the token and may block. */
  public MeshClientBuilder blockingTokenSupplier(Supplier<String> supplier) {
    blockingTokenSupplier = Objects.requireNonNull(supplier, "supplier");
    tokenSupplier = null;
    return this;
  }

  /**
   * Runs listeners and handlers, and completes futures, on this executor. Without one the client
   * has daemon threads of its own. An executor that runs tasks on the calling thread is not
   * allowed: it would run them on the client's state thread.
   */
  public MeshClientBuilder executor(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /** Decides by this whom to trust at {@code wss://}. Default: what the JVM trusts. */
  public MeshClientBuilder sslContext(SSLContext context) {
    sslContext = Objects.requireNonNull(context, "context");
    return this;
  }

  /**
   * Asks this before every attempt whether the way to the server leads through an HTTP proxy, with
   * an {@code http} or {@code https} URI; it may block. Other kinds of proxies are passed by.
   * Default: {@link ProxySelector#getDefault()}, which knows the JVM's system properties.
   */
  public MeshClientBuilder proxy(ProxySelector selector) {
    proxies = Objects.requireNonNull(selector, "selector");
    return this;
  }

  /**
   * Sends a header to the proxy alone, such as {@code Proxy-Authorization}.
   *
   * @throws IllegalArgumentException as {@link #header} does
   */
  public MeshClientBuilder proxyHeader(String name, String value) {
    addHeader(proxyHeaders, name, value);
    return this;
  }

  /** Reads and writes payloads with this mapper, which must not be changed afterwards. */
  public MeshClientBuilder objectMapper(ObjectMapper objectMapper) {
    this.objectMapper = Objects.requireNonNull(objectMapper, "objectMapper");
    return this;
  }

  /** How long an attempt to connect may take, token and greeting included. Default 10 s. */
  public MeshClientBuilder connectTimeout(Duration timeout) {
    requirePositive("connectTimeout", timeout);
    timing = new Timing(timeout, timing.commandTimeout(), timing.maxMissedPings());
    return this;
  }

  /**
   * How long a command may take, waiting included, unless the call says so itself. Default 30 s.
   */
  public MeshClientBuilder commandTimeout(Duration timeout) {
    requirePositive("commandTimeout", timeout);
    timing = new Timing(timing.connectTimeout(), timeout, timing.maxMissedPings());
    return this;
  }

  /**
   * The server sends a ping at least this often; see {@link #maxMissedPings}. Default: what the
   * server says, and 30 s on legacy servers, which say nothing.
   */
  public MeshClientBuilder pingTimeout(Duration timeout) {
    requirePositive("pingTimeout", timeout);
    pingTimeout = timeout;
    return this;
  }

  /**
   * So many pings may be missing: a connection counts as lost when {@code maxMissedPings + 1} times
   * the ping timeout has passed since the last ping. Default 1.
   */
  public MeshClientBuilder maxMissedPings(int count) {
    if (count < 0 || count > 1_000) {
      throw new IllegalArgumentException("maxMissedPings: " + count);
    }
    timing = new Timing(timing.connectTimeout(), timing.commandTimeout(), count);
    return this;
  }

  /** What to do when the connection is lost. Default {@link ReconnectPolicy#defaults()}. */
  public MeshClientBuilder reconnect(ReconnectPolicy policy) {
    reconnectPolicy = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /** What the client holds at most. Default {@link ClientLimits#defaults()}. */
  public MeshClientBuilder limits(ClientLimits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
    return this;
  }

  /**
   * The token of an earlier client ({@link io.meshrt.client.room.PersistentRooms#token}): its
   * persistent rooms become this client's. Means nothing to clients with an identity.
   */
  public MeshClientBuilder roomToken(String token) {
    this.roomToken = Objects.requireNonNull(token, "token");
    return this;
  }

  /** Insists on one generation of the protocol, instead of finding out what the server speaks. */
  public MeshClientBuilder generation(Generation generation) {
    this.generation = Objects.requireNonNull(generation, "generation");
    return this;
  }

  /** Finds out which generation of the protocol the server speaks. The default. */
  public MeshClientBuilder detectGeneration() {
    generation = null;
    return this;
  }

  /**
   * Builds a client that does nothing before {@link MeshClient#connect()}.
   *
   * @throws IllegalStateException when there are both a token supplier and an Authorization header
   */
  public MeshClient build() {
    String name = "mesh-client-" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    LoopThread loop = new LoopThread(name);
    return build(
        loop,
        new TcpConnector(
            loop,
            new TcpOptions(
                name, sslContext, proxies, copy(proxyHeaders), limits.maxMessageBytes())),
        executor == null ? CallbackThreads.own(name) : CallbackThreads.of(executor),
        new SplittableRandom());
  }

  /** Builds a client on other foundations. */
  MeshClient build(
      Loop loop, Connector connector, CallbackThreads callbacks, RandomGenerator random) {
    JsonValues json = objectMapper == null ? new JsonValues() : new JsonValues(objectMapper);
    StatusBoard status = new StatusBoard(callbacks);
    ErrorReports errors = new ErrorReports(loop, callbacks);
    MessageListeners messages =
        new MessageListeners(
            callbacks, errors, limits.maxQueuedMessages(), limits.maxQueuedMessageBytes());
    ServerCommands commands =
        new ServerCommands(loop, callbacks, json, limits.maxRunningHandlers());
    ClientSession session =
        new ClientSession(
            loop,
            sessionOptions(callbacks),
            new ClientSession.Rooms(connector, status, errors, messages, commands),
            random);
    BuiltIns builtIns =
        new BuiltIns(loop, session, callbacks, json, errors, timing.commandTimeout(), limits);
    return new MeshClient(
        new MeshClient.Parts(loop, connector, callbacks, json, status, errors, messages, commands),
        doors(session, builtIns, status),
        session,
        timing.commandTimeout());
  }

  /** The features; what they restore is restored in this order. */
  private MeshClient.Doors doors(ClientSession session, BuiltIns builtIns, StatusBoard status) {
    MetadataFeature metadata = new MetadataFeature(builtIns);
    PresenceFeature presence = new PresenceFeature(builtIns, limits);
    RememberedRooms remembered =
        new RememberedRooms(
            builtIns, roomToken, timing.connectTimeout().dividedBy(2), presence::onLeft);
    session.introduceBy(remembered);
    RoomFeature rooms =
        new RoomFeature(
            builtIns, remembered, new RoomTalk(builtIns, limits), status::status, presence::onLeft);
    builtIns.onConnected(metadata::restore);
    builtIns.onConnected(rooms::restore);
    builtIns.onConnected(presence::restore);
    ChannelFeature channels = new ChannelFeature(builtIns, limits);
    builtIns.onConnected(channels::restore);
    InboxFeature inbox = new InboxFeature(builtIns, channels);
    builtIns.onConnected(inbox::restore);
    RecordFeature records = new RecordFeature(builtIns, limits);
    builtIns.onConnected(records::restore);
    builtIns.onLost(records::onLost);
    builtIns.onClosed(records::close);
    CollectionFeature collections = new CollectionFeature(builtIns, limits);
    builtIns.onConnected(collections::restore);
    builtIns.onLost(collections::onLost);
    return new MeshClient.Doors(rooms, presence, metadata, channels, inbox, records, collections);
  }

  private SessionOptions sessionOptions(Executor callbacks) {
    Supplier<CompletionStage<String>> token = token(callbacks);
    if (token != null && headers.keySet().stream().anyMatch("authorization"::equalsIgnoreCase)) {
      throw new IllegalStateException("token supplier and Authorization header");
    }
    return new SessionOptions(
        uri,
        copy(headers),
        token,
        timing.connectTimeout(),
        reconnectPolicy,
        pingTimeout,
        timing.maxMissedPings(),
        limits,
        generation);
  }

  private @Nullable Supplier<CompletionStage<String>> token(Executor callbacks) {
    Supplier<String> blocking = blockingTokenSupplier;
    if (blocking != null) {
      return () -> CompletableFuture.supplyAsync(blocking, callbacks);
    }
    Supplier<? extends CompletionStage<String>> staged = tokenSupplier;
    if (staged == null) {
      return null;
    }
    return () ->
        CompletableFuture.<CompletionStage<String>>supplyAsync(staged::get, callbacks)
            .thenCompose(Function.identity());
  }

  private static void addHeader(Map<String, List<String>> headers, String name, String value) {
    if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || OF_THE_HANDSHAKE.matcher(name).matches()) {
      throw new IllegalArgumentException("name: " + name);
    }
    if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127)) {
      throw new IllegalArgumentException("value of " + name + ": control character");
    }
    headers.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
  }

  private static Map<String, List<String>> copy(Map<String, List<String>> headers) {
    Map<String, List<String>> copied = new LinkedHashMap<>();
    headers.forEach((name, values) -> copied.put(name, List.copyOf(values)));
    return copied;
  }

  static void requirePositive(String name, Duration value) {
    if (value.isZero() || value.isNegative() || value.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(name + ": " + value);
    }
  }
}
