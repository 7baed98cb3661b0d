// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.ForeignListener;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the listener of a bridged channel is told of messages of others that were dropped. */
@SuppressWarnings("FutureReturnValueIgnored") // proxies return futures as plain objects
class BridgedTopicsTest {
  private static final Topic NEWS = new Topic("channel", "news");

  private final ManualScheduler time = new ManualScheduler();
  private final Cluster memory =
      new InMemoryCluster(
          new InMemoryWorld(time, 1), "n1", LeaseOptions.defaults(), time, Runnable::run);
  private final RecordedMetrics metrics = new RecordedMetrics();
  private final BridgedTopics topics = new BridgedTopics(withOthers(), time, metrics, 1_000);
  private final List<String> heard = new ArrayList<>();
  private ForeignListener others;

  @BeforeEach
  void listen() {
    memory.start().join();
    topics.bridge("news");
    topics.listen(NEWS, new Ear()).join();
  }

  @Test
  void aLossIsCountedAndToldAsAGapInItsTurn() {
    others.onMessage("1".getBytes(UTF_8));
    others.onDropped();
    others.onDropped();
    others.onMessage("2".getBytes(UTF_8));
    others.onLost();
    others.onMessage("5".getBytes(UTF_8));

    assertThat(heard).containsExactly("\"1\"", "\"2\"", "gap", "\"5\"");
    assertThat(metrics.foreignDropped()).isEqualTo(2);
  }

  @Test
  void whereMessagesAreNumberedNoHistoryIsAskedForWhatOthersLost() {
    topics.publish(NEWS, Outgoing.of("ours".getBytes(UTF_8), Retention.NUMBERED)).join();
    others.onDropped();
    others.onLost();
    others.onMessage("2".getBytes(UTF_8));

    assertThat(heard).containsExactly("ours", "\"2\"");
    assertThat(metrics.foreignDropped()).isEqualTo(1);
  }

  private Cluster withOthers() {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "hearsOthers" -> true;
                  case "hearOthers" -> hear((ForeignListener) arguments[1]);
                  default -> method.invoke(memory, arguments);
                });
  }

  private Object hear(ForeignListener listener) {
    others = listener;
    Registration registration = () -> {};
    return CompletableFuture.completedFuture(registration);
  }

  private final class Ear implements TopicListener {
    @Override
    public void onPublication(Publication publication) {
      heard.add(new String(publication.payload(), UTF_8));
    }

    @Override
    public void onGap(Position lastHeard, Position head) {
      heard.add("gap");
    }
  }
}
