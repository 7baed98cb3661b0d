// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.testkit.ChildNode;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All clients of a server but some lose their connections at the same moment. */
@Tag("full") // the jitter of the attempts has no seed
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ReconnectStormIT {
  private static final Logger log = LoggerFactory.getLogger(ReconnectStormIT.class);
  private static final int CUT_OFF = Boolean.getBoolean("mesh.full") ? 5_000 : 200;
  private static final int REFUSED = 1_000;

  /** The server's process has its end of each connection, and two of the crossing. */
  private static final int DESCRIPTORS = 3 * CUT_OFF + 500;

  private static final Duration ALL_BACK = Duration.ofSeconds(30);
  private static final PlannedAttempts PLANNED = new PlannedAttempts(ReconnectPolicy.defaults());

  private ChildNode server;
  private Survivors survivors;
  private Herds herds;

  @BeforeEach
  void start() throws Exception {
    Holdings.requireDescriptors(DESCRIPTORS);
    server = ChildNode.start(StormProgram.class);
    survivors = new Survivors(server.port());
  }

  @AfterEach
  void stop() {
    if (herds != null) {
      herds.close();
    }
    if (survivors != null) {
      survivors.close();
    }
    if (server != null) {
      server.close();
    }
  }

  /** As many clients, and the number of answers the survivors have had. */
  private List<Integer> gather(int clients) throws Exception {
    herds = new Herds(clients, order("crossing", Integer.class));
    herds.onCut();
    return survivors.answered();
  }

  private <T> T order(String command, Class<T> type) throws Exception {
    MeshClient client = survivors.any();
    return Outcomes.result(client.command(command, null, type));
  }

  @Test
  void clientsThatAreCutOffAtOnceAreBackSoon() throws Exception {
    List<Integer> answered = gather(CUT_OFF);

    assertThat(order("cut", Boolean.class)).isTrue();

    awaitAll();

    survivors.assertAnsweredSince(answered);
    assertNobodyTriedSoonerThanPlanned(herds.times());
  }

  @Test
  void clientsThatAreRefusedForAWhileSpreadTheirAttempts() throws Exception {
    List<Integer> answered = gather(REFUSED);

    assertThat(order("refuse", Boolean.class)).isTrue();
    await().atMost(ALL_BACK).until(() -> herds.attempts() >= 3 * REFUSED);
    survivors.assertAnsweredSince(answered);

    assertThat(order("admit", Boolean.class)).isTrue();
    awaitAll();

    survivors.assertAnsweredSince(answered);
    List<long[]> attempts = herds.times();
    assertNobodyTriedSoonerThanPlanned(attempts);
    assertThirdAttemptsAreSpread(attempts);
  }

  private void awaitAll() throws Exception {
    await()
        .atMost(ALL_BACK)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> herds.back() == herds.size());
    log.info(
        "{} clients were back after {} and {} attempts",
        herds.size(),
        herds.sinceCut(),
        herds.attempts());
  }

  private static void assertNobodyTriedSoonerThanPlanned(List<long[]> attempts) {
    Duration shortest = ReconnectPolicy.defaults().minDelay();
    for (long[] times : attempts) {
      for (int i = 0; i < times.length; i++) {
        assertThat(times[i]).isGreaterThanOrEqualTo(shortest.multipliedBy(i + 1).toNanos());
      }
    }
    long[] all = attempts.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    for (int i = 0; i < all.length; i++) {
      assertThat((double) i + 1)
          .as("attempts within %d ms", TimeUnit.NANOSECONDS.toMillis(all[i]))
          .isLessThanOrEqualTo(PLANNED.most(attempts.size(), Duration.ofNanos(all[i])));
    }
  }

  /** They are planned over more than two seconds. */
  private static void assertThirdAttemptsAreSpread(List<long[]> attempts) {
    long[] third =
        attempts.stream()
            .filter(times -> times.length >= 3)
            .mapToLong(times -> times[2])
            .sorted()
            .toArray();
    Duration window = Duration.ofMillis(200);

    int most = 0;
    int first = 0;
    for (int last = 0; last < third.length; last++) {
      while (third[last] - third[first] > window.toNanos()) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }

    log.info("{} of {} third attempts lay within {}", most, third.length, window);
    assertThat(most).isLessThan(REFUSED / 2);
  }
}
