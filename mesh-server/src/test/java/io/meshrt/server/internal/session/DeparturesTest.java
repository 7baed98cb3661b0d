// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.metrics.Departure;
import io.meshrt.server.internal.session.TestNode.Client;
import io.meshrt.server.internal.transport.Transport.CloseWhen;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeparturesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(40);
  private static final Failure OVER = Failure.of(ErrorCode.RATE, "");

  private final TestNode node = new TestNode();

  @Test
  void turnsAreSpreadEvenlyOverTheFirstHalfOfTheTime() {
    List<Client> clients = IntStream.range(0, 4).mapToObj(number -> node.v1()).toList();

    var unused = node.sessions().drain(TIMEOUT);

    TreeSet<String> told = new TreeSet<>();
    clients.forEach(client -> told.addAll(told(client)));
    assertThat(told)
        .containsExactlyInAnyOrder(
            goingAway(0), goingAway(5_000), goingAway(10_000), goingAway(15_000));
  }

  @Test
  void clientsThatUnderstandAreServedUntilThreeQuartersOfTheTime() {
    Client client = node.v1();

    var unused = node.sessions().drain(TIMEOUT);
    told(client);
    node.scheduler.advance(Duration.ofMillis(29_999));
    client.transport().receive("{\"id\":1,\"command\":\"echo\"}");
    int before = client.transport().closeCode();
    node.scheduler.advance(Duration.ofMillis(1));
    client.transport().turn();

    assertThat(node.requests).hasSize(1);
    assertThat(before).isZero();
    assertThat(client.transport().closing())
        .isEqualTo(
            new FakeTransport.Closing(
                4001, "the server is shutting down", CloseWhen.AFTER_PENDING));
    assertThat(node.metrics.departures()).containsExactly(Departure.CLOSED);
  }

  @Test
  void olderClientsAreClosedAtTheirTurn() {
    List<Client> clients = IntStream.range(0, 2).mapToObj(number -> node.legacy()).toList();

    var unused = node.sessions().drain(TIMEOUT);
    node.scheduler.advance(Duration.ZERO);
    long atOnce = closed(clients);
    node.scheduler.advance(Duration.ofSeconds(10));

    assertThat(atOnce).isEqualTo(1);
    assertThat(closed(clients)).isEqualTo(2);
    assertThat(clients).allSatisfy(client -> assertThat(client.transport().sent()).isEmpty());
  }

  @Test
  void olderClientsAreClosedWhenTheirCommandsAreAnswered() {
    Client client = node.legacy();
    client.session().onCommandStarted();

    var unused = node.sessions().drain(TIMEOUT);
    node.scheduler.advance(Duration.ofSeconds(1));
    int whileRunning = client.transport().closeCode();
    client.session().onCommandFinished();
    client.transport().turn();

    assertThat(whileRunning).isZero();
    assertThat(client.transport().closeCode()).isEqualTo(4001);
  }

  @Test
  void olderClientsAreClosedWhenWhatIsHeldBackIsAnswered() {
    Client client = ofALittleRoom();
    client.transport().setWritableBytes(0);
    client.transport().receive(requests(20));

    var unused = node.sessions().drain(TIMEOUT);
    node.scheduler.advance(Duration.ofSeconds(1));
    client.transport().turn();
    int whileHeldBack = client.transport().closeCode();
    readAll(client);

    assertThat(whileHeldBack).isZero();
    assertThat(client.transport().sent()).hasSize(20);
    assertThat(client.transport().closeCode()).isEqualTo(4001);
  }

  @Test
  void olderClientsAreClosedWhenWhatWaitedIsRefused() {
    node.maxTasks = 1;
    Client client = ofALittleRoom();
    Client busy = node.v1();
    client.transport().setWritableBytes(0);
    client.transport().receive(requests(5));
    client.session().enqueue(new RefusedCommand());
    busy.session().enqueue(new RefusedCommand());

    var unused = node.sessions().drain(TIMEOUT);
    node.scheduler.advance(Duration.ofSeconds(1));
    client.transport().turn();
    int whileItWaits = client.transport().closeCode();
    readAll(client);

    assertThat(whileItWaits).isZero();
    assertThat(client.transport().closeCode()).isEqualTo(4001);
  }

  /** Each request is answered at once, and eight answers are all there is room for. */
  private Client ofALittleRoom() {
    node.connectionLimits = node.connectionLimits.withMaxOutboxEntries(8);
    node.handler = (session, request) -> session.fail(request, OVER);
    return node.legacy();
  }

  private static String[] requests(int number) {
    return IntStream.range(0, number)
        .mapToObj(id -> "{\"id\":" + id + ",\"command\":\"echo\"}")
        .toArray(String[]::new);
  }

  private static void readAll(Client client) {
    client.transport().setWritableBytes(Integer.MAX_VALUE);
    client.transport().flush();
    for (int turns = 0; turns < 20; turns++) {
      client.transport().turn();
    }
  }

  private static final class RefusedCommand implements WaitingCommand {
    @Override
    public void start() {
      throw new AssertionError("there is no thread");
    }

    @Override
    public void refuse(Failure failure) {}

    @Override
    public int bytes() {
      return 1;
    }
  }

  @Test
  void commandsOfClientsThatWaitForTheirTurnCloseNothing() {
    Client first = node.legacy();
    Client second = node.legacy();

    var unused = node.sessions().drain(TIMEOUT);
    for (Client client : List.of(first, second)) {
      client.session().onCommandStarted();
      client.session().onCommandFinished();
      client.transport().turn();
    }

    assertThat(closed(List.of(first, second))).isZero();
  }

  @Test
  void itIsOverWhenTheLastHasLeft() {
    Client first = node.v1();
    Client second = node.v1();

    CompletableFuture<?> drain = node.sessions().drain(TIMEOUT);
    first.session().onClosed(1000, "", true);
    boolean withOneLeft = drain.isDone();
    second.session().onClosed(1000, "", true);

    assertThat(withOneLeft).isFalse();
    assertThat(drain).isCompleted();
    assertThat(node.metrics.departures()).containsExactly(Departure.LEFT, Departure.LEFT);
  }

  @Test
  void whoeverIsLeftAtTheEndIsCutOff() {
    Client client = node.v1();
    client.session().onCommandStarted();

    var unused = node.sessions().drain(TIMEOUT);
    node.scheduler.advance(TIMEOUT.minusMillis(1));
    int before = client.transport().closeCode();
    node.scheduler.advance(Duration.ofMillis(1));

    assertThat(before).isZero();
    assertThat(client.transport().closing().code()).isEqualTo(4001);
    assertThat(client.transport().closing().when()).isEqualTo(CloseWhen.NOW);
    assertThat(node.metrics.departures()).containsExactly(Departure.CUT);
  }

  @Test
  void aNodeWithoutSessionsIsDrainedAtOnce() {
    assertThat(node.sessions().drain(TIMEOUT)).isCompleted();
  }

  @Test
  void theSecondTimeNobodyIsToldAgainAndBothWait() {
    Client client = node.v1();
    CompletableFuture<?> first = node.sessions().drain(TIMEOUT);
    told(client);

    CompletableFuture<?> second = node.sessions().drain(Duration.ofSeconds(4));
    node.scheduler.advance(Duration.ofSeconds(4));
    List<String> toldAgain = told(client);
    boolean before = first.isDone() || second.isDone();
    client.session().onClosed(1000, "", true);

    assertThat(toldAgain).isEmpty();
    assertThat(client.transport().closeCode()).isZero();
    assertThat(before).isFalse();
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
  }

  @Test
  void aSessionThatOpensMeanwhileIsToldToLeaveAtOnce() {
    node.v1();
    var unused = node.sessions().drain(TIMEOUT);

    Client late = node.connectUnread(node.v1().session().dialect());

    assertThat(told(late)).endsWith(goingAway(0));
  }

  @Test
  void aShutdownMeanwhileEndsIt() {
    Client client = node.v1();
    CompletableFuture<?> drain = node.sessions().drain(TIMEOUT);

    var unused = node.sessions().shutdown(Duration.ofSeconds(5));
    client.transport().turn();
    client.transport().end();

    assertThat(client.transport().closeCode()).isEqualTo(4001);
    assertThat(drain).isCompleted();
  }

  private static long closed(List<Client> clients) {
    clients.forEach(client -> client.transport().turn());
    return clients.stream().filter(client -> client.transport().closeCode() == 4001).count();
  }

  private static List<String> told(Client client) {
    client.transport().turn();
    return client.transport().sent();
  }

  private static String goingAway(long millis) {
    return "{\"command\":\"mesh/going-away\",\"payload\":{\"reconnectAfterMillis\":"
        + millis
        + "}}";
  }
}
