// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.dispatch;

import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import java.util.concurrent.CompletableFuture;

/** Topics to which nothing is published while no server lives. */
record TopicsOfLiveNodes(Topics topics, LiveNodes nodes) implements Topics {
  @Override
  public CompletableFuture<Registration> listen(Topic topic, TopicListener listener) {
    return topics.listen(topic, listener);
  }

  @Override
  public CompletableFuture<Position> publish(Topic topic, Outgoing message) {
    return nodes.ifAlive(() -> topics.publish(topic, message));
  }

  @Override
  public CompletableFuture<History> read(Topic topic, HistoryQuery query) {
    return topics.read(topic, query);
  }
}
