// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CloseCode;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.transport.Transport.CloseWhen;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
  private final TestNode node = new TestNode();

  @Test
  void textThatIsNotJsonIsProtestedAgainstOnV1() {
    TestNode.Client client = node.v1();

    client.transport().receive("{nonsense");

    assertThat(client.transport().sent())
        .singleElement()
        .asString()
        .startsWith(
            "{\"command\":\"mesh/error\",\"payload\":{\"code\":\"EBADREQUEST\",\"message\":")
        .doesNotContain("nonsense");
  }

  @Test
  void textThatIsNotJsonIsIgnoredAndCountedOnLegacy() {
    TestNode.Client client = node.legacy();

    for (int i = 0; i < 20; i++) {
      client.transport().receive("{nonsense");
    }

    assertThat(client.transport().sent()).isEmpty();
    assertThat(client.session().isOpen()).isTrue();
    assertThat(node.metrics.malformed()).isEqualTo(20);
  }

  @Test
  void aMalformedRequestWithAReadableIdIsAnswered() {
    TestNode.Client client = node.v1();

    client.transport().receive("{\"id\":5,\"command\":17}");

    assertThat(client.transport().sent())
        .containsExactly(
            "{\"id\":5,\"error\":{\"code\":\"EBADREQUEST\",\"message\":\"command: not a string\"}}");
  }

  @Test
  void fiveMalformedMessagesAreForgivenAndTheSixthCloses() {
    TestNode.Client client = node.v1();

    client.transport().receive("4x", "4x", "4x", "4x");
    boolean afterFour = client.session().isOpen();
    client.transport().receive("4x");
    boolean afterFive = client.session().isOpen();
    client.transport().receive("4x");

    assertThat(afterFour).isTrue();
    assertThat(afterFive).isTrue();
    assertThat(client.transport().closing())
        .isEqualTo(new FakeTransport.Closing(1008, "malformed messages", CloseWhen.AFTER_PENDING));
    assertThat(client.transport().sent()).hasSize(5);
    assertThat(node.metrics.hits(Limit.MALFORMED_MESSAGES)).isEqualTo(1);
  }

  @Test
  void malformedMessagesAreForgottenAfterTenSeconds() {
    TestNode.Client client = node.v1();
    client.transport().receive("4x", "4x", "4x", "4x", "4x");

    node.scheduler.advance(Duration.ofSeconds(10).plusNanos(1));
    client.transport().receive("4x", "4x", "4x", "4x", "4x");

    assertThat(client.session().isOpen()).isTrue();
  }

  @Test
  void withNoneForgivenTheFirstMalformedMessageCloses() {
    node.connectionLimits = node.connectionLimits.withMaxMalformed(0);
    TestNode.Client client = node.v1();

    client.transport().receive("4x");

    assertThat(client.transport().closeCode()).isEqualTo(1008);
  }

  @Test
  void forgivenessIsHeldOnlyForWhatCame() {
    node.connectionLimits = node.connectionLimits.withMaxMalformed(Integer.MAX_VALUE);
    TestNode.Client client = node.v1();

    client.transport().receive("4x", "4x");

    assertThat(client.session().isOpen()).isTrue();
    assertThat(client.transport().sent()).hasSize(2);
  }

  @Test
  void oneReadMayBeAnsweredByMoreThanAnOutboxHolds() {
    node.connectionLimits =
        node.connectionLimits.withMaxMalformed(Integer.MAX_VALUE).withMaxOutboxEntries(8);
    TestNode.Client client = node.v1();
    String[] messages = new String[100];
    Arrays.fill(messages, "4x");

    client.transport().receive(messages);

    assertThat(client.session().isOpen()).isTrue();
    assertThat(client.transport().readsPaused()).isFalse();
    assertThat(client.transport().sent()).hasSize(100);
  }

  @Test
  void whatOneReadAsksBeyondTheRoomForAnswersWaitsForRoom() {
    TestNode.Client client = ofALittleRoom();
    client.transport().setWritableBytes(0);

    client.transport().receive(hundredRequests());

    assertThat(client.session().isOpen()).isTrue();
    assertThat(client.transport().readsPaused()).isTrue();
    assertThat(node.requests).hasSizeLessThan(8);

    client.transport().setWritableBytes(Integer.MAX_VALUE);
    client.transport().flush();
    for (int turns = 0; turns < 100 && client.transport().readsPaused(); turns++) {
      client.transport().turn();
    }
    assertThat(client.transport().readsPaused()).isFalse();
    assertThat(client.transport().sent()).hasSize(100);
    assertThat(node.requests)
        .extracting(request -> request.id().number())
        .containsExactlyElementsOf(LongStream.range(0, 100).boxed().toList());
  }

  @Test
  void whatWaitedForRoomIsNotAskedOnceTheSessionIsClosed() {
    TestNode.Client client = ofALittleRoom();
    client.transport().setWritableBytes(0);
    client.transport().receive(hundredRequests());
    int before = node.requests.size();

    client.session().close(CloseCode.NORMAL, "", CloseWhen.AFTER_PENDING);
    client.transport().setWritableBytes(Integer.MAX_VALUE);
    client.transport().flush();
    client.transport().turn();

    assertThat(node.requests).hasSize(before);
    assertThat(client.transport().sent()).hasSize(before);
    assertThat(client.transport().readsPaused()).isFalse();
  }

  /** Each request is answered at once, and eight answers are all there is room for. */
  private TestNode.Client ofALittleRoom() {
    node.connectionLimits = node.connectionLimits.withMaxOutboxEntries(8);
    node.handler =
        (session, request) -> {
          node.requests.add(request);
          session.fail(request, Failure.of(ErrorCode.RATE, ""));
        };
    return node.v1();
  }

  private static String[] hundredRequests() {
    return IntStream.range(0, 100)
        .mapToObj(id -> "{\"id\":" + id + ",\"command\":\"echo\"}")
        .toArray(String[]::new);
  }

  @Test
  void aBinaryMessageClosesV1() {
    TestNode.Client client = node.v1();

    client.transport().receiveBinary("{}".getBytes(UTF_8));

    assertThat(client.transport().closeCode()).isEqualTo(1003);
  }

  @Test
  void aBinaryMessageOfALegacyClientIsReadAsText() {
    TestNode.Client client = node.legacy();

    client.transport().receiveBinary("{\"id\":0,\"command\":\"echo\"}".getBytes(UTF_8));

    assertThat(node.requests).extracting(Request::name).containsExactly("echo");
  }

  @Test
  void aBinaryMessageOfALegacyClientThatIsNotUtf8IsIgnored() {
    TestNode.Client client = node.legacy();

    client.transport().receiveBinary(new byte[] {(byte) 0xff, (byte) 0xfe, '{', '}'});

    assertThat(node.requests).isEmpty();
    assertThat(client.session().isOpen()).isTrue();
  }

  @Test
  void anIdThatIsInFlightIsProtestedAgainstAndItsRequestDropped() {
    node.handler =
        (session, request) -> {
          if (session.beginRequest(request)) {
            node.requests.add(request);
          }
        };
    TestNode.Client client = node.v1();

    client.transport().receive("{\"id\":8,\"command\":\"a\"}", "{\"id\":8,\"command\":\"b\"}");
    client.session().endRequest(node.requests.get(0));
    client.transport().receive("{\"id\":8,\"command\":\"c\"}");

    assertThat(node.requests).extracting(Request::name).containsExactly("a", "c");
    assertThat(client.transport().sent())
        .singleElement()
        .asString()
        .contains("mesh/error")
        .contains("id: in flight already");
  }

  @Test
  void legacyIdsMayRepeat() {
    TestNode.Client client = node.legacy();
    client.transport().receive("{\"id\":0,\"command\":\"a\"}", "{\"id\":0,\"command\":\"b\"}");

    boolean first = client.session().beginRequest(node.requests.get(0));
    boolean second = client.session().beginRequest(node.requests.get(1));

    assertThat(first).isTrue();
    assertThat(second).isTrue();
  }

  @Test
  void commandsBeyondTheRateFail() {
    node.commandLimits = CommandLimits.defaults().withMaxPerSecond(3);
    TestNode.Client client = node.v1();

    for (int id = 51; id <= 54; id++) {
      client.transport().receive("{\"id\":" + id + ",\"command\":\"a\"}");
    }

    assertThat(node.requests).hasSize(3);
    assertThat(client.transport().sent())
        .containsExactly(
            "{\"id\":54,\"error\":{\"code\":\"ERATE\",\"message\":\"too many commands\"}}");
    assertThat(node.metrics.hits(Limit.COMMAND_RATE)).isEqualTo(1);
  }

  @Test
  void pongsAreNotRated() {
    node.commandLimits = CommandLimits.defaults().withMaxPerSecond(1);
    TestNode.Client client = node.v1();

    for (int i = 0; i < 5; i++) {
      client.transport().receive("{\"command\":\"pong\",\"payload\":{\"t\":1}}");
    }

    assertThat(client.transport().sent()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoStaysAboveTheRateForTenSecondsIsClosed(boolean pausesOnce) {
    node.commandLimits = CommandLimits.defaults().withMaxPerSecond(2);
    TestNode.Client client = node.v1();

    for (int i = 0; i < 45; i++) {
      client.transport().receive("{\"id\":" + i + ",\"command\":\"a\"}");
      boolean pause = pausesOnce && i == 30;
      node.scheduler.advance(Duration.ofMillis(pause ? 2_000 : 250));
    }

    assertThat(client.transport().closeCode()).isEqualTo(pausesOnce ? 0 : 4029);
  }

  @Test
  void aReplyToNoCallIsIgnored() {
    TestNode.Client client = node.v1();

    client.transport().receive("{\"id\":9,\"payload\":true}");

    assertThat(client.transport().sent()).isEmpty();
    assertThat(client.session().isOpen()).isTrue();
  }

  @Test
  void requestsDuringAShutdownAreRefused() {
    TestNode.Client client = node.v1();
    client.session().onCommandStarted();

    var unused = node.sessions().shutdown(Duration.ofSeconds(5));
    client.transport().receive("{\"id\":1,\"command\":\"a\"}");

    assertThat(client.transport().sent())
        .containsExactly(
            "{\"id\":1,\"error\":{\"code\":\"EUNAVAILABLE\",\"message\":\"the server is shutting down\"}}");
  }
}
