// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.auth.MessageAuthenticator;
import io.meshrt.server.command.AttributeKey;
import io.meshrt.server.command.CommandContext;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.fakes.FakeTransport;
import io.meshrt.server.fakes.ManualExecutor;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.NoMetrics;
import io.meshrt.server.internal.session.ConnectionFacts;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Credentials sent as a message. */
class AuthenticateCommandTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String CREDENTIALS = "{\"credentials\":\"let me in\"}";

  private final ManualScheduler scheduler = new ManualScheduler();
  private final Connection connection = connection();

  @Test
  void establishesAnIdentityAndTellsItsEnd() throws Exception {
    Instant end = ManualScheduler.START.plusSeconds(60);

    Object reply =
        run(
            (credentials, who) ->
                Authentication.accept(Identity.of(credentials.textValue()).withExpiry(end)));

    assertThat(reply)
        .isEqualTo(Map.of("identity", "let me in", "expiresAtMillis", end.toEpochMilli()));
    assertThat(connection.identity()).map(Identity::id).contains("let me in");
  }

  @Test
  void refreshesItsIdentityButNeverChangesIt() throws Exception {
    run((credentials, who) -> Authentication.accept(Identity.of("ann")));

    assertThat(run((credentials, who) -> Authentication.accept(Identity.of("ann"))))
        .isEqualTo(Map.of("identity", "ann"));
    assertRefused("EACCESS", (credentials, who) -> Authentication.accept(Identity.of("bob")));
    assertThat(connection.identity()).map(Identity::id).contains("ann");
  }

  @Test
  void everythingButAnIdentityIsRefused() {
    assertRefused("EUNAUTHORIZED", (credentials, who) -> null);
    assertRefused("EUNAUTHORIZED", (credentials, who) -> true);
    assertRefused("EUNAUTHORIZED", (credentials, who) -> Authentication.anonymous());
    assertRefused("EUNAUTHORIZED", (credentials, who) -> Authentication.reject(403, "wrong"));
    assertThat(connection.identity()).isEmpty();
  }

  @Test
  void payloadWithoutCredentialsIsABadRequest() {
    AuthenticateCommand command =
        new AuthenticateCommand(
            new CredentialCheck((credentials, who) -> null, TIMEOUT, scheduler),
            AuthenticateCommandTest::settled,
            scheduler);

    for (String payload : List.of("null", "{}", "\"text\"", "[1]")) {
      assertThatExceptionOfType(CommandException.class)
          .isThrownBy(
              () -> command.handle(new Call(connection, RawJson.parse(payload)), () -> true))
          .satisfies(e -> assertThat(e.code()).isEqualTo("EBADREQUEST"))
          .withMessageContaining("credentials");
    }
  }

  @Test
  void decisionAfterTheTimeoutCountsForNothing() throws Exception {
    CompletableFuture<Authentication> later = new CompletableFuture<>();
    CompletionStage<?> reply = (CompletionStage<?>) run((credentials, who) -> later);

    scheduler.advance(TIMEOUT);
    later.complete(Authentication.accept(Identity.of("ann")));

    assertThat(reply.toCompletableFuture()).isCompletedExceptionally();
    assertThat(connection.identity()).isEmpty();
  }

  @Test
  void decisionBehindTheAnswerCountsForNothing() {
    CredentialCheck check =
        new CredentialCheck(
            (credentials, who) -> Authentication.accept(Identity.of("ann")), TIMEOUT, scheduler);

    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(
            () ->
                new AuthenticateCommand(check, AuthenticateCommandTest::settled, scheduler)
                    .handle(new Call(connection, RawJson.parse(CREDENTIALS)), () -> false));
    assertThat(connection.identity()).isEmpty();
  }

  private static CompletionStage<?> settled(Connection who) {
    return CompletableFuture.completedFuture(who);
  }

  private Object run(MessageAuthenticator authenticator) throws Exception {
    return new AuthenticateCommand(
            new CredentialCheck(authenticator, TIMEOUT, scheduler),
            AuthenticateCommandTest::settled,
            scheduler)
        .handle(new Call(connection, RawJson.parse(CREDENTIALS)), () -> true);
  }

  private void assertRefused(String code, MessageAuthenticator authenticator) {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> run(authenticator))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  private Connection connection() {
    Sessions sessions =
        new Sessions(
            new SessionServices(
                "n7",
                ConnectionLimits.defaults(),
                CommandLimits.defaults(),
                HeartbeatOptions.defaults(),
                null,
                new JsonValues(),
                scheduler,
                HandlerThreads.on(new ManualExecutor(), 1),
                NoMetrics.INSTANCE,
                (session, request) -> {},
                List.of()),
            new Random(7));
    return sessions.open(
        new FakeTransport(), Dialect.v1(), new ConnectionFacts("/", "", "::1", null), null);
  }

  private record Call(Connection connection, RawJson rawPayload) implements CommandContext {
    @Override
    public String command() {
      return "mesh/authenticate";
    }

    @Override
    public JsonNode payload() {
      return new JsonValues().tree(rawPayload);
    }

    @Override
    public <T> T payload(Class<T> type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> T payload(TypeReference<T> type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> T attribute(AttributeKey<T> key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> void attribute(AttributeKey<T> key, T value) {
      throw new UnsupportedOperationException();
    }
  }
}
