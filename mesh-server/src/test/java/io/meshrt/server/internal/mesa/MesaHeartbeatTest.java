// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.session.TestNode;
import io.meshrt.server.mesa.MesaOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MesaHeartbeatTest {
  private static final String FIRST = "{\"op\":1,\"d\":{}}";

  private final TestNode node = new TestNode();
  private final TestNode.Client client =
      node.connect(
          new MesaDialect(
              MesaOptions.defaults().withHeartbeat(Duration.ofMillis(200), 2),
              Duration.ofSeconds(10)));

  @Test
  void answersStartAnew() {
    for (int round = 0; round < 6; round++) {
      advance(200);
      assertThat(client.transport().sent()).containsExactly(FIRST);
      client.transport().receive("{\"op\":11,\"d\":{}}");
    }
    assertThat(client.transport().closeCode()).isZero();
  }

  @Test
  void aLateAnswerStartsAnewToo() {
    advance(200);
    advance(200);
    client.transport().receive("{\"op\":11,\"d\":{}}");
    advance(200);

    assertThat(client.transport().sent())
        .containsExactly(FIRST, "{\"op\":1,\"d\":{\"tries\":1,\"max\":2}}", FIRST);
  }

  @Test
  void anAnswerMeasuresTheRoundTrip() {
    advance(200);
    assertThat(client.session().latency()).isEmpty();

    advance(30);
    client.transport().receive("{\"op\":11,\"d\":{}}");

    assertThat(client.session().latency()).contains(Duration.ofMillis(30));
  }

  @Test
  void anAnswerToAnEarlierHeartbeatDoesNotMeasureALaterOne() {
    advance(200);
    advance(200);
    advance(10);
    client.transport().receive("{\"op\":11,\"d\":{}}");
    assertThat(client.session().latency()).isEmpty();

    advance(5);
    client.transport().receive("{\"op\":11,\"d\":{}}");

    assertThat(client.session().latency()).contains(Duration.ofMillis(15));
  }

  @Test
  void whatAnswersNothingMeasuresNothing() {
    client.transport().receive("{\"op\":11,\"d\":{}}");
    assertThat(client.session().latency()).isEmpty();

    advance(200);
    advance(30);
    client.transport().receive("{\"op\":11,\"d\":{}}");
    advance(20);
    client.transport().receive("{\"op\":11,\"d\":{}}");

    assertThat(client.session().latency()).contains(Duration.ofMillis(30));
  }

  private void advance(int millis) {
    node.scheduler.advance(Duration.ofMillis(millis));
    client.transport().turn();
  }
}
