// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.server.ManualClock;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.testkit.MeshExtension;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The snippet about time of the page about testing. */
class TimeGuideTest {
  // snippet: time
  private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T08:00:00Z"));

  @RegisterExtension
  final MeshExtension mesh =
      MeshExtension.nodes(2)
          .clock(clock)
          .options(options -> options.authentication(request -> ticketForAnHour()));

  private Authentication ticketForAnHour() {
    Instant end = clock.instant().plus(Duration.ofHours(1));
    return Authentication.accept(Identity.of("ann").withExpiry(end));
  }

  @Test
  void ticketLastsAnHour() throws Exception {
    MeshClient ann = mesh.client(0, options -> options.reconnect(ReconnectPolicy.off()));

    clock.advance(Duration.ofMinutes(59));
    assertThat(mesh.node(0).connections().all().join()).hasSize(1);
    clock.advance(Duration.ofMinutes(2));

    await().until(() -> ann.status() != ClientStatus.CONNECTED);
  }
  // end
}
