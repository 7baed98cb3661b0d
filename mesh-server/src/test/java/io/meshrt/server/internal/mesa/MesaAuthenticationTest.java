// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.internal.auth.Settling;
import io.meshrt.server.internal.session.TestNode;
import io.meshrt.server.mesa.MesaOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What an op 2 waits for, and how long. */
class MesaAuthenticationTest {
  private static final String AUTHENTICATED = "{\"op\":22,\"d\":{\"id\":\"ann\"}}";
  private static final Duration ALMOST = MesaRoom.TIMEOUT.minusMillis(1);

  private final MesaRoom room = new MesaRoom(InboxOptions.defaults());
  private final CompletableFuture<Authentication> decision = new CompletableFuture<>();
  private final CompletableFuture<Boolean> settled = new CompletableFuture<>();
  private final TestNode.Client client = room.connect();

  @Test
  void theAuthenticatorMayTakeAlmostAllOfItsTime() {
    room.authenticator = (credentials, who) -> decision;
    room.settled = settled;
    authenticate();

    pass(ALMOST);
    decision.complete(Authentication.accept(Identity.of("ann")));
    pass(Duration.ofSeconds(2));
    assertThat(client.transport().sent()).isEmpty();
    settled.complete(true);
    room.turn(client);

    assertThat(client.transport().sent()).containsExactly(AUTHENTICATED);
  }

  @Test
  void whatTheIdentityBringsIsNotWaitedForForLong() {
    room.keep("ann", 1);
    room.authenticator = (credentials, who) -> decision;
    room.settled = settled;
    authenticate();
    pass(ALMOST);
    decision.complete(Authentication.accept(Identity.of("ann")));

    pass(Settling.LONGEST.minusMillis(1));
    assertThat(client.transport().sent()).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(client.transport().sent())
        .containsExactly(AUTHENTICATED, "{\"op\":0,\"d\":1,\"t\":\"NOTE\",\"s\":1}");

    settled.complete(true);
    pass(Duration.ofSeconds(20));
    assertThat(client.transport().sent()).noneMatch(frame -> frame.contains("\"op\":22"));
    assertThat(client.transport().closeCode()).isZero();
  }

  @Test
  void anAuthenticatorThatIsTooSlowRefuses() {
    room.authenticator = (credentials, who) -> decision;
    authenticate();

    pass(ALMOST);
    assertThat(client.transport().closeCode()).isZero();
    pass(Duration.ofMillis(1));

    assertThat(client.transport().closeCode()).isEqualTo(1008);
    decision.complete(Authentication.accept(Identity.of("ann")));
    room.turn(client);
    assertThat(client.session().identity()).isEmpty();
    assertThat(client.transport().sent()).isEmpty();
  }

  @Test
  void theTimeOfASecondBeginsWhenTheFirstIsOver() {
    MesaRoom patient =
        new MesaRoom(InboxOptions.defaults(), MesaOptions.defaults().withClosesOnRefusal(false));
    TestNode.Client twice = patient.connect();
    Deque<CompletableFuture<Authentication>> decisions =
        new ArrayDeque<>(List.of(new CompletableFuture<>(), decision));
    patient.authenticator = (credentials, who) -> decisions.remove();
    patient.settled = settled;
    patient.tell(twice, MesaRoom.authentication("ann"));
    patient.tell(twice, MesaRoom.authentication("ann"));

    pass(patient, twice, MesaRoom.TIMEOUT);
    assertThat(decisions).isEmpty();
    pass(patient, twice, ALMOST);
    decision.complete(Authentication.accept(Identity.of("ann")));
    pass(patient, twice, Settling.LONGEST);

    assertThat(twice.transport().sent()).contains(AUTHENTICATED);
  }

  @Test
  void whatWaitsBehindTheFirstIsNotAskedForAClientThatIsGone() {
    CompletableFuture<Authentication> first = new CompletableFuture<>();
    Deque<CompletableFuture<Authentication>> decisions = new ArrayDeque<>(List.of(first, decision));
    room.authenticator = (credentials, who) -> decisions.remove();
    room.tell(client, MesaRoom.authentication("ann"));
    room.tell(client, MesaRoom.authentication("ann"));
    room.turn(client);
    client.session().onClosed(1006, "", true);

    first.complete(Authentication.reject(401, "no"));
    room.turn(client);

    assertThat(decisions).containsExactly(decision);
  }

  @Test
  void theAnswerComesAtOnceWhereNothingIsWaitedFor() {
    authenticate();

    assertThat(client.transport().sent()).containsExactly(AUTHENTICATED);
  }

  private void authenticate() {
    room.tell(client, MesaRoom.authentication("ann"));
  }

  private void pass(Duration time) {
    pass(room, client, time);
  }

  private static void pass(MesaRoom room, TestNode.Client client, Duration time) {
    room.node.scheduler.advance(time);
    room.turn(client);
  }
}
