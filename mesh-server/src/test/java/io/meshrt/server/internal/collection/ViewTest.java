// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How a node follows a collection, step by step. */
class ViewTest {
  private static final Duration TTL = Duration.ofSeconds(10);

  private final ManualScheduler time = new ManualScheduler();
  private final RecordedMetrics metrics = new RecordedMetrics();
  private final Source source = new Source();
  private final InMemoryCluster cluster =
      new InMemoryCluster(
          new InMemoryWorld(time, 1), "n1", LeaseOptions.defaults(), time, Runnable::run);
  private final Changes changes = new Changes(cluster.topics(), source.changes(), time);
  private long term;
  private final View view =
      new View(
          new QueryMembership<>(
              CollectionQuery.of("r"),
              new QueryMembership.Tools(
                  source,
                  new JsonValues(),
                  Runnable::run,
                  new Sizes(CollectionLimits.defaults(), metrics))),
          new View.Tools(source, changes, time, Runnable::run, () -> term, metrics.collections()));

  @Test
  void whatWasMissedIsFoundBehindAGap() {
    source.put("r1", 1);
    source.put("r2", 1);
    view.start().join();
    source.put("r1", 2);
    source.values.remove("r2");
    source.put("r3", 1);

    view.onGap();

    assertThat(shown()).containsExactly("r1@2", "r3@1");
    assertThat(view.state().version()).isEqualTo(2);
    assertThat(metrics.collectionCounts().reloads()).isEqualTo(1);
  }

  @Test
  void oneRoundIsUnderWayAtATimeAndTheNextHasTheRest() {
    view.start().join();
    source.hold();
    source.put("r1", 1);
    view.onChanged(Set.of("r1"));
    source.put("r2", 1);
    view.onChanged(Set.of("r2"));
    view.onChanged(Set.of("r3"));

    assertThat(source.held).hasSize(1);
    source.answerNext();
    assertThat(source.held).hasSize(1);
    source.answerNext();

    assertThat(source.held).isEmpty();
    assertThat(shown()).containsExactly("r1@1", "r2@1");
  }

  @Test
  void roundThatFailsIsDoneAgainInFull() {
    view.start().join();
    source.failing = true;
    source.put("r1", 1);
    source.put("r2", 1);
    view.onChanged(Set.of("r1"));
    assertThat(shown()).isEmpty();

    source.failing = false;
    time.advance(View.RETRY);

    assertThat(shown()).containsExactly("r1@1", "r2@1");
  }

  @Test
  void viewThatCannotBeReadAtFirstFails() {
    source.failing = true;

    assertThat(view.start()).isCompletedExceptionally();
  }

  @Test
  @SuppressWarnings("NullAway") // nobody is added to a view that fails
  void whoStartedItHearsOfTheFailureBeforeThoseWhoWait() {
    source.hold();
    List<String> told = new ArrayList<>();
    var started = view.start().whenComplete((done, failure) -> told.add("started"));
    var waiting = view.add(null).whenComplete((state, failure) -> told.add("waiting"));

    term = 1;
    source.answerNext();

    assertThat(told).containsExactly("started", "waiting");
    assertThat(started).isCompletedExceptionally();
    assertThat(waiting).isCompletedExceptionally();
  }

  @Test
  void roundOverALapseIsDoneAgain() {
    view.start().join();
    source.hold();
    source.put("r1", 1);
    view.onChanged(Set.of("r1"));
    term = 2;
    source.answerNext();
    assertThat(shown()).isEmpty();

    source.release();
    time.advance(View.RETRY);

    assertThat(shown()).containsExactly("r1@1");
    assertThat(view.state().term()).isEqualTo(2);
  }

  @Test
  void whatIsFoundInALapseIsNotShown() {
    view.start().join();
    term = 1;
    source.put("r1", 1);
    view.onChanged(Set.of("r1"));
    assertThat(shown()).isEmpty();

    term = 2;
    time.advance(View.RETRY);

    assertThat(shown()).containsExactly("r1@1");
  }

  @Test
  void memberWithATimeToLiveIsLookedAtWhenItIsOver() {
    view.start().join();
    source.put("r:brief", 1);
    view.onChanged(Set.of("r:brief"));
    time.advance(TTL.minusMillis(1));
    source.put("r:brief", 2);
    view.onChanged(Set.of("r:brief"));
    source.values.remove("r:brief");

    time.advance(TTL);
    assertThat(shown()).containsExactly("r:brief@2");
    time.advance(Duration.ofMillis(50));

    assertThat(shown()).isEmpty();
  }

  @Test
  void memberThatOutlivesItsTimeIsLookedAtAgain() {
    view.start().join();
    source.put("r:brief", 1);
    view.onChanged(Set.of("r:brief"));
    time.advance(TTL.plusMillis(100));
    assertThat(shown()).containsExactly("r:brief@1");
    source.values.remove("r:brief");

    time.advance(Duration.ofSeconds(1));

    assertThat(shown()).isEmpty();
  }

  @Test
  void closedViewReadsNothing() {
    view.start().join();
    view.close();
    source.hold();

    view.onChanged(Set.of("r1"));
    view.onGap();

    assertThat(source.held).isEmpty();
    assertThat(time.pending()).isZero();
  }

  private List<String> shown() {
    return view.state().members().stream()
        .map(member -> member.id() + "@" + member.version().number())
        .toList();
  }

  /** Records that the test sets. */
  private static final class Source implements RecordSource {
    final Map<String, Stored> values = new TreeMap<>();
    final ArrayDeque<Runnable> held = new ArrayDeque<>();
    boolean failing;
    private boolean holding;

    void put(String id, long version) {
      values.put(id, new Stored(new Version(version, "s" + version), "1".getBytes(UTF_8)));
    }

    void hold() {
      holding = true;
    }

    void release() {
      holding = false;
    }

    void answerNext() {
      held.remove().run();
    }

    @Override
    public Topic changes() {
      return new Topic("record.changes", "");
    }

    @Override
    public Duration timeToLive(String id) {
      return id.endsWith("brief") ? TTL : Duration.ZERO;
    }

    @Override
    public CompletableFuture<Map<String, Stored>> read(Collection<String> ids) {
      Map<String, Stored> found = new HashMap<>();
      ids.forEach(id -> found.put(id, values.getOrDefault(id, Stored.ABSENT)));
      return answer(found);
    }

    @Override
    public CompletableFuture<Page> page(String prefix, String after) {
      return answer(new Page(Map.copyOf(values), Optional.empty()));
    }

    private <T> CompletableFuture<T> answer(T value) {
      if (failing) {
        return CompletableFuture.failedFuture(CommandException.unavailable("not now"));
      }
      CompletableFuture<T> answer = new CompletableFuture<>();
      if (holding) {
        held.add(() -> answer.complete(value));
      } else {
        answer.complete(value);
      }
      return answer;
    }
  }
}
