// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.ForeignListener;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import io.meshrt.server.internal.inbox.InboxKeeper;
import io.meshrt.server.internal.session.TestNode;
import io.meshrt.server.mesa.MesaBridgeOptions;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the bridge does with what it hears, and how it begins to hear. */
@SuppressWarnings("FutureReturnValueIgnored") // proxies return futures as plain objects
class MesaBridgeTest {
  private static final String MESSAGE =
      "{\"message\":{\"op\":0,\"d\":{\"x\":1},\"t\":\"D1\"},\"recipients\":[\"*\"]}";

  private final TestNode node = new TestNode();
  private final Cluster memory =
      new InMemoryCluster(
          new InMemoryWorld(node.scheduler, 42),
          "n1",
          LeaseOptions.defaults(),
          node.scheduler,
          Runnable::run);
  private final ArrayDeque<CompletableFuture<Registration>> asked = new ArrayDeque<>();
  private String channel;
  private ForeignListener listener;

  @Test
  void whatIsDroppedIsCounted() {
    started();

    listener.onDropped();
    listener.onDropped();

    assertThat(node.metrics.foreignDropped()).isEqualTo(2);
  }

  @Test
  void hearingIsTriedAgainUntilItWorks() {
    started();
    assertThat(channel).isEqualTo("ws_crew");

    asked.remove().completeExceptionally(new IllegalStateException("not now"));
    assertThat(asked).isEmpty();
    node.scheduler.advance(Duration.ofSeconds(1));
    assertThat(asked).hasSize(1);
    asked.remove().complete(() -> {});
    node.scheduler.advance(Duration.ofMinutes(1));

    assertThat(asked).isEmpty();
  }

  @Test
  void messagesReachWhoeverIsThere() {
    started();
    TestNode.Client client = node.v1();

    listener.onMessage("garbage".getBytes(UTF_8));
    listener.onMessage(MESSAGE.getBytes(UTF_8));
    client.transport().turn();

    assertThat(client.transport().sent())
        .containsExactly("{\"command\":\"D1\",\"payload\":{\"x\":1}}");
  }

  private void started() {
    memory.start().join();
    InvocationHandler handler =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "hearsOthers" -> true;
              case "hearOthers" -> hear((String) arguments[0], (ForeignListener) arguments[1]);
              default -> method.invoke(memory, arguments);
            };
    Cluster cluster =
        (Cluster)
            Proxy.newProxyInstance(
                Cluster.class.getClassLoader(), new Class<?>[] {Cluster.class}, handler);
    InboxKeeper keeper =
        new InboxKeeper(
            memory.topics(),
            InboxOptions.defaults(),
            1 << 20,
            new JsonValues(),
            node.threads.asHandlerThreads(10),
            node.metrics);
    new MesaBridge(
            MesaBridgeOptions.defaults().withNamespace("crew"),
            new MesaBridge.Policy(false, false, 1 << 18),
            cluster,
            node.sessions(),
            keeper)
        .start();
  }

  private Object hear(String channel, ForeignListener listener) {
    this.channel = channel;
    this.listener = listener;
    asked.add(new CompletableFuture<>());
    return asked.getLast();
  }
}
