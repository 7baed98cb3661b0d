// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.metrics.Limit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartQueueTest {
  private final TestNode node = new TestNode();
  private final List<String> events = new ArrayList<>();

  @Test
  void commandsStartInTheOrderTheyJoined() {
    Session session = node.v1().session();

    session.enqueue(command("a"));
    session.enqueue(command("b"));
    session.enqueue(command("c"));
    node.threads.runAll();

    assertThat(events).containsExactly("a", "b", "c");
  }

  @Test
  void theQueueIsPassedOnBeforeTheHandlerRuns() {
    Session session = node.v1().session();
    List<Integer> askedForWhileRunning = new ArrayList<>();
    session.enqueue(command("a", () -> askedForWhileRunning.add(node.threads.waiting())));
    session.enqueue(command("b"));

    node.threads.runNext();

    assertThat(askedForWhileRunning).containsExactly(1);
  }

  @Test
  void aBlockedCommandHoldsUpNoOther() {
    Session session = node.v1().session();
    session.enqueue(command("blocked", () -> node.threads.runNext()));
    session.enqueue(command("b"));
    session.enqueue(command("c"));

    node.threads.runNext();

    // The one that blocks is on the stack below while the others start.
    assertThat(events).containsExactly("blocked", "b", "c");
  }

  @Test
  void commandsOfOneReadAskForOneThread() {
    node.handler = (session, request) -> session.enqueue(command(request.name()));
    TestNode.Client client = node.v1();

    client
        .transport()
        .receive(
            "{\"id\":1,\"command\":\"a\"}",
            "{\"id\":2,\"command\":\"b\"}",
            "{\"id\":3,\"command\":\"c\"}");

    assertThat(node.threads.waiting()).isEqualTo(1);
  }

  @Test
  void noMoreThanTheLimitRunAtOnce() {
    node.commandLimits = CommandLimits.defaults().withMaxRunning(2);
    Session session = node.v1().session();

    session.enqueue(command("a"));
    session.enqueue(command("b"));
    session.enqueue(command("c"));
    node.threads.runAll();
    List<String> atTheLimit = List.copyOf(events);
    session.onCommandFinished();
    node.threads.runAll();

    assertThat(atTheLimit).containsExactly("a", "b");
    assertThat(events).containsExactly("a", "b", "c");
  }

  @Test
  void commandsWaitUpToTheLimitAndOneMoreIsRefused() {
    node.commandLimits = CommandLimits.defaults().withMaxRunning(1).withMaxWaiting(3);
    Session session = node.v1().session();
    session.onCommandStarted();

    List<Boolean> joined =
        List.of(
            session.enqueue(command("a")),
            session.enqueue(command("b")),
            session.enqueue(command("c")),
            session.enqueue(command("d")));

    assertThat(joined).containsExactly(true, true, true, false);
    assertThat(node.metrics.hits(Limit.WAITING_COMMANDS)).isEqualTo(1);
  }

  @Test
  void freePlacesToRunDoNotCountAsWaiting() {
    node.commandLimits = CommandLimits.defaults().withMaxRunning(2).withMaxWaiting(1);
    Session session = node.v1().session();

    List<Boolean> joined =
        List.of(
            session.enqueue(command("a")),
            session.enqueue(command("b")),
            session.enqueue(command("c")),
            session.enqueue(command("d")));

    assertThat(joined).containsExactly(true, true, true, false);
  }

  @Test
  void bytesWaitUpToTheLimitAndOneMoreIsRefused() {
    node.commandLimits = CommandLimits.defaults().withMaxWaitingBytes(100);
    Session session = node.v1().session();

    boolean below = session.enqueue(command("a", 99));
    boolean at = session.enqueue(command("b", 1));
    boolean above = session.enqueue(command("c", 1));

    assertThat(List.of(below, at, above)).containsExactly(true, true, false);
  }

  @Test
  void startedCommandsMakeRoomForTheirBytes() {
    node.commandLimits = CommandLimits.defaults().withMaxWaitingBytes(100);
    Session session = node.v1().session();
    session.enqueue(command("a", 100));
    node.threads.runAll();

    boolean joined = session.enqueue(command("b", 100));

    assertThat(joined).isTrue();
  }

  @Test
  void withoutAThreadTheWaitingCommandFailsAndTheQueueGoesOn() {
    node.maxTasks = 1;
    TestNode.Client busy = node.v1();
    busy.session().enqueue(command("busy"));
    Session session = node.v1().session();

    session.enqueue(command("a"));
    session.enqueue(command("b"));
    List<String> whileFull = List.copyOf(events);
    node.threads.runAll();
    session.enqueue(command("c"));
    node.threads.runAll();

    assertThat(whileFull).containsExactly("a refused EUNAVAILABLE", "b refused EUNAVAILABLE");
    assertThat(events).endsWith("busy", "c");
    assertThat(node.metrics.hits(Limit.HANDLER_THREADS)).isEqualTo(2);
  }

  @Test
  void startsPauseWhileTheOutboxIsAboveItsHighMark() {
    node.connectionLimits = node.connectionLimits.withMaxOutboxBytes(1_000);
    TestNode.Client client = node.v1();
    client.transport().setWritableBytes(0);
    client.session().send("hello", "x".repeat(700));
    client.session().enqueue(command("a"));
    node.threads.runAll();
    List<String> whileAbove = List.copyOf(events);

    client.transport().setWritableBytes(Integer.MAX_VALUE);
    client.transport().flush();
    node.threads.runAll();

    assertThat(whileAbove).isEmpty();
    assertThat(events).containsExactly("a");
  }

  @Test
  void outboxRisesBetweenAskingForAThreadAndStarting() {
    node.connectionLimits = node.connectionLimits.withMaxOutboxBytes(1_000);
    TestNode.Client client = node.v1();
    client.transport().setWritableBytes(0);
    client.session().enqueue(command("a"));

    client.session().send("hello", "x".repeat(700));
    node.threads.runAll();
    List<String> whileAbove = List.copyOf(events);
    client.transport().setWritableBytes(Integer.MAX_VALUE);
    client.transport().flush();
    node.threads.runAll();

    assertThat(whileAbove).isEmpty();
    assertThat(events).containsExactly("a");
  }

  @Test
  void closeWhileWaitingDropsWhatHasNotStarted() {
    TestNode.Client client = node.v1();
    client.session().enqueue(command("a"));
    client.session().enqueue(command("b"));

    client.transport().end();
    node.threads.runAll();
    client.session().enqueue(command("c"));
    node.threads.runAll();

    assertThat(events).isEmpty();
  }

  @Test
  void closingDropsWhatHasNotStarted() {
    TestNode.Client client = node.v1();
    client.session().enqueue(command("a"));

    client.session().close(1000, "");
    node.threads.runAll();

    assertThat(events).isEmpty();
  }

  @Test
  void aCommandThatThrowsDoesNotStopTheQueue() {
    Session session = node.v1().session();
    session.enqueue(
        command(
            "a",
            () -> {
              throw new AssertionError("as if");
            }));
    session.enqueue(command("b"));

    node.threads.runAll();

    assertThat(events).containsExactly("a", "b");
  }

  @Test
  void aLongQueueMakesRoomForOtherConnections() {
    node.commandLimits = CommandLimits.defaults().withMaxRunning(100);
    Session session = node.v1().session();
    for (int i = 0; i < 40; i++) {
      session.enqueue(command("long"));
    }
    node.v1().session().enqueue(command("other"));

    node.threads.runAll();

    assertThat(events).hasSize(41);
    assertThat(events.indexOf("other")).isLessThan(40);
  }

  @Test
  void runInlineOnlyWhileNothingWaitsAndThereIsRoom() {
    node.commandLimits = CommandLimits.defaults().withMaxRunning(2);
    Session session = node.v1().session();

    boolean idle = session.mayRunInline();
    session.onCommandStarted();
    boolean oneRuns = session.mayRunInline();
    session.onCommandStarted();
    boolean full = session.mayRunInline();
    session.onCommandFinished();
    session.enqueue(command("a"));
    boolean oneWaits = session.mayRunInline();

    assertThat(List.of(idle, oneRuns, full, oneWaits)).containsExactly(true, true, false, false);
  }

  @Test
  void runInlineNotWhileTheOutboxIsAboveItsHighMark() {
    node.connectionLimits = node.connectionLimits.withMaxOutboxBytes(1_000);
    TestNode.Client client = node.v1();
    client.transport().setWritableBytes(0);

    client.session().send("hello", "x".repeat(700));

    assertThat(client.session().mayRunInline()).isFalse();
  }

  private WaitingCommand command(String name) {
    return command(name, () -> {});
  }

  private WaitingCommand command(String name, int bytes) {
    return new TestCommand(name, bytes, () -> {});
  }

  private WaitingCommand command(String name, Runnable body) {
    return new TestCommand(name, 10, body);
  }

  private final class TestCommand implements WaitingCommand {
    private final String name;
    private final int bytes;
    private final Runnable body;

    TestCommand(String name, int bytes, Runnable body) {
      this.name = name;
      this.bytes = bytes;
      this.body = body;
    }

    @Override
    public void start() {
      events.add(name);
      body.run();
    }

    @Override
    public void refuse(Failure failure) {
      events.add(name + " refused " + failure.code());
    }

    @Override
    public int bytes() {
      return bytes;
    }
  }
}
