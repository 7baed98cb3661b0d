// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import io.meshrt.gateway.internal.config.Settings;
import io.meshrt.gateway.internal.http.Door;
import io.meshrt.gateway.internal.http.Pages;
import io.meshrt.server.ClusterHealth;
import io.meshrt.server.GracefulExit;
import io.meshrt.server.MeshHttpHandler;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.MessageAuthenticator;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: a ready-made server behind a port that also has the pages for probes and
 * scrapers.
 *
 * <pre>{@code
 * MeshGateway gateway = MeshGateway.start(GatewayConfig.fromEnvironment());
 * gateway.awaitExit();
 * }</pre>
 *
 * <p>Thread-safe. It is closed once; several in one JVM are fine.
 */
public final class MeshGateway implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MeshGateway.class);
  private static final GatewayCustomizer NOTHING = new GatewayCustomizer() {};

  private final MeshServer server;
  private final GracefulExit exit;
  private final Door door;
  private final Runnable meters;

  private MeshGateway(MeshServer server, GracefulExit exit, Door door, Runnable meters) {
    this.server = server;
    this.exit = exit;
    this.door = door;
    this.meters = meters;
  }

  /** As {@link #start(GatewayConfig, GatewayCustomizer)}, with nothing added. */
  public static MeshGateway start(GatewayConfig config) {
    return start(config, NOTHING);
  }

  /**
   * Starts a gateway and returns when it takes connections. It does not wait for Redis: until Redis
   * answers, {@code /readyz} says 503, and what needs it fails.
   *
   * @throws GatewayConfigException when an identity is required and nobody can get one
   * @throws RuntimeException when an address cannot be bound
   */
  public static MeshGateway start(GatewayConfig config, GatewayCustomizer customizer) {
    return start(config, customizer, false);
  }

  /** For a program that is nothing else: whoever asks it to end is heard before it listens. */
  static MeshGateway startProgram(GatewayConfig config) {
    return start(config, NOTHING, true);
  }

  private static MeshGateway start(
      GatewayConfig config, GatewayCustomizer customizer, boolean program) {
    requireWayIn(config, customizer.authenticator());
    Settings settings = config.settings();
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    if (!settings.nodeName().isEmpty()) {
      registry.config().commonTags("node", settings.nodeName());
    }
    JvmGcMetrics collections = bind(registry);
    Runnable meters =
        () -> {
          collections.close();
          registry.close();
        };
    MeshServer server = Assembly.server(settings, registry, customizer);
    GracefulExit exit = GracefulExit.of(server).drain(settings.drain());
    Door door = null;
    try {
      if (program) {
        exit.listen();
      }
      door = Door.open(settings.listening(), new Pages(() -> isReady(server), registry::scrape));
      door.admit(new MeshHttpHandler(server, null));
    } catch (RuntimeException | Error e) {
      server.close();
      if (door != null) {
        door.close();
      }
      meters.run();
      throw e;
    }
    config.notices().forEach(notice -> log.warn("{}", notice));
    log.info(
        "listening on {}:{}, pages for probes on port {}",
        settings.listening().host(),
        door.port(),
        door.healthPort());
    return new MeshGateway(server, exit, door, meters);
  }

  /** What the configuration cannot know by itself. */
  static void requireWayIn(
      GatewayConfig config, @org.jspecify.annotations.Nullable MessageAuthenticator own) {
    Settings.Authenticating wanted = config.settings().authentication();
    if (wanted.required() && wanted.tokens() == null && own == null) {
      throw new GatewayConfigException(
          List.of("MESH_AUTH_REQUIRED: with MESH_AUTH=none nobody gets an identity"));
    }
  }

  private static JvmGcMetrics bind(PrometheusMeterRegistry registry) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    JvmGcMetrics collections = new JvmGcMetrics();
    collections.bindTo(registry);
    return collections;
  }

  private static boolean isReady(MeshServer server) {
    return server.isReady() && server.health() == ClusterHealth.UP;
  }

  /**
   * Whether clients are welcome: the cluster can be used, and the gateway is not on its way out.
   */
  public boolean isReady() {
    return isReady(server);
  }

  /** The server inside; whoever drains or closes it ends the gateway. */
  public MeshServer server() {
    return server;
  }

  /** Where clients connect, also when it was left to the system to choose. */
  public int port() {
    return door.port();
  }

  /** Where the pages for probes are; the same as {@link #port} unless configured. */
  public int healthPort() {
    return door.healthPort();
  }

  /**
   * Waits until the program is asked to end, sends the clients elsewhere for as long as the
   * configuration says, and ends the JVM with status 0; does not return. See {@link GracefulExit}.
   *
   * @throws InterruptedException when the thread is interrupted before it was asked
   */
  public void awaitExit() throws InterruptedException {
    exit.await();
  }

  /** Closes the server, as {@link MeshServer#close()} does, and frees the port. */
  @Override
  public void close() {
    server.close();
    door.close();
    meters.run();
  }
}
