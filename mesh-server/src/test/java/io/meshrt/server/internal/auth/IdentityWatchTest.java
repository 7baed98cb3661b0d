// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.fakes.FakeTransport;
import io.meshrt.server.fakes.ManualExecutor;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import io.meshrt.server.internal.session.ConnectionFacts;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How long identities last, and how long a connection may go without one. */
class IdentityWatchTest {
  private static final Instant NOW = ManualScheduler.START;

  private final ManualScheduler scheduler = new ManualScheduler();
  private final RecordedMetrics metrics = new RecordedMetrics();
  private final FakeTransport transport = new FakeTransport();

  @Test
  void expiredIdentityClosesItsConnection() {
    connect(AuthenticationOptions.defaults(), until(NOW.plusSeconds(7200)));

    scheduler.advance(Duration.ofSeconds(7199));
    int before = transport.closeCode();
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(before).isZero();
    assertThat(transport.closeCode()).isEqualTo(4501);
  }

  @Test
  void refreshMovesTheExpiryInBothDirections() {
    Session session = connect(AuthenticationOptions.defaults(), until(NOW.plusSeconds(10)));

    session.identify(until(NOW.plusSeconds(100)));
    scheduler.advance(Duration.ofSeconds(50));
    int afterTheFirstEnd = transport.closeCode();
    session.identify(until(NOW.plusSeconds(60)));
    scheduler.advance(Duration.ofSeconds(10));

    assertThat(afterTheFirstEnd).isZero();
    assertThat(transport.closeCode()).isEqualTo(4501);
  }

  @Test
  void identityWithoutExpiryNeedsNoTimer() {
    connect(AuthenticationOptions.defaults(), null);
    int idle = scheduler.pending();

    Session session = connect(AuthenticationOptions.defaults(), Identity.of("ann"));
    int without = scheduler.pending();
    session.identify(until(NOW.plusSeconds(10)));
    int with = scheduler.pending();
    session.identify(Identity.of("ann"));

    assertThat(List.of(without, with, scheduler.pending()))
        .containsExactly(2 * idle, 2 * idle + 1, 2 * idle);
  }

  @Test
  void requiredIdentityThatDoesNotComeInTimeClosesTheConnection() {
    connect(required(), null);

    scheduler.advance(Duration.ofMillis(9_999));
    int before = transport.closeCode();
    scheduler.advance(Duration.ofMillis(1));

    assertThat(before).isZero();
    assertThat(transport.closeCode()).isEqualTo(4501);
    assertThat(metrics.hits(Limit.AUTHENTICATION_DEADLINE)).isEqualTo(1);
  }

  @Test
  void requiredIdentityThatCameInTimeKeepsTheConnection() {
    Session session = connect(required(), null);

    session.identify(Identity.of("ann"));
    scheduler.advance(Duration.ofSeconds(10));

    assertThat(transport.closeCode()).isZero();
    assertThat(metrics.hits(Limit.AUTHENTICATION_DEADLINE)).isZero();
  }

  private static AuthenticationOptions required() {
    return AuthenticationOptions.defaults()
        .withMessage((credentials, connection) -> null)
        .withRequired(true);
  }

  private static Identity until(Instant end) {
    return Identity.of("ann").withExpiry(end);
  }

  private Session connect(AuthenticationOptions options, Identity identity) {
    Sessions sessions =
        new Sessions(
            new SessionServices(
                "n7",
                ConnectionLimits.defaults(),
                CommandLimits.defaults(),
                new HeartbeatOptions(Duration.ofHours(9), Duration.ofHours(9), 1),
                new EnvelopeReader(JsonLimits.forMessages(1000)),
                new JsonValues(),
                scheduler,
                HandlerThreads.on(new ManualExecutor(), 100),
                metrics,
                (session, request) -> {},
                List.of(new IdentityWatch(options, scheduler))),
            new Random(7));
    return sessions.open(
        transport, Dialect.legacy(Set.of()), new ConnectionFacts("/", "", "::1", null), identity);
  }
}
