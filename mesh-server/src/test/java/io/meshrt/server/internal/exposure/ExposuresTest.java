// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.exposure;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Guard;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is exposed, to whom, and that everything doubtful is not. */
class ExposuresTest {
  private static final Guard YES = (connection, name) -> true;
  private static final Guard NO = (connection, name) -> false;

  private final TestNode node = new TestNode();
  private final Session session = node.v1().session();
  private final Guards guards =
      new Guards(node.threads.asHandlerThreads(1_000), node.scheduler, node.metrics);
  private final Exposures<String> exposures = new Exposures<>(guards);

  @Test
  void nothingIsExposedByItself() {
    assertThat(admits("room")).isFalse();
    assertThat(exposures.settings("room")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "room:.*, room:1, true",
    "room:.*, room:, true",
    "room:.*, my room:1, false",
    "room, rooms, false",
    "oo, room, false",
    "^room$, room, true",
    "a|ab, ab, true",
    "(?i)ROOM, room, true",
    "'', room, false",
  })
  void patternsMatchTheWholeName(String pattern, String name, boolean admitted) {
    exposures.expose(Pattern.compile(pattern), null, "");

    assertThat(admits(name)).isEqualTo(admitted);
  }

  @Test
  void namesAreNoPatterns() {
    exposures.expose("room:.*", null, "");

    assertThat(admits("room:.*")).isTrue();
    assertThat(admits("room:1")).isFalse();
  }

  @Test
  void denyWinsWhereSeveralMatch() {
    exposures.expose("vip", null, "");
    exposures.expose(Pattern.compile("v.*"), YES, "");
    exposures.expose(Pattern.compile(".*p"), NO, "");

    assertThat(admits("vip")).isFalse();
    assertThat(admits("van")).isTrue();
    assertThat(admits("cap")).isFalse();
  }

  @Test
  void theFirstExposureGivesTheSettings() {
    exposures.expose(Pattern.compile("v.*"), null, "pattern");
    exposures.expose("vip", null, "name");
    exposures.expose("van", null, "later");

    assertThat(exposures.settings("vip")).contains("pattern");
    exposures.expose(Pattern.compile("v.*"), null, "again");
    assertThat(exposures.settings("van")).contains("again");
  }

  @Test
  void exposingAgainReplaces() {
    exposures.expose("room", null, "open");
    exposures.expose("room", NO, "closed");
    exposures.expose(Pattern.compile("r:.*", Pattern.CASE_INSENSITIVE), NO, "");
    exposures.expose(Pattern.compile("r:.*", Pattern.CASE_INSENSITIVE), YES, "");

    assertThat(admits("room")).isFalse();
    assertThat(admits("R:1")).isTrue();
  }

  @Test
  void takenBackOnceAndOnlyByItself() {
    Runnable first = exposures.expose("room", null, "same");
    Runnable second = exposures.expose("room", null, "same");

    first.run();
    boolean replaced = admits("room");
    second.run();

    assertThat(replaced).isTrue();
    assertThat(admits("room")).isFalse();
  }

  @Test
  void guardsAreAskedEachTimeWithTheConcreteName() {
    List<String> asked = new ArrayList<>();
    exposures.expose(
        Pattern.compile("r:.*"),
        (connection, name) -> {
          assertThat(connection).isSameAs(session);
          asked.add(name);
          return asked.size() % 2 == 1;
        },
        "");

    assertThat(admits("r:1")).isTrue();
    assertThat(admits("r:1")).isFalse();
    assertThat(admits("r:2")).isTrue();
    assertThat(asked).containsExactly("r:1", "r:1", "r:2");
  }

  @Test
  void guardsThatFailRefuse() {
    refuses(Guard.async((connection, name) -> null));
    refuses(Guard.async((connection, name) -> CompletableFuture.completedFuture(null)));
    refuses(Guard.async((connection, name) -> CompletableFuture.completedFuture(false)));
    refuses(
        Guard.async(
            (connection, name) ->
                CompletableFuture.failedFuture(new IllegalStateException("down"))));
    refuses(
        (connection, name) -> {
          throw new IllegalStateException("broken");
        });
    refuses(
        (connection, name) -> {
          throw new StackOverflowError();
        });
    refuses(
        (connection, name) -> {
          throw CommandException.accessDenied("no");
        });
    refuses(
        (connection, name) -> {
          throw new InterruptedException();
        });
  }

  @Test
  void guardsMayAnswerLater() {
    CompletableFuture<Boolean> decision = new CompletableFuture<>();
    exposures.expose("room", Guard.async((connection, name) -> decision), "");

    CompletableFuture<Boolean> admitted = ask("room");
    boolean before = admitted.isDone();
    decision.complete(true);

    assertThat(before).isFalse();
    assertThat(admitted).isCompletedWithValue(true);
    assertThat(node.scheduler.pending()).isEqualTo(timersOfAnIdleNode());
  }

  @Test
  void guardsThatTakeTooLongRefuse() {
    CompletableFuture<Boolean> decision = new CompletableFuture<>();
    exposures.expose("room", Guard.async((connection, name) -> decision), "");
    CompletableFuture<Boolean> admitted = ask("room");

    node.scheduler.advance(Guards.DEADLINE.minusMillis(1));
    boolean early = admitted.isDone();
    node.scheduler.advance(Duration.ofMillis(1));
    decision.complete(true);

    assertThat(early).isFalse();
    assertThat(admitted).isCompletedWithValue(false);
    assertThat(node.metrics.hits(Limit.GUARD_TIMEOUT)).isEqualTo(1);
  }

  @Test
  void allGuardsHaveToAnswer() {
    CompletableFuture<Boolean> decision = new CompletableFuture<>();
    exposures.expose("room", YES, "");
    exposures.expose(Pattern.compile("ro+m"), Guard.async((connection, name) -> decision), "");

    CompletableFuture<Boolean> admitted = ask("room");
    boolean before = admitted.isDone();
    decision.complete(true);

    assertThat(before).isFalse();
    assertThat(admitted).isCompletedWithValue(true);
  }

  @Test
  void withoutGuardsNoThreadIsNeeded() {
    exposures.expose("room", null, "");

    assertThat(exposures.admits(session, "room")).isCompletedWithValue(true);
    assertThat(node.threads.waiting()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a+)+\\1b", "(a|aa)+\\1b", "(.*a){20}b"})
  void patternsThatGoAstrayRefuseInTime(String pattern) {
    exposures.expose(Pattern.compile(pattern), null, "");
    exposures.expose("a".repeat(255), null, "");
    exposures.expose("other", null, "");

    assertThat(admits("a".repeat(255))).isFalse();
    assertThat(exposures.settings("a".repeat(255))).isEmpty();
    assertThat(admits("other")).isTrue();
  }

  @Test
  void patternsThatOverflowTheStackRefuse() throws Exception {
    exposures.expose(Pattern.compile("(?:a|b|c(?:d|e))*"), null, "");
    CompletableFuture<Boolean> admitted = new CompletableFuture<>();
    Thread small =
        new Thread(
            null,
            () -> {
              try {
                deep(admitted);
              } catch (StackOverflowError e) {
                // The rest of the stack was too small even for the attempt.
                admitted.complete(false);
              }
            },
            "small",
            64 * 1024);
    small.start();
    small.join();

    assertThat(admitted).isCompletedWithValue(false);
    assertThat(admits("abcd")).isTrue();
  }

  @Test
  void longestNamesMatchOrdinaryPatterns() {
    exposures.expose(Pattern.compile("(?:room|channel):[\\w:.-]+"), null, "");

    assertThat(admits("room:" + "x".repeat(250))).isTrue();
    assertThat(admits("room:" + "x".repeat(251))).isFalse();
  }

  /** Comes near the end of the stack before it asks. */
  private void deep(CompletableFuture<Boolean> admitted) {
    if (!admitted.isDone()) {
      try {
        deep(admitted);
      } catch (StackOverflowError e) {
        admitted.complete(exposures.admits(session, "ab".repeat(127)).join());
      }
    }
  }

  private void refuses(Guard guard) {
    exposures.expose("guarded", guard, "");
    assertThat(admits("guarded")).isFalse();
  }

  private boolean admits(String name) {
    CompletableFuture<Boolean> admitted = ask(name);
    assertThat(admitted).isCompleted();
    return admitted.join();
  }

  private CompletableFuture<Boolean> ask(String name) {
    CompletableFuture<Boolean> admitted = exposures.admits(session, name);
    node.threads.runAll();
    return admitted;
  }

  private static int timersOfAnIdleNode() {
    TestNode other = new TestNode();
    other.v1();
    return other.scheduler.pending();
  }
}
