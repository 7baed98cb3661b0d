// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.fakes.FakeTransport;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.fakes.ManualExecutor;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.hub.Fanout;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import io.meshrt.server.internal.session.ConnectionFacts;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the subscribers of a node are told when the node has missed something. */
class ChannelTopicTest {
  private final ManualScheduler scheduler = new ManualScheduler();
  private final RecordedMetrics metrics = new RecordedMetrics();
  private final FakeTransport transport = new FakeTransport();
  private final Session session = open(transport);
  private final Fanout<ChannelSubscriber> subscribers = new Fanout<>();
  private final ScriptedHistory history = new ScriptedHistory();
  private final ChannelTopic topic =
      new ChannelTopic(
          new Topic("channel", "c"), history, subscribers, scheduler, metrics.channels());

  @Test
  void whatIsHeardIsTold() {
    subscribe(at("e", 4));

    hear("e", 5, 6);

    assertThat(told()).containsExactly("5", "6");
  }

  @Test
  void whatWasMissedIsReadAndComesBeforeWhatFollows() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 8));
    hear("e", 8, 9);
    List<String> meanwhile = told();
    history.answer(at("e", 5), page("e", 8, true, 6, 7, 8));

    assertThat(meanwhile).containsExactly("5");
    assertThat(told()).containsExactly("6", "7", "8", "9");
    assertThat(metrics.channelCounts().recovered()).isEqualTo(3);
    assertThat(metrics.channelCounts().gaps()).isZero();
  }

  @Test
  void pagesAreReadUntilTheHead() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 9));
    history.answer(at("e", 5), page("e", 9, true, 6, 7));
    history.answer(at("e", 7), page("e", 9, true, 8, 9));
    hear("e", 10);

    assertThat(told()).containsExactly("5", "6", "7", "8", "9", "10");
  }

  @Test
  void nothingWasMissedAfterAll() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 5));
    history.answer(at("e", 5), page("e", 5, true));
    hear("e", 6);

    assertThat(told()).containsExactly("5", "6");
  }

  @Test
  void aFurtherGapWhileReadingIsReadToo() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 6));
    topic.onGap(at("e", 6), at("e", 8));
    hear("e", 9);
    history.answer(at("e", 5), page("e", 6, true, 6));
    history.answer(at("e", 6), page("e", 9, true, 7, 8, 9));

    assertThat(told()).containsExactly("5", "6", "7", "8", "9");
  }

  @Test
  void whatIsNotKeptAnyMoreIsOneGap() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 9));
    hear("e", 10);
    history.answer(at("e", 5), page("e", 10, false, 8, 9, 10));

    assertThat(told()).containsExactly("5", "gap 7", "8", "9", "10");
  }

  @Test
  void whatIsNotKeptAtAllIsAGapUpToWhatWasHeard() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 7));
    hear("e", 8, 9);
    history.answer(at("e", 5), page("e", 9, false));

    assertThat(told()).containsExactly("5", "gap 7", "8", "9");
    assertThat(history.isIdle()).isTrue();
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void whatIsNotKeptAndDoesNotArriveEitherIsAGapAfterAWhile() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 9));
    hear("e", 7);
    history.answer(at("e", 5), page("e", 9, false));
    List<String> atOnce = told();
    scheduler.advance(ChannelTopic.RETRY);
    history.answer(at("e", 7), page("e", 9, false));
    hear("e", 10);

    assertThat(atOnce).containsExactly("5", "gap 6", "7");
    assertThat(told()).containsExactly("gap 9", "10");
  }

  @Test
  void aHoleThatNobodyAnnouncedIsAGap() {
    subscribe(at("e", 4));

    hear("e", 5, 8);

    assertThat(told()).containsExactly("5", "gap 7", "8");
  }

  @Test
  void aNewEpochIsOneGapAndGoesOnWithWhatWasHeardInIt() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("f", 3));
    hear("f", 4);
    history.answer(at("e", 5), page("f", 4, false));
    history.answer(at("f", 3), page("f", 4, true, 4));
    hear("f", 5);

    assertThat(told()).containsExactly("5", "gap 3", "4", "5");
    assertThat(metrics.channelCounts().gaps()).isEqualTo(1);
  }

  @Test
  void aNewEpochWithoutNewsIsAGapAtItsHead() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("f", 3));
    history.answer(at("e", 5), page("f", 3, false));
    hear("f", 4);

    assertThat(told()).containsExactly("5", "gap 3", "4");
  }

  @Test
  void aLateMessageOfTheOldEpochIsNotTold() {
    subscribe(at("e", 4));
    hear("e", 5);
    topic.onGap(at("e", 5), at("f", 3));
    history.answer(at("e", 5), page("f", 3, false));

    topic.onGap(at("f", 3), at("e", 6));
    hear("e", 6);
    history.answer(at("f", 3), page("f", 3, true));
    hear("f", 4);

    assertThat(told()).containsExactly("5", "gap 3", "4");
  }

  @Test
  void whileTheClusterHasForgottenAndDoesNotKnowItNothingIsTold() {
    subscribe(at("e", 8));
    hear("e", 9);

    topic.onGap(at("e", 9), at("e", 9));
    history.answer(at("e", 9), page("e", 3, false));
    List<String> meanwhile = told();
    scheduler.advance(ChannelTopic.RETRY);
    topic.onGap(at("e", 9), at("f", 3));
    history.answer(at("e", 9), page("f", 3, false));
    history.answer(at("f", 3), page("f", 3, true));

    assertThat(meanwhile).containsExactly("9");
    assertThat(told()).containsExactly("gap 3");
  }

  @Test
  void aReadThatFailsIsTriedAgain() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 7));
    history.fail();
    hear("e", 8);
    scheduler.advance(ChannelTopic.RETRY);
    history.answer(at("e", 5), page("e", 8, true, 6, 7, 8));

    assertThat(told()).containsExactly("5", "6", "7", "8");
  }

  @Test
  void withoutNumbersAGapIsToldOnceUntilSomethingFollows() {
    subscribe(Position.NONE);
    hearUnnumbered("a");

    topic.onGap(Position.NONE, Position.NONE);
    topic.onGap(Position.NONE, Position.NONE);
    hearUnnumbered("b");
    topic.onGap(Position.NONE, Position.NONE);

    assertThat(told()).containsExactly("\"a\"", "gap -", "\"b\"", "gap -");
    assertThat(history.isIdle()).isTrue();
  }

  @Test
  void numbersThatCameWithAGapAreReadFromTheFirst() {
    subscribe(Position.NONE);
    hearUnnumbered("a");

    topic.onGap(Position.NONE, at("e", 2));
    hear("e", 3);
    history.answer(at("e", 0), page("e", 3, true, 1, 2, 3));

    assertThat(told()).containsExactly("\"a\"", "gap 0", "1", "2", "3");
  }

  @Test
  void whatDoesNotFitWhileReadingIsReadInTheEnd() {
    subscribe(at("e", 0));
    hear("e", 1);
    int end = ChannelTopic.MAX_HELD + 10;

    topic.onGap(at("e", 1), at("e", 2));
    for (int offset = 3; offset <= end; offset++) {
      hear("e", offset);
    }
    history.answer(at("e", 1), page("e", 2, true, 2));
    history.answer(at("e", 2), page("e", end, true, IntStream.rangeClosed(3, end).toArray()));

    assertThat(session.isOpen()).isFalse(); // much more than an outbox holds
    assertThat(metrics.channelCounts().recovered()).isEqualTo(1 + end - 2);
    assertThat(metrics.channelCounts().gaps()).isZero();
  }

  @Test
  void withoutSubscribersNothingIsRead() {
    hear("e", 5);
    topic.onGap(at("e", 5), at("e", 9));
    subscribe(at("e", 9));

    hear("e", 10);

    assertThat(told()).containsExactly("10");
    assertThat(history.isIdle()).isTrue();
  }

  @Test
  void aReadForNobodyIsGivenUp() {
    subscribe(at("e", 4));
    hear("e", 5);
    topic.onGap(at("e", 5), at("e", 9));
    assertThat(told()).containsExactly("5");
    subscribers.remove(session).join();
    history.fail();

    subscribe(at("e", 9));
    hear("e", 10);

    assertThat(told()).containsExactly("10");
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void aGapFromBeforeTheSubscriptionIsNotTold() {
    subscribe(at("e", 1));
    hear("e", 2);
    topic.onGap(at("e", 2), at("e", 8));
    assertThat(told()).containsExactly("2");

    subscribe(at("e", 9));
    history.answer(at("e", 2), page("e", 10, false, 8, 9, 10));

    assertThat(told()).containsExactly("10");
  }

  private void subscribe(Position head) {
    ChannelSubscriber subscriber = new ChannelSubscriber(session, Generation.V1, "c");
    subscribers.add(subscriber).join();
    subscriber.release(head);
  }

  private void hear(String epoch, int... offsets) {
    for (int offset : offsets) {
      topic.onPublication(publication(epoch, offset));
    }
  }

  private void hearUnnumbered(String text) {
    byte[] json = ("\"" + text + "\"").getBytes(UTF_8);
    topic.onPublication(new Publication(Position.NONE, 1, json));
  }

  private static Publication publication(String epoch, int offset) {
    return new Publication(at(epoch, offset), 1, Integer.toString(offset).getBytes(UTF_8));
  }

  private static History page(String epoch, int head, boolean recovered, int... offsets) {
    List<Publication> publications =
        Arrays.stream(offsets).mapToObj(offset -> publication(epoch, offset)).toList();
    boolean more = offsets.length > 0 && offsets[offsets.length - 1] < head;
    return new History(at(epoch, head), publications, recovered, more);
  }

  private static Position at(String epoch, long offset) {
    return new Position(epoch, offset);
  }

  private List<String> told() {
    return transport.received().stream()
        .map(LivePeer::json)
        .map(
            push ->
                push.get("command").asText().endsWith("gap")
                    ? "gap " + push.get("payload").path("offset").asText("-")
                    : push.get("payload").get("message").toString())
        .toList();
  }

  private Session open(FakeTransport transport) {
    SessionServices services =
        new SessionServices(
            "n1",
            ConnectionLimits.defaults(),
            CommandLimits.defaults(),
            new HeartbeatOptions(Duration.ofDays(1), Duration.ofDays(1), 1),
            new EnvelopeReader(JsonLimits.forMessages(1 << 20)),
            new JsonValues(),
            new ManualScheduler(),
            HandlerThreads.on(new ManualExecutor(), 100),
            metrics,
            (session, request) -> {},
            List.of());
    Session opened =
        new Sessions(services, new Random(7))
            .open(transport, Dialect.v1(), new ConnectionFacts("/", "", "::1", null), null);
    transport.connect(opened.outgoing());
    transport.received();
    return opened;
  }

  /** A history whose reads are answered by the test. */
  private static final class ScriptedHistory implements Topics {
    private final ArrayDeque<HistoryQuery> queries = new ArrayDeque<>();
    private final ArrayDeque<CompletableFuture<History>> answers = new ArrayDeque<>();

    void answer(Position after, History page) {
      assertThat(queries.remove().after()).isEqualTo(after);
      answers.remove().complete(page);
    }

    void fail() {
      queries.remove();
      answers.remove().completeExceptionally(CommandException.unavailable("no"));
    }

    boolean isIdle() {
      return queries.isEmpty();
    }

    @Override
    public CompletableFuture<Registration> listen(Topic topic, TopicListener listener) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Position> publish(Topic topic, Outgoing message) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<History> read(Topic topic, HistoryQuery query) {
      CompletableFuture<History> answer = new CompletableFuture<>();
      queries.add(query);
      answers.add(answer);
      return answer;
    }
  }
}
