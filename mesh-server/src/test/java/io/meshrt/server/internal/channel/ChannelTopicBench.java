// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** One topic with one subscriber, whose history is answered by the test. */
abstract class ChannelTopicBench {
  /** Of the node, and who is stale. */
  long term = 6;

  final List<ChannelSubscriber> stale = new ArrayList<>();
  final ManualScheduler scheduler = new ManualScheduler();
  final RecordedMetrics metrics = new RecordedMetrics();
  final FakeTransport transport = new FakeTransport();
  final Session session = open(transport);
  final Fanout<ChannelSubscriber> subscribers = new Fanout<>();
  final ScriptedHistory history = new ScriptedHistory();
  final ChannelTopic topic =
      new ChannelTopic(
          new Topic("channel", "c"),
          "c",
          history,
          () -> term,
          subscribers,
          scheduler,
          metrics.channels());

  void subscribe(Position head) {
    ChannelSubscriber subscriber = newSubscriber();
    subscribers.add(subscriber).join();
    subscriber.release(head);
  }

  ChannelSubscriber newSubscriber() {
    return new ChannelSubscriber(session, Generation.V1, "c", "c", term, stale::add);
  }

  void hear(String epoch, int... offsets) {
    for (int offset : offsets) {
      topic.onPublication(publication(epoch, offset));
    }
  }

  void hearUnnumbered(String text) {
    byte[] json = ("\"" + text + "\"").getBytes(UTF_8);
    topic.onPublication(new Publication(Position.NONE, 1, json));
  }

  static Publication publication(String epoch, int offset) {
    return new Publication(at(epoch, offset), 1, Integer.toString(offset).getBytes(UTF_8));
  }

  static History page(String epoch, int head, boolean recovered, int... offsets) {
    List<Publication> publications =
        Arrays.stream(offsets).mapToObj(offset -> publication(epoch, offset)).toList();
    boolean more = offsets.length > 0 && offsets[offsets.length - 1] < head;
    return new History(at(epoch, head), publications, recovered, more);
  }

  static Position at(String epoch, long offset) {
    return new Position(epoch, offset);
  }

  List<String> told() {
    return transport.received().stream().map(LivePeer::json).map(ChannelTopicBench::shown).toList();
  }

  private static String shown(JsonNode push) {
    String command = push.get("command").asText();
    JsonNode payload = push.get("payload");
    if (command.endsWith("gap")) {
      return "gap " + payload.path("offset").asText("-");
    }
    return command.endsWith("revoked") ? "revoked" : payload.get("message").toString();
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
  static final class ScriptedHistory implements Topics {
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
