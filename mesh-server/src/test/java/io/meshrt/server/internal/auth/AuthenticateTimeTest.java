// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.auth.MessageAuthenticator;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.session.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How long the answer to credentials may take, and whose time it is. */
class AuthenticateTimeTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration ALMOST = TIMEOUT.minusMillis(1);
  private static final String REPLY = "{\"id\":1,\"payload\":{\"identity\":\"ann\"}}";

  private final TestNode node = new TestNode();
  private final CompletableFuture<Authentication> decision = new CompletableFuture<>();
  private final CompletableFuture<Boolean> settled = new CompletableFuture<>();
  private MessageAuthenticator authenticator = (credentials, who) -> decision;
  private final TestNode.Client client = connect();

  @Test
  void whatTheIdentityBringsIsNotTheAuthenticatorsTime() {
    authenticate();
    pass(ALMOST);
    decide();

    pass(Settling.LONGEST.minusMillis(1));
    assertThat(client.transport().sent()).isEmpty();
    settled.complete(true);
    turn();

    assertThat(client.transport().sent()).containsExactly(REPLY);
  }

  @Test
  void whatTheIdentityBringsIsNotWaitedForForLong() {
    authenticate();
    pass(ALMOST);
    decide();

    pass(Settling.LONGEST);
    assertThat(client.transport().sent()).containsExactly(REPLY);

    settled.complete(true);
    pass(Duration.ofSeconds(60));
    assertThat(client.transport().sent()).isEmpty();
  }

  @Test
  void anAuthenticatorThatBlocksHasTheSameTimes() {
    authenticator =
        (credentials, who) -> {
          node.scheduler.advance(ALMOST);
          return Authentication.accept(Identity.of("ann"));
        };
    authenticate();

    pass(Settling.LONGEST.minusMillis(1));
    assertThat(client.transport().sent()).isEmpty();
    pass(Duration.ofMillis(1));

    assertThat(client.transport().sent()).containsExactly(REPLY);
  }

  @Test
  void anAuthenticatorThatIsTooSlowIsATimeout() {
    authenticate();
    pass(TIMEOUT);
    assertTimedOut(client.transport().sent());

    decide();
    pass(Settling.LONGEST);

    assertThat(client.session().identity()).isEmpty();
    assertThat(client.transport().sent()).isEmpty();
  }

  @Test
  void anAuthenticatorThatBlocksTooLongIsATimeoutAtOnce() {
    List<String> meanwhile = new ArrayList<>();
    authenticator =
        (credentials, who) -> {
          node.scheduler.advance(TIMEOUT);
          client.transport().turn();
          meanwhile.addAll(client.transport().sent());
          return Authentication.accept(Identity.of("ann"));
        };
    authenticate();

    assertTimedOut(meanwhile);
    assertThat(client.session().identity()).isEmpty();
    assertThat(client.transport().sent()).isEmpty();
  }

  private TestNode.Client connect() {
    Commands commands =
        new Commands(
            new Commands.Settings(Duration.ofSeconds(30), 1 << 20, false, false, false),
            new JsonValues(),
            node.scheduler,
            node.threads.asHandlerThreads(100),
            node.metrics,
            (connection, error) -> {});
    CredentialCheck check =
        new CredentialCheck(
            (credentials, who) -> authenticator.authenticate(credentials, who),
            TIMEOUT,
            node.scheduler);
    commands.registerAuthentication(
        new AuthenticateCommand(check, who -> settled, node.scheduler)::handle, TIMEOUT);
    node.handler = commands.requestHandler();
    return node.v1();
  }

  private void authenticate() {
    client
        .transport()
        .receive("{\"id\":1,\"command\":\"mesh/authenticate\",\"payload\":{\"credentials\":1}}");
    turn();
  }

  private void decide() {
    decision.complete(Authentication.accept(Identity.of("ann")));
    turn();
  }

  private void pass(Duration time) {
    node.scheduler.advance(time);
    turn();
  }

  /** Handler threads and the I/O thread do what waits. */
  private void turn() {
    node.threads.runAll();
    client.transport().turn();
  }

  private static void assertTimedOut(List<String> frames) {
    assertThat(frames).singleElement().asString().contains("\"id\":1", "ETIMEOUT");
  }
}
