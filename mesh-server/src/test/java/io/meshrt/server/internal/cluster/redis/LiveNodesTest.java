// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.schedule.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LiveNodesTest {
  private static final NodeId ANNA = new NodeId("anna", "a1");
  private static final NodeId BERT = new NodeId("bert", "b1");

  private final ManualScheduler scheduler = new ManualScheduler();
  private final List<CompletableFuture<Reply>> questions = new ArrayList<>();
  private final LiveNodes live = new LiveNodes(scheduler, this::ask);

  private CompletableFuture<Reply> ask() {
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    questions.add(answer);
    return answer;
  }

  /** Names and rests of leases in ms. */
  private static Reply reply(Object... nodes) {
    return new Reply(Stream.of(nodes).map(each -> each.toString().getBytes(UTF_8)).toList());
  }

  @Test
  void nodeLivesForTheRestOfItsLeaseAndIsRememberedAfterwards() {
    CompletableFuture<Set<NodeId>> asked = live.refresh();
    questions.get(0).complete(reply(ANNA, 1_700, BERT, 0));

    assertThat(asked).isCompletedWithValue(Set.of(ANNA));
    assertThat(live.ended()).containsExactly(BERT);
    scheduler.advance(Duration.ofMillis(1_700));
    assertThat(live.known()).isEmpty();
    assertThat(live.ended()).containsExactlyInAnyOrder(ANNA, BERT);
  }

  @Test
  void answerThatTookLongEndsNoLeaseEarly() {
    CompletableFuture<Set<NodeId>> asked = live.refresh();
    scheduler.advance(Duration.ofMillis(2_200));

    questions.get(0).complete(reply(ANNA, 1_700));

    assertThat(asked).isCompletedWithValue(Set.of(ANNA));
  }

  @Test
  void answerToAnEarlierQuestionReplacesNoLaterOne() {
    CompletableFuture<Set<NodeId>> early = live.refresh();
    scheduler.advance(Duration.ofMillis(300));
    CompletableFuture<Set<NodeId>> late = live.refresh();

    questions.get(1).complete(reply(ANNA, 1_700, BERT, 1_900));
    questions.get(0).complete(reply(ANNA, 1_800));

    assertThat(late).isCompletedWithValue(Set.of(ANNA, BERT));
    assertThat(early).isCompletedWithValue(Set.of(ANNA, BERT));
  }
}
