// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CloseCode;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.transport.Transport.CloseWhen;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
  private final TestNode node = new TestNode();

  @Test
  void theWelcomeComesFirst() {
    TestNode.Client client = node.connectUnread(Dialect.v1());

    assertThat(client.transport().sent().get(0))
        .startsWith("{\"command\":\"mesh/welcome\",\"payload\":{")
        .contains("\"connectionId\":\"" + client.session().id() + "\"")
        .contains("\"nodeId\":\"node-7\"");
  }

  @Test
  void nothingIsSentAheadOfTheWelcome() {
    List<Boolean> sent = new ArrayList<>();
    FakeTransport transport = new FakeTransport();
    Session session =
        new Session(
            node.sessions(),
            "id-5",
            new ConnectionFacts("/", "", "192.0.2.1", null),
            transport,
            Dialect.v1(),
            null);
    transport.attach(session, session.outgoing());

    sent.add(session.send("early", 1));
    session.greet();
    sent.add(session.send("then", 2));
    transport.turn();

    assertThat(sent).containsExactly(false, true);
    assertThat(transport.closing()).isNull();
    assertThat(transport.sent())
        .extracting(text -> text.substring(0, 22))
        .containsExactly(
            "{\"command\":\"mesh/welco",
            "{\"command\":\"ping\",\"pay",
            "{\"command\":\"then\",\"pay");
  }

  @Test
  void requestsAreHandedOnInTheirOrder() {
    TestNode.Client client = node.legacy();

    client
        .transport()
        .receive(
            "{\"id\":4410001,\"command\":\"a\",\"payload\":\"Hello!\"}",
            "{\"id\":4410002,\"command\":\"b\",\"payload\":[]}");

    assertThat(node.requests).extracting(Request::name).containsExactly("a", "b");
  }

  @Test
  void repliesOfOneReadLeaveWithoutAskingForAFlush() {
    List<Boolean> asked = new ArrayList<>();
    TestNode.Client client = node.v1();
    node.handler =
        (session, request) -> {
          session.reply(request, RawJson.TRUE);
          asked.add(client.transport().flushRequested());
        };

    client.transport().receive("{\"id\":1,\"command\":\"a\"}", "{\"id\":2,\"command\":\"b\"}");

    assertThat(asked).containsExactly(false, false);
    assertThat(client.transport().sent())
        .containsExactly("{\"id\":1,\"payload\":true}", "{\"id\":2,\"payload\":true}");
  }

  @Test
  void pushesFromOutsideARequestAskForAFlush() {
    TestNode.Client client = node.v1();

    boolean sent = client.session().send("hello", List.of(1));
    boolean asked = client.transport().flushRequested();
    client.transport().turn();

    assertThat(sent).isTrue();
    assertThat(asked).isTrue();
    assertThat(client.transport().sent())
        .containsExactly("{\"command\":\"hello\",\"payload\":[1]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mesh/x", "rt/x", "ping", "pong", "latency", "latency:request", ""})
  void reservedNamesAreNotSent(String name) {
    Session session = node.v1().session();

    assertThatThrownBy(() -> session.send(name, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPushThatCannotFitIsTheCallersMistake() {
    node.connectionLimits = node.connectionLimits.withMaxOutboxBytes(1_000);
    TestNode.Client client = node.v1();

    assertThatThrownBy(() -> client.session().send("hello", "x".repeat(1_000)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(client.session().isOpen()).isTrue();
  }

  @Test
  void aReplyThatCannotFitFailsTheRequest() {
    node.connectionLimits = node.connectionLimits.withMaxOutboxBytes(1_000);
    TestNode.Client client = node.v1();
    node.handler =
        (session, request) -> session.reply(request, RawJson.ofString("x".repeat(1_000)));

    client.transport().receive("{\"id\":31,\"command\":\"a\"}");

    assertThat(client.transport().sent())
        .containsExactly(
            "{\"id\":31,\"error\":{\"code\":\"ETOOLARGE\",\"message\":\"the reply is too large\"}}");
    assertThat(client.session().isOpen()).isTrue();
  }

  @Test
  void aFullOutboxClosesAtOnce() {
    node.connectionLimits = node.connectionLimits.withMaxOutboxBytes(1_000);
    TestNode.Client client = node.v1();
    client.transport().setWritableBytes(0);

    boolean fits = client.session().send("hello", "x".repeat(600));
    boolean above = client.session().send("hello", "x".repeat(600));
    boolean after = client.session().send("hello", "x");

    assertThat(List.of(fits, above, after)).containsExactly(true, false, false);
    assertThat(client.transport().closing())
        .isEqualTo(new FakeTransport.Closing(4008, "outbox full", CloseWhen.NOW));
    assertThat(node.metrics.slowConsumers()).isEqualTo(1);
    assertThat(node.metrics.hits(Limit.OUTBOX)).isEqualTo(1);
  }

  @Test
  void readsStopAboveTheHighMarkAndGoOnBelowTheLowMark() {
    node.connectionLimits = node.connectionLimits.withMaxOutboxBytes(1_000);
    TestNode.Client client = node.v1();
    client.transport().setWritableBytes(0);

    client.session().send("hello", "x".repeat(600));
    boolean above = client.transport().readsPaused();
    client.transport().setWritableBytes(300);
    client.transport().flush();
    boolean between = client.transport().readsPaused();
    client.transport().setWritableBytes(200);
    client.transport().flush();
    boolean below = client.transport().readsPaused();

    assertThat(List.of(above, between, below)).containsExactly(true, true, false);
  }

  @Test
  void anOfferFromAnotherThreadStopsReadsOnTheIoThread() throws Exception {
    node.connectionLimits = node.connectionLimits.withMaxOutboxBytes(1_000);
    TestNode.Client client = node.v1();
    client.transport().setWritableBytes(0);

    onAnotherThread(() -> client.session().send("hello", "x".repeat(600)));
    boolean before = client.transport().readsPaused();
    client.transport().turn();

    assertThat(before).isFalse();
    assertThat(client.transport().readsPaused()).isTrue();
  }

  @Test
  void closingReadsAgainSoThatTheAnswerIsSeen() {
    node.connectionLimits = node.connectionLimits.withMaxOutboxBytes(1_000);
    TestNode.Client client = node.v1();
    client.transport().setWritableBytes(0);
    client.session().send("hello", "x".repeat(600));

    client.session().close(1000, "bye");

    assertThat(client.transport().readsPaused()).isFalse();
  }

  @Test
  void whatWasSentBeforeACloseStillLeaves() {
    TestNode.Client client = node.v1();
    client.session().send("hello", 1);

    client.session().close(3000, "bye");
    boolean after = client.session().send("hello", 2);
    client.transport().turn();

    assertThat(after).isFalse();
    assertThat(client.transport().sent()).containsExactly("{\"command\":\"hello\",\"payload\":1}");
    assertThat(client.transport().closing())
        .isEqualTo(new FakeTransport.Closing(3000, "bye", CloseWhen.AFTER_PENDING));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 999, 1002, 1005, 1006, 1007, 1010, 1014, 2999, 5000})
  void codesThatAreNotTheApplicationsAreRefused(int code) {
    Session session = node.v1().session();

    assertThatThrownBy(() -> session.close(code, "")).isInstanceOf(IllegalArgumentException.class);
    assertThat(session.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1008, 1011, 1013, 3000, 4999})
  void codesOfTheApplicationClose(int code) {
    TestNode.Client client = node.v1();

    client.session().close(code, "");

    assertThat(client.transport().closeCode()).isEqualTo(code);
  }

  @Test
  void messagesAfterACloseAreNotHeard() {
    TestNode.Client client = node.v1();

    client.session().close(1000, "");
    client.transport().receive("{\"id\":1,\"command\":\"a\"}", "not json");

    assertThat(node.requests).isEmpty();
    assertThat(client.transport().sent()).isEmpty();
  }

  @Test
  void theEndIsToldOnceWhateverEndedIt() {
    List<String> events = listen();
    TestNode.Client client = node.v1();

    client.transport().end(1001, "gone", true);
    client.transport().end(1006, "", false);

    assertThat(events).containsExactly("opened " + client.session().id(), "closed 1001 gone true");
    assertThat(node.sessions().find(client.session().id())).isEmpty();
    assertThat(node.metrics.closeCodes()).containsExactly(1001);
  }

  @Test
  void afterTheEndFactsCanBeReadAndSendsAreDropped() {
    TestNode.Client client = node.v1();

    client.transport().end();
    boolean sent = client.session().send("hello", 1);

    assertThat(sent).isFalse();
    assertThat(client.session().isOpen()).isFalse();
    assertThat(client.session().path()).isEqualTo("/p");
    assertThat(client.session().queryString()).isEqualTo("q=1");
    assertThat(client.session().remoteAddress()).isEqualTo("192.0.2.1");
    assertThat(client.session().outgoing().isEmpty()).isTrue();
  }

  @Test
  void closeWhileSendingFromAnotherThreadHarmsNothing() throws Exception {
    TestNode.Client client = node.v1();
    node.handler =
        (session, request) -> {
          client.transport().end();
          session.reply(request, RawJson.TRUE);
        };

    client.transport().receive("{\"id\":1,\"command\":\"a\"}");

    assertThat(client.transport().sent()).isEmpty();
    assertThat(client.transport().closing()).isNull();
  }

  @Test
  void aFailingListenerHarmsNeitherOthersNorTheConnection() {
    node.listeners.add(
        new SessionListener() {
          @Override
          public void onOpened(Session session) {
            throw new IllegalStateException("as if");
          }
        });
    List<String> events = listen();

    TestNode.Client client = node.v1();

    assertThat(events).hasSize(1);
    assertThat(client.session().isOpen()).isTrue();
  }

  @Test
  void aRequestHandlerThatThrowsCostsItsConnectionAlone() {
    TestNode.Client client = node.v1();
    TestNode.Client neighbour = node.v1();
    node.handler =
        (session, request) -> {
          throw new IllegalStateException("as if");
        };

    client.transport().receive("{\"id\":1,\"command\":\"a\"}");

    assertThat(client.transport().closeCode()).isEqualTo(CloseCode.INTERNAL_ERROR.code());
    assertThat(neighbour.session().isOpen()).isTrue();
  }

  @Test
  void anIdentityIsEstablishedAndRefreshedButNeverChanged() {
    List<String> events = listen();
    Session session = node.v1().session();

    session.identify(Identity.of("ada"));
    session.identify(Identity.of("ada"));

    assertThatThrownBy(() -> session.identify(Identity.of("bob")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageNotContaining("ada");
    assertThat(session.identity()).map(Identity::id).contains("ada");
    assertThat(events).endsWith("identified ada", "identified ada");
  }

  @Test
  void bytesAreCountedBothWays() {
    TestNode.Client client = node.v1();
    long out = node.metrics.bytesOut();

    client.transport().receive("not json");

    assertThat(node.metrics.bytesIn()).isEqualTo("not json".getBytes(UTF_8).length);
    assertThat(node.metrics.bytesOut()).isGreaterThan(out);
  }

  private List<String> listen() {
    List<String> events = new ArrayList<>();
    node.listeners.add(
        new SessionListener() {
          @Override
          public void onOpened(Session session) {
            events.add("opened " + session.id());
          }

          @Override
          public void onIdentified(Session session, Identity identity) {
            events.add("identified " + identity.id());
          }

          @Override
          public void onClosed(Session session, int code, String reason, boolean byPeer) {
            events.add("closed " + code + " " + reason + " " + byPeer);
          }
        });
    return events;
  }

  private static void onAnotherThread(Runnable task) throws InterruptedException {
    Thread thread = new Thread(task);
    thread.start();
    thread.join();
  }
}
