// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeConnector.FakeOpening;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a token supplier is for when the server closes with 4501. */
class TokenRenewalTest {
  private static final int EXPIRED = 4501;
  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicInteger asked = new AtomicInteger();
  private final ClientRig rig = rig(ReconnectPolicy.defaults());

  private ClientRig rig(ReconnectPolicy policy) {
    return new ClientRig(
        b ->
            b.reconnect(policy)
                .pingTimeout(LONG.multipliedBy(2))
                .tokenSupplier(
                    () -> CompletableFuture.completedFuture("t" + asked.incrementAndGet())));
  }

  @Test
  void expiredTokenIsFetchedAnew() {
    FakeSocket socket = rig.connected(Frames.welcome("ann"));
    rig.loop.advance(LONG);

    socket.closeFromServer(EXPIRED, "credentials expired");
    assertThat(rig.client.status()).isEqualTo(ClientStatus.RECONNECTING);
    assertThat(asked).hasValue(1);
    rig.awaitReconnect();
    FakeOpening opening = rig.connector.next();
    opening.accept().receive(Frames.welcome("ann"));

    assertThat(opening.target().headers().get("Authorization")).containsExactly("Bearer t2");
    assertThat(rig.client.status()).isEqualTo(ClientStatus.CONNECTED);
  }

  @Test
  void freshTokenThatIsRefusedEndsTheAttempts() {
    FakeSocket socket = rig.connected(Frames.welcome("ann"));

    socket.closeFromServer(EXPIRED, "credentials expired");
    rig.awaitReconnect();
    rig.connector.next().refuse(401);
    rig.loop.advance(LONG);

    assertThat(rig.client.status()).isEqualTo(ClientStatus.DISCONNECTED);
    assertThat(asked).hasValue(2);
  }

  @Test
  void tokenThatExpiresAgainAtOnceEndsTheAttempts() {
    FakeSocket socket = rig.connected(Frames.welcome("ann"));

    FakeSocket second = renewed(rig, socket);
    rig.loop.advance(Duration.ofMillis(4_999));
    second.closeFromServer(EXPIRED, "credentials expired");
    rig.loop.advance(LONG);

    assertThat(rig.client.status()).isEqualTo(ClientStatus.DISCONNECTED);
    assertThat(rig.changes.get(rig.changes.size() - 1).closeCode()).hasValue(EXPIRED);
    assertThat(asked).hasValue(2);
  }

  @Test
  void tokenThatLastedIsFetchedAnewEachTime() {
    FakeSocket socket = rig.connected(Frames.welcome("ann"));

    FakeSocket second = renewed(rig, socket);
    rig.loop.advance(Duration.ofSeconds(5));
    renewed(rig, second);

    assertThat(rig.client.status()).isEqualTo(ClientStatus.CONNECTED);
    assertThat(asked).hasValue(3);
  }

  @Test
  void delaysThatDoNotGrowEndTheAttemptsToo() {
    ClientRig fixed = rig(ReconnectPolicy.fixed(Duration.ofMillis(400)));
    FakeSocket socket = fixed.connected(Frames.welcome("ann"));

    renewed(fixed, socket).closeFromServer(EXPIRED, "credentials expired");

    assertThat(fixed.client.status()).isEqualTo(ClientStatus.DISCONNECTED);
  }

  @Test
  void connectionWithoutIdentityDidNotLoseItByTheToken() {
    FakeSocket socket = rig.connected(Frames.welcome());

    socket.closeFromServer(EXPIRED, "not authenticated in time");

    assertThat(rig.client.status()).isEqualTo(ClientStatus.DISCONNECTED);
  }

  @Test
  void policyOffIsOff() {
    ClientRig off = rig(ReconnectPolicy.off());

    off.connected(Frames.welcome("ann")).closeFromServer(EXPIRED, "credentials expired");

    assertThat(off.client.status()).isEqualTo(ClientStatus.DISCONNECTED);
  }

  private static FakeSocket renewed(ClientRig rig, FakeSocket expired) {
    expired.closeFromServer(EXPIRED, "credentials expired");
    rig.awaitReconnect();
    FakeSocket next = rig.connector.next().accept();
    next.receive(Frames.welcome("ann"));
    return next;
  }
}
