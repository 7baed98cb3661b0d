// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.UpgradeAuthenticator;
import io.meshrt.server.channel.HistoryWindow;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.AddressLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.connection.HttpLimits;
import io.meshrt.server.connection.LegacyGeneration;
import io.meshrt.server.connection.MetadataLimits;
import io.meshrt.server.connection.SubscriptionLimits;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.internal.auth.KeptHeaders;
import io.meshrt.server.internal.transport.OriginPolicy;
import io.meshrt.server.internal.transport.TransportOptions;
import io.meshrt.server.internal.transport.TrustedProxies;
import io.meshrt.server.mesa.MesaBridgeOptions;
import io.meshrt.server.mesa.MesaOptions;
import io.meshrt.server.record.RecordLimits;
import io.meshrt.server.room.PersistentRoomOptions;
import io.meshrt.server.thinws.ThinWsOptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Collects the options of a {@link MeshServer}; each has a default. Not thread-safe. A server keeps
 * the values of the moment it was built.
 */
public final class MeshServerBuilder {
  private static final int DEFAULT_PORT = 8080;
  private static final int DEFAULT_MAX_CONNECTIONS = 20_000;

  // Read by Node.
  TransportOptions transport = TransportOptions.defaults(DEFAULT_PORT);
  ConnectionLimits limits = ConnectionLimits.defaults();
  CommandLimits commandLimits = CommandLimits.defaults();
  AddressLimits addressLimits = AddressLimits.defaults();
  SubscriptionLimits subscriptionLimits = SubscriptionLimits.defaults();
  MetadataLimits metadataLimits = MetadataLimits.defaults();
  PersistentRoomOptions persistentRooms = PersistentRoomOptions.defaults();
  InboxOptions inbox = InboxOptions.defaults();
  RecordLimits recordLimits = RecordLimits.defaults();
  CollectionLimits collectionLimits = CollectionLimits.defaults();
  ClusterOptions cluster = ClusterOptions.defaults();
  InMemoryNetwork network = new InMemoryNetwork();
  @Nullable RedisOptions redis;
  HeartbeatOptions heartbeat = HeartbeatOptions.defaults();
  AuthenticationOptions authentication = AuthenticationOptions.defaults();
  KeptHeaders keptHeaders = KeptHeaders.of(List.of());
  Set<LegacyGeneration> announced = Set.of(LegacyGeneration.values());
  Endpoints.@Nullable Mesa mesa;
  Endpoints.@Nullable ThinWs thinWs;
  @Nullable MesaBridgeOptions mesaBridge;
  @Nullable ObjectMapper objectMapper;
  @Nullable MeterRegistry meterRegistry;
  @Nullable Executor executor;
  HistoryWindow legacyHistoryWindow = HistoryWindow.NEWEST;
  boolean exposeErrorMessages;
  boolean openDefaults;
  boolean browserClient;
  boolean trackIdentities = true;
  int maxConnections = DEFAULT_MAX_CONNECTIONS;

  MeshServerBuilder() {}

  /** Port to listen on, 8080 unless set; 0 takes any that is free. */
  public MeshServerBuilder port(int port) {
    transport = transport.withPort(port);
    return this;
  }

  /** Address to listen on; all of this machine unless set. */
  public MeshServerBuilder host(String host) {
    transport = transport.withHost(Objects.requireNonNull(host, "host"));
    return this;
  }

  /** The one path that accepts connections; any path unless set. */
  public MeshServerBuilder path(String path) {
    transport = transport.withPath(Objects.requireNonNull(path, "path"));
    return this;
  }

  /** As {@link #mesa(String, MesaOptions)} with the defaults. */
  public MeshServerBuilder mesa(String path) {
    return mesa(path, MesaOptions.defaults());
  }

  /**
   * Lets Mesa's clients connect, unchanged, on a path of their own; not unless set. They run
   * commands by messages, authenticate by {@link AuthenticationOptions#messageAuthenticator}, and
   * get pushes and the inbox of their identity.
   *
   * @param path exactly as clients ask for it, for example {@code /mesa}
   * @throws IllegalArgumentException when the path does not begin with a slash
   */
  public MeshServerBuilder mesa(String path, MesaOptions options) {
    this.mesa = new Endpoints.Mesa(path, Objects.requireNonNull(options, "options"));
    transport = transport.withEndpoints(Endpoints.paths(this));
    return this;
  }

  /** As {@link #thinWs(String, ThinWsOptions)} with the defaults: clients are believed. */
  public MeshServerBuilder thinWs(String path) {
    return thinWs(path, ThinWsOptions.defaults());
  }

  /**
   * Lets ThinWS's clients connect, unchanged, on a path of their own; not unless set. They use the
   * rooms of all clients, where these are exposed, and have them restored where they are
   * {@linkplain RoomDoors#persistentRooms persistent}.
   *
   * @param path exactly as clients ask for it, for example {@code /thinws}
   * @throws IllegalArgumentException when the path does not begin with a slash
   */
  public MeshServerBuilder thinWs(String path, ThinWsOptions options) {
    this.thinWs = new Endpoints.ThinWs(path, Objects.requireNonNull(options, "options"));
    transport = transport.withEndpoints(Endpoints.paths(this));
    return this;
  }

  /**
   * Does what Mesa's dispatchers publish on the Redis that the nodes share: messages and
   * disconnects for identities, messages for everyone; not unless set. The same on all nodes.
   *
   * <p>{@link #build()} fails with {@link IllegalStateException} without a {@link #redis}.
   */
  public MeshServerBuilder mesaBridge(MesaBridgeOptions options) {
    this.mesaBridge = Objects.requireNonNull(options, "options");
    return this;
  }

  /** Serves TLS; plain text unless set. */
  public MeshServerBuilder ssl(SSLContext context) {
    transport = transport.withSslContext(Objects.requireNonNull(context, "context"));
    return this;
  }

  /** Threads that read and write sockets; one for each processor and at least two unless set. */
  public MeshServerBuilder ioThreads(int ioThreads) {
    transport = transport.withIoThreads(ioThreads);
    return this;
  }

  /**
   * Pages that may connect, exactly these; unless set, those of the host the request names.
   * Requests without an Origin do not come from browsers and are always allowed.
   *
   * @param origins as a browser sends them, for example {@code https://example.com}
   */
  public MeshServerBuilder allowedOrigins(String... origins) {
    transport = transport.withOrigins(OriginPolicy.only(List.of(origins)));
    return this;
  }

  /** Lets every page of the web connect with the cookies its visitor has for this server. */
  public MeshServerBuilder allowAnyOrigin() {
    transport = transport.withOrigins(OriginPolicy.any());
    return this;
  }

  /**
   * Proxies whose {@code X-Forwarded-For} is believed; none unless set.
   *
   * @param networks addresses, or networks such as {@code 10.0.0.0/8}; never host names
   */
  public MeshServerBuilder trustedProxies(String... networks) {
    transport = transport.withTrustedProxies(TrustedProxies.of(List.of(networks)));
    return this;
  }

  /** What one connection may make the server hold. */
  public MeshServerBuilder limits(ConnectionLimits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
    return this;
  }

  /** How many commands one connection may have, and how long they may take. */
  public MeshServerBuilder commandLimits(CommandLimits limits) {
    this.commandLimits = Objects.requireNonNull(limits, "limits");
    return this;
  }

  /** How many rooms and subscriptions one connection may have. */
  public MeshServerBuilder subscriptionLimits(SubscriptionLimits limits) {
    this.subscriptionLimits = Objects.requireNonNull(limits, "limits");
    return this;
  }

  /** How much may be attached to connections, rooms and members. */
  public MeshServerBuilder metadataLimits(MetadataLimits limits) {
    this.metadataLimits = Objects.requireNonNull(limits, "limits");
    return this;
  }

  /** How many memberships are remembered, and how long; which are, says {@link RoomDoors}. */
  public MeshServerBuilder persistentRooms(PersistentRoomOptions options) {
    this.persistentRooms = Objects.requireNonNull(options, "options");
    return this;
  }

  /** How much is kept for identities that are away. */
  public MeshServerBuilder inboxes(InboxOptions options) {
    this.inbox = Objects.requireNonNull(options, "options");
    return this;
  }

  /** How large records and their changes may be. */
  public MeshServerBuilder recordLimits(RecordLimits limits) {
    this.recordLimits = Objects.requireNonNull(limits, "limits");
    return this;
  }

  /** How large collections of records may be. */
  public MeshServerBuilder collectionLimits(CollectionLimits limits) {
    this.collectionLimits = Objects.requireNonNull(limits, "limits");
    return this;
  }

  /**
   * Makes the server one node of many, which share this Redis; unless set it is on its own.
   *
   * @param uri {@code redis://[user[:password]@]host[:port][/database]}, or {@code rediss}
   */
  public MeshServerBuilder redis(String uri) {
    return redis(RedisOptions.of(uri));
  }

  /** As {@link #redis(String)}, with options: sentinels, cluster, prefix, what happens at start. */
  public MeshServerBuilder redis(RedisOptions options) {
    this.redis = Objects.requireNonNull(options, "options");
    return this;
  }

  /** Makes the server one node of many in this JVM, without a Redis: for tests and examples. */
  public MeshServerBuilder inMemory(InMemoryNetwork network) {
    this.network = Objects.requireNonNull(network, "network");
    this.redis = null;
    return this;
  }

  /** How soon a silent node counts as dead. */
  public MeshServerBuilder cluster(ClusterOptions options) {
    this.cluster = Objects.requireNonNull(options, "options");
    return this;
  }

  /** How dead connections are found. */
  public MeshServerBuilder heartbeat(HeartbeatOptions heartbeat) {
    this.heartbeat = Objects.requireNonNull(heartbeat, "heartbeat");
    return this;
  }

  /** How connections authenticate; unless set they do not. */
  public MeshServerBuilder authentication(AuthenticationOptions authentication) {
    this.authentication = Objects.requireNonNull(authentication, "authentication");
    return this;
  }

  /** Asks {@code authenticator} before each connection; the other authentication options stay. */
  public MeshServerBuilder authentication(UpgradeAuthenticator authenticator) {
    return authentication(authentication.withUpgrade(authenticator));
  }

  /**
   * Headers of the upgrade request that {@link io.meshrt.server.connection.Connection#headers
   * connections keep}; none unless set. Workers get them with each piece of work, through Redis:
   * better none with secrets, such as cookies, or long ones.
   *
   * @param names in any case, at most 32
   * @throws IllegalArgumentException when one is no name of a header, or there are too many
   */
  public MeshServerBuilder keepHeaders(String... names) {
    this.keptHeaders = KeptHeaders.of(List.of(names));
    return this;
  }

  /** Reads and writes payloads; used as it is and not changed. */
  public MeshServerBuilder objectMapper(ObjectMapper objectMapper) {
    this.objectMapper = Objects.requireNonNull(objectMapper, "objectMapper");
    return this;
  }

  /** Where the server counts and measures; unless set it does not. */
  public MeshServerBuilder meterRegistry(MeterRegistry meterRegistry) {
    this.meterRegistry = Objects.requireNonNull(meterRegistry, "meterRegistry");
    return this;
  }

  /**
   * Runs handlers, middleware and listeners; unless set, virtual threads do where Java has them,
   * else 200 threads of the server's own. It gets about 10,000 tasks at a time at most, must
   * neither refuse them nor run them in the caller's thread, and stays open when the server closes.
   */
  public MeshServerBuilder executor(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /** Older clients that are told the id of their connection; all unless set, none is allowed. */
  public MeshServerBuilder announceLegacyGenerations(LegacyGeneration... generations) {
    this.announced = Set.of(generations);
    return this;
  }

  /**
   * Which messages older clients with a prefix get that ask for fewer than are kept; the newest.
   */
  public MeshServerBuilder legacyHistoryWindow(HistoryWindow window) {
    this.legacyHistoryWindow = Objects.requireNonNull(window, "window");
    return this;
  }

  /**
   * Sends message and class name of unexpected exceptions to clients, as older servers of the
   * family did. They may tell strangers about the inside of the application; for development only.
   */
  public MeshServerBuilder exposeErrorMessages() {
    this.exposeErrorMessages = true;
    return this;
  }

  /**
   * Lets every client join and leave all rooms, read the metadata of all rooms and connections, and
   * write that of its own connection, as older servers of the family did. Guards of what is exposed
   * besides still refuse. Presence is open where it is tracked without a guard, with or without
   * this; channels, records and collections stay closed until they are exposed.
   */
  public MeshServerBuilder openDefaults() {
    this.openDefaults = true;
    return this;
  }

  /**
   * Serves the browser client: {@code /mesh/mesh.js}, {@code /mesh/inbox.js}, {@code
   * /mesh/memberships.js} and the modules they import, from the jar of {@code mesh-client}, to
   * everybody who asks. Nothing else is served, and not unless set; other requests below {@code
   * /mesh/} that ask for no WebSocket get 404.
   *
   * <p>{@link #build()} fails with {@link IllegalStateException} when the jar is not on the class
   * path.
   */
  public MeshServerBuilder browserClient() {
    this.browserClient = true;
    return this;
  }

  /**
   * Whether the cluster is told which identities are connected here, true unless set; else {@link
   * MeshServer#identities} cannot say who is online. It costs 3 requests for each connection that
   * comes with an identity, and as many when it goes. The same on all nodes.
   */
  public MeshServerBuilder trackIdentities(boolean trackIdentities) {
    this.trackIdentities = trackIdentities;
    return this;
  }

  /** Connections at the same time, 20,000 unless set; more are refused with 503. */
  public MeshServerBuilder maxConnections(int maxConnections) {
    if (maxConnections < 1) {
      throw new IllegalArgumentException("maxConnections: " + maxConnections);
    }
    this.maxConnections = maxConnections;
    return this;
  }

  /** What an HTTP request may use before it is a connection. */
  public MeshServerBuilder httpLimits(HttpLimits limits) {
    transport = transport.withHttpLimits(Objects.requireNonNull(limits, "limits"));
    return this;
  }

  /** What one address may have; unless set anything. */
  public MeshServerBuilder addressLimits(AddressLimits limits) {
    this.addressLimits = Objects.requireNonNull(limits, "limits");
    return this;
  }

  /** A server with these options, not yet started. */
  public MeshServer build() {
    return new MeshServer(new Node(this));
  }
}
