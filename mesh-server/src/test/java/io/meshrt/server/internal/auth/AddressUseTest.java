// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.connection.AddressLimits;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.metrics.Limit;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What one address may have. */
class AddressUseTest {
  private static final String ANN = "192.0.2.1";
  private static final String BEN = "192.0.2.2";

  private final ManualScheduler scheduler = new ManualScheduler();

  @Test
  void withoutLimitsNothingIsCounted() {
    AddressUse use = new AddressUse(AddressLimits.defaults(), scheduler);

    assertThat(use.acquire(ANN)).isNull();
    assertThat(use.size()).isZero();
  }

  @Test
  void connectionsAreLimitedPerAddress() {
    AddressUse use = new AddressUse(AddressLimits.defaults().withMaxConnections(2), scheduler);

    assertThat(use.acquire(ANN)).isNull();
    assertThat(use.acquire(ANN)).isNull();
    assertThat(use.acquire(ANN)).isEqualTo(Limit.ADDRESS_CONNECTIONS);
    assertThat(use.acquire(BEN)).isNull();
    use.release(ANN);
    assertThat(use.acquire(ANN)).isNull();
  }

  @Test
  void upgradesAreLimitedByARateThatFillsUpAgain() {
    AddressUse use =
        new AddressUse(AddressLimits.defaults().withMaxUpgradesPerSecond(2), scheduler);

    assertThat(use.acquire(ANN)).isNull();
    assertThat(use.acquire(ANN)).isNull();
    assertThat(use.acquire(ANN)).isEqualTo(Limit.ADDRESS_UPGRADES);
    assertThat(use.acquire(BEN)).isNull();
    scheduler.advance(Duration.ofMillis(499));
    assertThat(use.acquire(ANN)).isEqualTo(Limit.ADDRESS_UPGRADES);
    scheduler.advance(Duration.ofMillis(1));
    assertThat(use.acquire(ANN)).isNull();
    assertThat(use.acquire(ANN)).isEqualTo(Limit.ADDRESS_UPGRADES);
  }

  @Test
  void addressWithoutConnectionsIsForgotten() {
    AddressUse use = new AddressUse(AddressLimits.defaults().withMaxConnections(2), scheduler);
    use.acquire(ANN);

    use.release(ANN);

    assertThat(use.size()).isZero();
  }

  @Test
  void addressThatAskedRecentlyIsForgottenByALaterSweep() {
    AddressUse use =
        new AddressUse(AddressLimits.defaults().withMaxUpgradesPerSecond(1000), scheduler);
    use.acquire(ANN);
    use.release(ANN);
    assertThat(use.size()).as("still owes a token").isEqualTo(1);
    scheduler.advance(Duration.ofSeconds(1));

    for (int i = 0; i < 1023; i++) {
      use.acquire(BEN);
    }

    assertThat(use.size()).isEqualTo(1);
  }
}
