// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.TestWorld;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
}
