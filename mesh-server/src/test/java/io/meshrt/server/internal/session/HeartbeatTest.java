// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.internal.metrics.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private static final String PING = "{\"command\":\"ping\",\"payload\":{}}";
  private static final String PONG = "{\"id\":67550055,\"command\":\"pong\",\"payload\":{}}";
  private static final String REQUEST = "{\"command\":\"latency:request\",\"payload\":{}}";
  private static final String RESPONSE =
      "{\"id\":66910054,\"command\":\"latency:response\",\"payload\":{}}";
  private static final Duration NEVER = Duration.ofDays(3);

  private final TestNode node = new TestNode();

  @Test
  void legacyPingsComeAfterHalfAnIntervalAndThenAtTheWholeInterval() {
    TestNode.Client client = legacyPinging(1);

    List<Integer> pings = millisOfPings(client, 1_000, true);

    assertThat(pings).containsExactly(100, 300, 500, 700, 900);
  }

  @Test
  void aLateTickDoesNotShiftTheOnesAfterIt() {
    TestNode.Client client = legacyPinging(9);

    advance(client, 390);
    List<String> late = client.transport().sent();
    advance(client, 110);

    assertThat(late).containsExactly(PING);
    assertThat(client.transport().sent()).containsExactly(PING);
  }

  @Test
  void aSilentLegacyClientIsClosedTwoIntervalsAfterItsFirstUnansweredPing() {
    TestNode.Client client = legacyPinging(1);

    List<Integer> pings = millisOfPings(client, 499, false);
    int before = client.transport().closeCode();
    advance(client, 1);

    assertThat(pings).containsExactly(100, 300);
    assertThat(before).isZero();
    assertThat(client.transport().closeCode()).isEqualTo(4010);
    assertThat(node.metrics.hits(Limit.MISSED_PONGS)).isEqualTo(1);
  }

  @Test
  void withNoMissedPongForgivenTheSecondPingFindsOut() {
    TestNode.Client client = legacyPinging(0);

    advance(client, 100);
    advance(client, 199);
    int before = client.transport().closeCode();
    advance(client, 1);

    assertThat(before).isZero();
    assertThat(client.transport().closeCode()).isEqualTo(4010);
  }

  @Test
  void listenersHearOfEveryPong() {
    List<Session> heard = new ArrayList<>();
    node.listeners.add(
        new SessionListener() {
          @Override
          public void onPong(Session session) {
            heard.add(session);
          }
        });
    TestNode.Client legacy = node.legacy();
    TestNode.Client v1 = node.v1();

    legacy.transport().receive(PONG, PONG);
    v1.transport().receive("{\"command\":\"pong\",\"payload\":{\"t\":1}}");

    assertThat(heard).containsExactly(legacy.session(), legacy.session(), v1.session());
  }

  @Test
  void onePongForgivesAllMissedOnes() {
    TestNode.Client client = legacyPinging(1);

    advance(client, 100);
    advance(client, 200);
    client.transport().receive(PONG);
    advance(client, 200);
    advance(client, 200);
    int before = client.transport().closeCode();
    advance(client, 200);

    assertThat(before).isZero();
    assertThat(client.transport().closeCode()).isEqualTo(4010);
  }

  @Test
  void legacyLatencyIsToldAndAskedForInOneWrite() {
    node.heartbeat = new HeartbeatOptions(NEVER, Duration.ofMillis(50), 1);
    TestNode.Client client = node.legacy();

    node.scheduler.advance(Duration.ofMillis(50));
    client.transport().turn();

    assertThat(client.transport().sent())
        .containsExactly("{\"command\":\"latency\",\"payload\":0}", REQUEST);
  }

  @Test
  void theRoundTripIsToldWithTheNextRequest() {
    node.heartbeat = new HeartbeatOptions(NEVER, Duration.ofMillis(50), 1);
    TestNode.Client client = node.legacy();
    advance(client, 50);
    advance(client, 7);
    client.transport().receive(RESPONSE);
    client.transport().sent();

    advance(client, 43);

    assertThat(client.transport().sent())
        .containsExactly("{\"command\":\"latency\",\"payload\":7}", REQUEST);
    assertThat(client.session().latency()).contains(Duration.ofMillis(7));
  }

  @Test
  void aLateResponseIsNotTakenForTheAnswerToTheNextRequest() {
    node.heartbeat = new HeartbeatOptions(NEVER, Duration.ofMillis(50), 1);
    TestNode.Client client = node.legacy();
    advance(client, 50);
    advance(client, 50);
    advance(client, 3);

    client.transport().receive(RESPONSE);
    boolean measuredByTheFirst = client.session().latency().isPresent();
    advance(client, 8);
    client.transport().receive(RESPONSE);

    assertThat(measuredByTheFirst).isFalse();
    assertThat(client.session().latency()).contains(Duration.ofMillis(11));
  }

  @Test
  void latencyIsNotAskedForWhileAPongIsAwaited() {
    node.heartbeat = new HeartbeatOptions(Duration.ofMillis(80), Duration.ofMillis(50), 9);
    TestNode.Client client = node.legacy();

    advance(client, 40);
    advance(client, 10);
    List<String> awaiting = client.transport().sent();
    client.transport().receive(PONG);
    advance(client, 50);

    assertThat(awaiting).containsExactly(PING);
    assertThat(client.transport().sent()).contains(REQUEST);
  }

  @Test
  void heartbeatAnswersAreNeverAnswered() {
    TestNode.Client client = node.legacy();

    client.transport().receive(PONG, RESPONSE);

    assertThat(client.transport().sent()).isEmpty();
  }

  @Test
  void unaskedLatencyResponsesMeasureNothing() {
    TestNode.Client client = node.legacy();

    client.transport().receive(RESPONSE);

    assertThat(client.session().latency()).isEmpty();
  }

  @Test
  void theCountStandsStillWhileTheServerDoesNotRead() {
    node.connectionLimits = node.connectionLimits.withMaxOutboxBytes(1_000);
    TestNode.Client client = legacyPinging(1);
    advance(client, 100);
    advance(client, 200);
    client.transport().setWritableBytes(0);
    client.session().send("hello", "x".repeat(700));
    boolean paused = client.transport().readsPaused();

    advance(client, 200);
    advance(client, 200);
    int whilePaused = client.transport().closeCode();
    client.transport().setWritableBytes(Integer.MAX_VALUE);
    client.session().loop().execute(() -> {});
    client.transport().flush();
    advance(client, 200);
    int firstPingAfter = client.transport().closeCode();
    advance(client, 200);

    assertThat(paused).isTrue();
    assertThat(whilePaused).isZero();
    assertThat(firstPingAfter).isZero();
    assertThat(client.transport().closeCode()).isEqualTo(4010);
  }

  @Test
  void v1IsPingedAtOnceAndThenAtTheInterval() {
    node.heartbeat = new HeartbeatOptions(Duration.ofMillis(200), Duration.ofMillis(3), 9);
    TestNode.Client client = node.connectUnread(io.meshrt.server.internal.dialect.Dialect.v1());
    List<String> atOpen = client.transport().sent();

    advance(client, 199);
    List<String> before = client.transport().sent();
    advance(client, 1);
    List<String> then = client.transport().sent();

    assertThat(atOpen).hasSize(2);
    assertThat(atOpen.get(0)).startsWith("{\"command\":\"mesh/welcome\"");
    assertThat(atOpen.get(1)).isEqualTo("{\"command\":\"ping\",\"payload\":{\"t\":1700000000000}}");
    assertThat(before).isEmpty();
    assertThat(then).containsExactly("{\"command\":\"ping\",\"payload\":{\"t\":1700000000200}}");
  }

  /** The last answer may be as old as an interval when the first unanswered ping is sent. */
  @Test
  void aFrozenV1ClientIsClosedThreeToFourIntervalsAfterItsLastAnswerWhenTwoMayBeMissed() {
    node.heartbeat = new HeartbeatOptions(Duration.ofMillis(200), NEVER, 2);
    for (int lastAnswer : List.of(1, 100, 199)) {
      TestNode.Client client = node.v1();
      advance(client, lastAnswer);
      client.transport().receive("{\"command\":\"pong\",\"payload\":{}}");
      int now = lastAnswer;
      int pings = 0;
      client.transport().sent();

      while (client.transport().closeCode() == 0 && now < 2_000) {
        advance(client, 1);
        now++;
        pings += client.transport().sent().size();
      }

      assertThat(client.transport().closeCode()).isEqualTo(4010);
      assertThat(now).isEqualTo(800);
      assertThat(now - lastAnswer).isBetween(600, 900);
      assertThat(pings).isEqualTo(3);
    }
  }

  @Test
  void v1MeasuresByTheEchoOfItsLastPing() {
    node.heartbeat = new HeartbeatOptions(Duration.ofMillis(200), NEVER, 9);
    TestNode.Client client = node.v1();
    advance(client, 13);

    client.transport().receive("{\"command\":\"pong\",\"payload\":{\"t\":1700000000000}}");
    advance(client, 187);

    assertThat(client.session().latency()).contains(Duration.ofMillis(13));
    assertThat(client.transport().sent())
        .containsExactly("{\"command\":\"ping\",\"payload\":{\"t\":1700000000200,\"latency\":13}}");
  }

  @Test
  void anInventedEchoKeepsTheConnectionButMeasuresNothing() {
    node.heartbeat = new HeartbeatOptions(Duration.ofMillis(200), NEVER, 0);
    TestNode.Client client = node.v1();

    client.transport().receive("{\"command\":\"pong\",\"payload\":{\"t\":1}}");
    advance(client, 200);
    int afterAPong = client.transport().closeCode();
    advance(client, 200);

    assertThat(client.session().latency()).isEmpty();
    assertThat(afterAPong).isZero();
    assertThat(client.transport().closeCode()).isEqualTo(4010);
  }

  @Test
  void oneEchoCountsOnce() {
    node.heartbeat = new HeartbeatOptions(Duration.ofMillis(200), NEVER, 9);
    TestNode.Client client = node.v1();
    String pong = "{\"command\":\"pong\",\"payload\":{\"t\":1700000000000}}";
    advance(client, 5);
    client.transport().receive(pong);
    advance(client, 100);

    client.transport().receive(pong);

    assertThat(client.session().latency()).contains(Duration.ofMillis(5));
  }

  @Test
  void aClosedConnectionHasNoTimer() {
    TestNode.Client client = legacyPinging(1);

    client.transport().end();

    assertThat(node.scheduler.pending()).isZero();
  }

  @Test
  void closeWhileATickIsOnItsWaySendsAndSchedulesNothing() {
    TestNode.Client client = legacyPinging(1);
    node.scheduler.advance(Duration.ofMillis(100));

    client.transport().end();
    client.transport().turn();

    assertThat(client.transport().sent()).isEmpty();
    assertThat(node.scheduler.pending()).isZero();
  }

  private TestNode.Client legacyPinging(int maxMissedPongs) {
    node.heartbeat = new HeartbeatOptions(Duration.ofMillis(200), NEVER, maxMissedPongs);
    return node.legacy();
  }

  private void advance(TestNode.Client client, int millis) {
    node.scheduler.advance(Duration.ofMillis(millis));
    client.transport().turn();
  }

  private List<Integer> millisOfPings(TestNode.Client client, int millis, boolean answer) {
    List<Integer> pings = new ArrayList<>();
    for (int now = 1; now <= millis; now++) {
      advance(client, 1);
      if (client.transport().sent().contains(PING)) {
        pings.add(now);
        if (answer) {
          client.transport().receive(PONG);
        }
      }
    }
    return pings;
  }
}
