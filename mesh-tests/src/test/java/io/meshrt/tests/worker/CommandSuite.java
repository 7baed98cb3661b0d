// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.IntNode;
import io.meshrt.client.MeshClient;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.command.CommandResult;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.worker.Distribution;
import io.meshrt.server.worker.MeshWorker;
import io.meshrt.server.worker.WorkContext;
import io.meshrt.tests.harness.Outcomes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Commands that workers answer. */
@SuppressWarnings("FutureReturnValueIgnored") // handlers return stages as plain objects
abstract class CommandSuite extends WorkerSuite {
  private static final String READY = "ready";
  private static final Integer PROBE = -1;

  /** Commands of each client that are under way. */
  private static final int WINDOW = 20;

  private final Map<String, List<Integer>> seen = new ConcurrentHashMap<>();
  private final Set<String> effects = ConcurrentHashMap.newKeySet();
  private final AtomicInteger runs = new AtomicInteger();

  /** Answers with the number it got, and keeps who asked for which numbers in which order. */
  private Object count(WorkContext ctx) {
    int number = Objects.requireNonNull(ctx.payload(Integer.class));
    runs.incrementAndGet();
    if (effects.add(ctx.messageId())) {
      seen.computeIfAbsent(ctx.client().connectionId(), key -> new CopyOnWriteArrayList<>())
          .add(number);
    }
    return number;
  }

  private static void requireAnswers(List<CompletableFuture<Integer>> answers, int number)
      throws Exception {
    for (int client = 0; client < 10; client++) {
      assertThat(Outcomes.result(answers.get(number * 10 + client))).isEqualTo(number);
    }
  }

  @Test
  void threeWorkersAnswerEachClientInOrderAlsoWhileOneLeaves() throws Exception {
    worker(w -> w.command("shop.count", this::count));
    worker(w -> w.command("shop.count", this::count));
    MeshWorker leaving = worker(w -> w.command("shop.count", this::count));
    List<MeshClient> clients = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      clients.add(client(i));
    }

    List<CompletableFuture<Integer>> answers = new ArrayList<>();
    for (int number = 0; number < 100; number++) {
      for (MeshClient client : clients) {
        answers.add(client.command("shop.count", number, Integer.class));
      }
      if (number == 30) {
        leaving.close();
      }
      if (number >= WINDOW) {
        requireAnswers(answers, number - WINDOW);
      }
    }

    for (int number = 100 - WINDOW; number < 100; number++) {
      requireAnswers(answers, number);
    }
    List<Integer> all = IntStream.range(0, 100).boxed().toList();
    assertThat(seen).hasSize(10).allSatisfy((id, numbers) -> assertThat(numbers).isEqualTo(all));
    assertThat(runs).hasValue(1_000);
  }

  @Test
  void observerSeesEverythingAndTakesNothing() throws Exception {
    Set<String> observed = ConcurrentHashMap.newKeySet();
    Set<String> begun = ConcurrentHashMap.newKeySet();
    MeshWorker observer =
        worker(
            w ->
                w.observer()
                    .command(
                        "shop.count",
                        ctx ->
                            Objects.equals(ctx.payload(Integer.class), PROBE)
                                ? begun.add(ctx.client().connectionId())
                                : observed.add(ctx.messageId())));
    worker(w -> w.command("shop.count", this::count));
    List<MeshClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      MeshClient client = client(i);
      clients.add(client);
      await() // it sees what comes from its start on, and starts with each partition by itself
          .until(
              () -> {
                Outcomes.result(client.command("shop.count", PROBE, Integer.class));
                return begun.contains(id(client));
              });
    }
    int before = runs.get();

    for (int i = 0; i < 100; i++) {
      assertThat(Outcomes.result(clients.get(i % 20).command("shop.count", i, Integer.class)))
          .isEqualTo(i);
    }

    assertThat(runs).hasValue(before + 100);
    await().until(() -> observed.size() >= 100);
    assertThat(effects).containsAll(observed);
    observer.close();
  }

  @Test
  void commandsWaitForAWorkerUntilTheirTimeIsOver() throws Exception {
    MeshClient client = client(0);
    CompletableFuture<Integer> patient = client.command("shop.count", 1, Integer.class);

    CommandException failure = Outcomes.failure(client.command("quick", 2, Integer.class));
    worker(w -> w.command("shop.count", this::count).command("quick", this::count));

    assertThat(failure.code()).isEqualTo("ENOWORKER");
    assertThat(Outcomes.result(patient)).isEqualTo(1);
    assertThat(Outcomes.result(client.command("quick", 3, Integer.class))).isEqualTo(3);
    assertThat(seen.get(id(client))).containsExactly(1, 3);
  }

  @Test
  void whatWasBegunAndNotEndedFailsWithTimeout() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    worker(w -> w.command("shop.count", this::count).command("quick", ctx -> waitFor(end)));
    MeshClient client = client(1);
    Outcomes.result(client.command("shop.count", 1, Integer.class)); // its work is held by now

    CommandException failure = Outcomes.failure(client.command("quick", 1, Integer.class));
    end.countDown();

    assertThat(failure.code()).isEqualTo("ETIMEOUT");
  }

  private static boolean waitFor(CountDownLatch latch) throws InterruptedException {
    latch.await();
    return true;
  }

  @Test
  void failuresOfCommandsReachTheClientAndNothingElseDoes() throws Exception {
    worker(
        w ->
            w.command(
                    "shop.refuse",
                    ctx -> {
                      throw new CommandException("ESOLDOUT", "no more", IntNode.valueOf(7));
                    })
                .command(
                    "shop.break",
                    ctx -> {
                      throw new IllegalStateException("secret");
                    })
                .command(
                    "shop.later",
                    ctx -> CompletableFuture.failedFuture(CommandException.conflict("twice"))));
    MeshClient client = client(0);

    CommandException refused = Outcomes.failure(client.command("shop.refuse", 1, Void.class));
    CommandException broken = Outcomes.failure(client.command("shop.break", 1, Void.class));

    assertThat(refused.code()).isEqualTo("ESOLDOUT");
    assertThat(refused.getMessage()).isEqualTo("no more");
    assertThat(refused.data()).contains(IntNode.valueOf(7));
    assertThat(broken.code()).isEqualTo("ESERVER");
    assertThat(broken.getMessage()).doesNotContain("secret");
    assertThat(Outcomes.code(client.command("shop.later", 1, Void.class))).isEqualTo("ECONFLICT");
    assertThat(Outcomes.code(client.command("shop.what", 1, Void.class))).isEqualTo("ENOTFOUND");
  }

  @Test
  void resultsAreWhatHandlersReturn() throws Exception {
    worker(
        w ->
            w.command("shop.none", ctx -> CommandResult.none())
                .command("shop.later", ctx -> CompletableFuture.completedFuture("done"))
                .onUnknownCommand(ctx -> ctx.command() + " " + ctx.payload()));
    MeshClient client = client(0);

    assertThat(Outcomes.result(client.command("shop.none", 1, Object.class))).isNull();
    assertThat(Outcomes.result(client.command("shop.later", 1, String.class))).isEqualTo("done");
    assertThat(Outcomes.result(client.command("shop.x", Map.of("a", 1), String.class)))
        .isEqualTo("shop.x {\"a\":1}");
  }

  @Test
  void handlersKnowWhoAsks() throws Exception {
    worker(
        w ->
            w.command(
                "shop.who",
                ctx ->
                    ctx.client().connectionId()
                        + " "
                        + ctx.client().identity().orElseThrow().id()
                        + " "
                        + ctx.client().headers()
                        + " "
                        + ctx.deliveryCount()));
    MeshClient ann = client(1, "ann");

    String answer = Outcomes.result(ann.command("shop.who", null, String.class));

    assertThat(answer).isEqualTo(id(ann) + " ann {x-device=[phone]} 1");
  }

  @Test
  void handlersSendToClientsOverTheConnectionOfTheirWorker() throws Exception {
    MeshWorker worker =
        worker(
            w ->
                w.command(
                    "shop.tell",
                    ctx ->
                        ctx.dispatcher()
                            .sendToIdentity("bob", "news", ctx.payload(String.class))
                            .thenApply(sent -> "told")));
    MeshClient ann = client(0, "ann");
    MeshClient bob = client(1, "bob");
    List<String> heard = new CopyOnWriteArrayList<>();
    bob.onMessage("news", String.class, heard::add);
    await() // hearing one's identity begins with the connection, not before it
        .until(
            () -> {
              worker.dispatcher().sendToIdentity("bob", "news", READY).get(10, TimeUnit.SECONDS);
              return heard.contains(READY);
            });

    assertThat(Outcomes.result(ann.command("shop.tell", "hello", String.class))).isEqualTo("told");
    worker.dispatcher().broadcast("news", "all").get(10, TimeUnit.SECONDS);

    await()
        .untilAsserted(
            () ->
                assertThat(heard)
                    .filteredOn(text -> !text.equals(READY))
                    .containsExactlyInAnyOrder("hello", "all")); // to different targets
    worker.close();
    assertThatThrownBy(() -> worker.dispatcher().nodeCount().get(10, TimeUnit.SECONDS))
        .hasMessageContaining("EUNAVAILABLE");
  }

  @Test
  void handlersKeepMessagesWithinTheBoundsOfTheirWorker() throws Exception {
    worker(
        w ->
            w.inboxes(InboxOptions.defaults().withMaxMessages(2))
                .command(
                    "shop.keep",
                    ctx ->
                        ctx.dispatcher()
                            .inboxes()
                            .keep("carl", "note", ctx.payload(Integer.class))
                            .thenApply(kept -> "kept")));
    MeshClient ann = client(0, "ann");
    for (int i = 1; i <= 5; i++) {
      assertThat(Outcomes.result(ann.command("shop.keep", i, String.class))).isEqualTo("kept");
    }
    List<Integer> read = new CopyOnWriteArrayList<>();

    Outcomes.result(client(1, "carl").inbox(message -> read.add(message.payload().asInt())));

    await().until(() -> read.contains(5));
    assertThat(read).containsExactly(4, 5);
  }

  @Test
  void otherGroupsGetCopiesAndDoNotAnswer() throws Exception {
    Map<String, String> copied = new ConcurrentHashMap<>();
    for (int i = 0; i < 2; i++) {
      server(i).forward(Pattern.compile("shop\\..*")).copyToGroup("audit");
    }
    worker("audit", w -> w.onUnknownCommand(ctx -> copied.put(ctx.messageId(), ctx.command())));
    worker(w -> w.command("shop.count", this::count));
    MeshClient client = client(1);

    for (int i = 0; i < 20; i++) {
      assertThat(Outcomes.result(client.command("shop.count", i, Integer.class))).isEqualTo(i);
    }

    await().until(() -> copied.keySet().equals(effects));
  }

  @Test
  void closingWaitsForWhatRuns() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    MeshWorker worker =
        worker(
            w ->
                w.command(
                    "shop.slow",
                    ctx -> {
                      begun.countDown();
                      return waitFor(end);
                    }));
    CompletableFuture<Boolean> answer = client(0).command("shop.slow", null, Boolean.class);
    begun.await();

    CompletableFuture<Void> closed = CompletableFuture.runAsync(worker::close);
    worker(w -> w.command("shop.count", this::count));
    MeshClient other = client(0);
    assertThat(closed).isNotDone();
    end.countDown();

    assertThat(Outcomes.result(answer)).isTrue();
    Outcomes.result(closed);
    assertThat(Outcomes.result(other.command("shop.count", 1, Integer.class))).isEqualTo(1);
  }

  @Test
  void sharedWorkRunsAllAtOnce() throws Exception {
    CountDownLatch together = new CountDownLatch(5);
    worker(
        w ->
            w.distribution(Distribution.SHARED)
                .command(
                    "shop.meet",
                    ctx -> {
                      together.countDown();
                      return waitFor(together);
                    }));
    MeshClient client = client(0);

    List<CompletableFuture<Boolean>> answers =
        IntStream.range(0, 5).mapToObj(i -> client.command("shop.meet", i, Boolean.class)).toList();

    for (CompletableFuture<Boolean> answer : answers) {
      assertThat(Outcomes.result(answer)).isTrue();
    }
  }
}
