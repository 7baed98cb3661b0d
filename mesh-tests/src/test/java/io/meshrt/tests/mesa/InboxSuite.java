// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.mesa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.tests.harness.Outcomes;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What was kept comes behind the authentication, in order, and again after a break. */
abstract class InboxSuite extends MesaSuite {
  @Test
  void whatWaitedComesFirstAndIsNumbered() throws Exception {
    keep(0, "ann", 1, 3);
    try (MesaSocket ann = connect(1, "ann")) {
      assertThat(ann.read()).isEqualTo(note(1, 1));
      assertThat(ann.read()).isEqualTo(note(2, 2));
      assertThat(ann.read()).isEqualTo(note(3, 3));

      keep(0, "ann", 4, 5);
      assertThat(ann.read()).isEqualTo(note(4));
      assertThat(ann.read()).isEqualTo(note(5));
    }
  }

  @Test
  void firstMessageOfAnInboxIsHeardLive() throws Exception {
    try (MesaSocket ann = connect(1, "ann")) {
      keep(0, "ann", 1, 2);

      assertThat(ann.read().replace(",\"s\":1", "")).isEqualTo(note(1));
      assertThat(ann.read().replace(",\"s\":2", "")).isEqualTo(note(2));
    }
  }

  @Test
  void whoWantsNothingOldGetsWhatIsNew() throws Exception {
    keep(0, "ann", 1, 3);
    try (MesaSocket ann = MesaSocket.open(port(0), "ann", false)) {
      awaitOpen(1);
      keep(1, "ann", 4, 4);
      assertThat(ann.read()).isEqualTo(note(4));
    }
    try (MesaSocket ann = connect(1, "ann")) {
      assertThat(ann.read()).as("what was not wanted does not come back").isEqualTo(note(4, 1));
    }
  }

  @Test
  void breakRepeatsTheTail() throws Exception {
    keep(0, "ann", 1, 2);
    try (MesaSocket ann = connect(0, "ann")) {
      assertThat(ann.read()).isEqualTo(note(1, 1));
      assertThat(ann.read()).isEqualTo(note(2, 2));
      ann.send("{\"op\":11,\"d\":{}}");
      awaitAcknowledgements(1);
      keep(1, "ann", 3, 4);
      assertThat(ann.read()).isEqualTo(note(3));
      assertThat(ann.read()).isEqualTo(note(4));
      ann.reset();
    }
    keep(0, "ann", 5, 5);

    try (MesaSocket ann = connect(1, "ann")) {
      assertThat(ann.read()).isEqualTo(note(3, 1));
      assertThat(ann.read()).isEqualTo(note(4, 2));
      assertThat(ann.read()).isEqualTo(note(5, 3));
      ann.settle();
      awaitAcknowledgements(2);
    }
    try (MesaSocket ann = connect(0, "ann")) {
      ann.settle();
    }
  }

  @Test
  void manyComeInOrderHoweverSlowTheClientReads() throws Exception {
    CompletableFuture<?> last = CompletableFuture.completedFuture(null);
    String filler = "x".repeat(3_000);
    for (int number = 1; number <= 900; number++) {
      last = node(number).inboxes().keep("ann", "BIG", number + filler);
      if (number % 100 == 0) {
        Outcomes.result(last);
      }
    }
    Outcomes.result(last);
    try (MesaSocket ann = connect(1, "ann")) {
      int[] seen = new int[901];
      for (int sequence = 1; sequence <= 900; sequence++) {
        String text = ann.read();
        assertThat(text).endsWith(",\"s\":" + sequence + "}");
        seen[Integer.parseInt(text.replaceAll("\\{\"op\":0,\"d\":\"(\\d+)x.*", "$1"))]++;
      }
      assertThat(Arrays.stream(seen).skip(1)).allMatch(count -> count == 1);
      keep(0, "ann", 7, 7);
      assertThat(ann.read()).isEqualTo(note(7));
    }
  }

  @Test
  void nobodyElseGetsThem() throws Exception {
    keep(0, "ann", 1, 1);
    try (MesaSocket bob = connect(0, "bob");
        MesaSocket nobody = connect(0)) {
      bob.settle();
      nobody.settle();
    }
  }

  private void awaitOpen(int count) {
    await()
        .until(
            () ->
                registry.get("mesh.inbox.open").gauges().stream().mapToDouble(g -> g.value()).sum()
                    >= count);
    await()
        .until(() -> registry.counter("mesh.inbox.reads").count() >= 1);
  }
}
