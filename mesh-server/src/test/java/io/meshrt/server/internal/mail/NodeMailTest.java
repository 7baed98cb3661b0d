// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.TestWorld;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeMailTest {
  /** Reaps nobody as long as a test lasts. */
  private static final LeaseOptions LENIENT =
      new LeaseOptions(Duration.ofMinutes(10), Duration.ofMinutes(1), Duration.ofMinutes(10));

  private static final LeaseOptions SHORT =
      new LeaseOptions(Duration.ofMillis(300), Duration.ofMillis(100), Duration.ofMillis(100));

  private final InMemoryTestWorld world = new InMemoryTestWorld();
  private final TestWorld.TestNode asking = world.node("n5", LENIENT);
  private final NodeMail mail = started(asking);

  @AfterEach
  void close() {
    world.close();
  }

  private static NodeMail started(TestWorld.TestNode node) {
    NodeMail mail = new NodeMail(node.cluster(), node.timers());
    mail.handle("count", body -> CompletableFuture.completedFuture(IntNode.valueOf(42)));
    TestWorld.get(mail.start());
    return mail;
  }

  private CompletableFuture<JsonNode> ask(String node) {
    return mail.ask(node, "count", NullNode.getInstance());
  }

  @Test
  void nodeThatIsNotThereIsNotAsked() {
    assertThatThrownBy(() -> TestWorld.get(ask("n6"))).hasMessageContaining("no such connection");
    assertThat(TestWorld.get(mail.tell("n6", "count", NullNode.getInstance()))).isFalse();
  }

  @Test
  void nodeThatIsLateToRenewIsAskedAllTheSame() {
    TestWorld.TestNode late = world.node("n7", SHORT);
    NodeMail unused = started(late);
    late.timers().freeze();
    await()
        .until(() -> !TestWorld.get(asking.cluster().liveNodes()).contains(late.cluster().self()));

    assertThat(TestWorld.get(ask("n7")).asInt()).isEqualTo(42);
  }

  @Test
  void lettersKeepTheirOrderWhileItIsFoundOutWhetherTheNodeLives() {
    List<Integer> read = new CopyOnWriteArrayList<>();
    TestWorld.TestNode other = world.node("n8", LENIENT);
    NodeMail box = started(other);
    box.handle(
        "number",
        body -> {
          read.add(body.asInt());
          return CompletableFuture.completedFuture(null);
        });
    CompletableFuture<Set<NodeId>> answer = new CompletableFuture<>();
    NodeMail sending = new NodeMail(slow(asking.cluster(), answer), asking.timers());

    List<CompletableFuture<Boolean>> told =
        IntStream.range(0, 50)
            .mapToObj(number -> sending.tell("n8", "number", IntNode.valueOf(number)))
            .toList();
    answer.complete(Set.of(other.cluster().self()));
    told.forEach(TestWorld::get);

    await().until(() -> read.size() == 50);
    assertThat(read).isSorted();
  }

  @Test
  void guestAsksAndIsAnswered() {
    NodeMail guest = started(world.guest("g1"));

    assertThat(TestWorld.get(guest.ask("n5", "count", NullNode.getInstance())).asInt())
        .isEqualTo(42);
    assertThatThrownBy(() -> TestWorld.get(ask("g1"))).hasMessageContaining("no such connection");
  }

  /** A cluster that tells who is remembered when somebody says so. */
  private static Cluster slow(Cluster cluster, CompletableFuture<Set<NodeId>> answer) {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) ->
                method.getName().equals("rememberedNodes")
                    ? answer
                    : method.invoke(cluster, arguments));
  }
}
