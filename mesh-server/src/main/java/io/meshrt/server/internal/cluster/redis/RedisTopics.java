// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Topics: published through {@link PublishOrder}, read by a script, heard by {@link Ears}. */
final class RedisTopics implements Topics {
  private final Gate gate;
  private final PublishOrder publishing;
  private final RedisKeys keys;
  private final Tokens tokens;
  private final Ears ears;

  RedisTopics(Gate gate, PublishOrder publishing, RedisKeys keys, Tokens tokens, Ears ears) {
    this.gate = gate;
    this.publishing = publishing;
    this.keys = keys;
    this.tokens = tokens;
    this.ears = ears;
  }

  @Override
  public CompletableFuture<Registration> listen(Topic topic, TopicListener listener) {
    return ears.listen(topic, listener);
  }

  @Override
  public CompletableFuture<Position> publish(Topic topic, Outgoing message) {
    List<Object> arguments = arguments(keys.channel(topic), tokens.next(), message);
    return publishing.publish(topic, keys.stream(topic), arguments, message.payload().length);
  }

  /** Channel, epoch and message, as the scripts expect them. */
  static List<Object> arguments(String channel, String epoch, Outgoing message) {
    return List.of(
        channel,
        epoch,
        message.retention().numbered() ? "1" : "0",
        message.retention().size(),
        message.retention().age().toMillis(),
        message.id().orElse(""),
        message.payload());
  }

  /** Of such arguments, those that are the message's own. */
  static List<Object> message(List<Object> arguments) {
    return arguments.subList(2, arguments.size());
  }

  @Override
  public CompletableFuture<History> read(Topic topic, HistoryQuery query) {
    return gate.run(
            Script.HISTORY,
            keys.stream(topic).subList(0, 2),
            query.after().epoch(),
            query.after().offset(),
            query.limit(),
            query.maxBytes())
        .thenApply(RedisTopics::history);
  }

  private static History history(Reply reply) {
    Position head = reply.position();
    boolean recovered = reply.flag();
    boolean more = reply.flag();
    List<Publication> publications = new ArrayList<>();
    while (reply.hasNext()) {
      Position position = new Position(head.epoch(), reply.number());
      publications.add(new Publication(position, reply.number(), reply.bytes()));
    }
    return new History(head, publications, recovered, more);
  }
}
