// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.config;

import io.meshrt.gateway.internal.config.Settings.Authenticating;
import io.meshrt.gateway.internal.config.Settings.Beating;
import io.meshrt.gateway.internal.config.Settings.Compatibility;
import io.meshrt.gateway.internal.config.Settings.Keeping;
import io.meshrt.gateway.internal.config.Settings.Listening;
import io.meshrt.gateway.internal.config.Settings.Opened;
import io.meshrt.gateway.internal.config.Settings.Reconnecting;
import io.meshrt.gateway.internal.token.TokenRules;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.inbox.InboxOptions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes settings of an environment; what is wrong becomes problems of it. Used once. */
final class SettingsReader {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(1);
  private static final Duration SHORTEST_HEARTBEAT = Duration.ofMillis(100);
  private static final Set<String> PAGES = Set.of("/healthz", "/readyz", "/metrics");

  private final Environment environment;
  private final Values values;

  SettingsReader(Environment environment) {
    this.environment = environment;
    this.values = new Values(environment);
  }

  Settings read() {
    values.number(Variable.TRACE_MESSAGES, 0, 0);
    values.number(Variable.INBOX_INTERVAL, 0, 0);
    only(Variable.WORKER_DISTRIBUTION, "partition");
    Set<Compatibility> compatibility = compatibility();
    return new Settings(
        listening(compatibility),
        new RedisReader(environment, values).read(),
        authenticating(),
        keeping(),
        workerGroup(),
        beating(),
        new Reconnecting(
            values.flag(Variable.RECONNECT_ENABLED),
            values.duration(Variable.RECONNECT_INTERVAL, SHORTEST_PAUSE, HOUR)),
        new Opened(
            values.wildcards(Variable.ROOMS),
            values.wildcards(Variable.CHANNELS),
            values.wildcards(Variable.RECORDS)),
        compatibility,
        environment.isSet(Variable.NAMESPACE) ? environment.text(Variable.NAMESPACE) : null,
        values.flag(Variable.STRICT_VERSIONS),
        values.flag(Variable.LOG),
        environment.text(Variable.NODE_NAME),
        values.duration(Variable.DRAIN_MS, Duration.ZERO, DAY));
  }

  private Listening listening(Set<Compatibility> compatibility) {
    String path = environment.text(Variable.PATH);
    boolean onePort = !environment.isSet(Variable.HEALTH_PORT);
    if (!path.startsWith("/")) {
      environment.problem(Variable.PATH, "begins with /, not " + path);
    } else if (onePort && PAGES.contains(path)) {
      environment.problem(Variable.PATH, path + " is a page for probes");
    } else if (compatibility.stream().anyMatch(older -> older.path().equals(path))) {
      environment.problem(Variable.PATH, path + " is the path of a protocol of MESH_COMPAT");
    }
    int port = Objects.requireNonNull(values.port(Variable.PORT));
    Integer healthPort = values.port(Variable.HEALTH_PORT);
    List<String> origins = values.list(Variable.ALLOWED_ORIGINS);
    List<String> proxies = values.list(Variable.TRUSTED_PROXIES);
    return new Listening(
        environment.text(Variable.HOST),
        port,
        path,
        healthPort != null && healthPort != 0 && healthPort == port ? null : healthPort,
        origins.contains("*") ? List.of() : checked(Variable.ALLOWED_ORIGINS, origins),
        checked(Variable.TRUSTED_PROXIES, proxies));
  }

  /** As the builder of servers checks them. */
  private List<String> checked(Variable variable, List<String> texts) {
    try {
      String[] all = texts.toArray(String[]::new);
      MeshServerBuilder builder = MeshServer.builder();
      if (variable == Variable.TRUSTED_PROXIES) {
        builder.trustedProxies(all);
      } else {
        builder.allowedOrigins(all);
      }
    } catch (IllegalArgumentException e) {
      environment.problem(variable, String.valueOf(e.getMessage()));
    }
    return texts;
  }

  private Authenticating authenticating() {
    String kind = only(Variable.AUTH, "jwt", "none");
    TokenRules tokens = kind.equals("none") ? null : new TokenReader(environment, values).read();
    return new Authenticating(
        tokens,
        values.duration(Variable.AUTH_TIMEOUT, Duration.ZERO, DAY),
        values.flag(Variable.AUTH_REQUIRED),
        values.flag(Variable.AUTH_SEND_USER),
        values.flag(Variable.AUTH_DISCONNECT_ON_FAIL),
        values.flag(Variable.AUTH_TRACK));
  }

  private Keeping keeping() {
    return new Keeping(
        values.flag(Variable.INBOX_ENABLED),
        values.number(Variable.INBOX_MAX_LEN, 1, InboxOptions.MAX_MESSAGES),
        values.duration(Variable.INBOX_MAX_AGE, Duration.ofSeconds(1), InboxOptions.LONGEST_AGE));
  }

  private @Nullable String workerGroup() {
    String group = environment.text(Variable.WORKER_GROUP);
    if (!group.matches("[A-Za-z0-9_.-]{1,64}")) {
      environment.problem(
          Variable.WORKER_GROUP, "1 to 64 letters, digits, underscores, dots and hyphens");
    }
    return values.flag(Variable.WORKERS_ENABLED) ? group : null;
  }

  private @Nullable Beating beating() {
    Duration interval = values.duration(Variable.HEARTBEAT_INTERVAL, SHORTEST_HEARTBEAT, HOUR);
    int attempts = values.number(Variable.HEARTBEAT_MAX_ATTEMPTS, 0, 100);
    return values.flag(Variable.HEARTBEAT_ENABLED) ? new Beating(interval, attempts) : null;
  }

  private Set<Compatibility> compatibility() {
    Set<Compatibility> all = EnumSet.noneOf(Compatibility.class);
    for (String name : values.list(Variable.COMPAT)) {
      switch (name.toLowerCase(Locale.ROOT)) {
        case "mesa" -> all.add(Compatibility.MESA);
        case "thinws" -> all.add(Compatibility.THINWS);
        default -> environment.problem(Variable.COMPAT, "mesa or thinws, not " + name);
      }
    }
    return all;
  }

  /** One of a few words, in any case. */
  private String only(Variable variable, String... words) {
    return values.read(
        variable,
        text -> {
          String word = text.toLowerCase(Locale.ROOT);
          if (!List.of(words).contains(word)) {
            throw new IllegalArgumentException(String.join(" or ", words) + ", not " + text);
          }
          return word;
        });
  }
}
