// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.gateway.internal.config.Settings;
import io.meshrt.gateway.internal.config.Settings.Authenticating;
import io.meshrt.gateway.internal.config.Settings.Compatibility;
import io.meshrt.gateway.internal.token.TokenRules;
import io.meshrt.gateway.internal.token.TokenVerifier;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.MessageAuthenticator;
import io.meshrt.server.command.Middleware;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.mesa.MesaBridgeOptions;
import io.meshrt.server.mesa.MesaOptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a server of settings and of what code adds; it is not started here. */
final class Assembly {
  private static final String INBOX = "mesh/inbox";

  /** As seldom as clients of Mesa can be asked. */
  private static final Duration RARELY = Duration.ofHours(1);

  private static final Duration NEVER = Duration.ofDays(1);
  private static final long CLOSE_DELAY_MILLIS = 100;

  private Assembly() {}

  static MeshServer server(Settings settings, MeterRegistry meters, GatewayCustomizer customizer) {
    MeshServerBuilder builder = MeshServer.builder();
    listen(builder, settings);
    builder.meterRegistry(meters);
    builder.heartbeat(heartbeat(settings.heartbeat()));
    builder.inboxes(inboxes(settings.inbox()));
    builder.trackIdentities(settings.authentication().track());
    if (settings.redis() != null) {
      builder.redis(settings.redis());
    }
    if (settings.compatibility().contains(Compatibility.MESA)) {
      builder.mesa(Compatibility.MESA.path(), mesa(settings));
      if (settings.redis() != null) {
        builder.mesaBridge(new MesaBridgeOptions(settings.mesaNamespace()));
      }
    }
    boolean thinWs = settings.compatibility().contains(Compatibility.THINWS);
    if (thinWs) {
      builder.thinWs(Compatibility.THINWS.path());
    }
    FailedLogins logins = authenticate(builder, settings, customizer.authenticator());
    customizer.configure(builder);

    MeshServer server = builder.build();
    if (logins != null) {
      server.onDisconnect((connection, code, reason) -> logins.forget(connection));
    }
    if (settings.log()) {
      server.observe(new ConnectionLog());
    }
    if (!settings.inbox().enabled()) {
      server.addMiddleware(noInbox());
    }
    open(server, settings.opened());
    if (thinWs) {
      settings.opened().rooms().forEach(server::persistentRooms);
      settings.opened().rooms().forEach(server::exposeRoomMessages);
    }
    customizer.register(server);
    String group = settings.workerGroup();
    if (group != null) {
      server.forwardAll().toGroup(group);
    }
    return server;
  }

  private static void listen(MeshServerBuilder builder, Settings settings) {
    Settings.Listening listening = settings.listening();
    builder.path(listening.path());
    if (listening.origins().isEmpty()) {
      builder.allowAnyOrigin();
    } else {
      builder.allowedOrigins(listening.origins().toArray(String[]::new));
    }
    builder.trustedProxies(listening.proxies().toArray(String[]::new));
  }

  private static HeartbeatOptions heartbeat(Settings.@Nullable Beating beating) {
    HeartbeatOptions options = HeartbeatOptions.defaults();
    return beating == null
        ? options.withPingInterval(NEVER).withLatencyInterval(NEVER)
        : options.withPingInterval(beating.interval()).withMaxMissedPongs(beating.maxAttempts());
  }

  private static MesaOptions mesa(Settings settings) {
    Settings.Beating beating = settings.heartbeat();
    Settings.Reconnecting reconnect = settings.reconnect();
    return MesaOptions.defaults()
        .withHeartbeat(
            beating == null ? RARELY : beating.interval(),
            beating == null ? 0 : beating.maxAttempts())
        .withReconnectInterval(reconnect.enabled() ? reconnect.interval() : Duration.ZERO)
        .withSendsUser(settings.authentication().sendUser())
        .withInbox(settings.inbox().enabled())
        .withClosesOnRefusal(settings.authentication().disconnectOnFail());
  }

  private static InboxOptions inboxes(Settings.Keeping keeping) {
    return InboxOptions.defaults()
        .withKeptByDefault(keeping.enabled())
        .withMaxMessages(keeping.maxMessages())
        .withMaxAge(keeping.maxAge());
  }

  /** Null when nobody authenticates by message. */
  private static @Nullable FailedLogins authenticate(
      MeshServerBuilder builder, Settings settings, @Nullable MessageAuthenticator own) {
    Authenticating wanted = settings.authentication();
    TokenRules rules = wanted.tokens();
    TokenAuthenticator tokens =
        rules == null ? null : new TokenAuthenticator(new TokenVerifier(rules, Clock.systemUTC()));
    AuthenticationOptions options =
        AuthenticationOptions.defaults()
            .withUpgrade(
                TokenAuthenticator.upgrades(
                    own == null ? tokens : null, settings.strictVersions(), elsewhere(settings)))
            .withFirstMessageTimeout(wanted.timeout().isZero() ? NEVER : wanted.timeout())
            .withRequired(wanted.required());
    MessageAuthenticator authenticator = own == null ? tokens : own;
    FailedLogins logins = null;
    if (authenticator != null) {
      logins =
          new FailedLogins(
              authenticator,
              wanted.disconnectOnFail(),
              elsewhere(settings),
              CompletableFuture.delayedExecutor(CLOSE_DELAY_MILLIS, TimeUnit.MILLISECONDS));
      options = options.withMessage(logins);
    }
    builder.authentication(options);
    return logins;
  }

  /** Where clients do not speak our protocol, and are refused in their own. */
  private static Set<String> elsewhere(Settings settings) {
    return settings.compatibility().stream()
        .map(Compatibility::path)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The inbox is a channel that clients may otherwise open when they have an identity. */
  private static Middleware noInbox() {
    return Middleware.before(
        context -> {
          if (List.of("mesh/subscribe-channel", "mesh/get-channel-history")
                  .contains(context.command())
              && context.payload().path("channel").asText().equals(INBOX)) {
            throw CommandException.accessDenied("Inboxes are not open here.");
          }
        });
  }

  private static void open(MeshServer server, Settings.Opened opened) {
    opened.rooms().forEach(server::exposeRoom);
    opened.channels().forEach(server::exposeChannel);
    opened.records().forEach(server::exposeRecord);
  }
}
