// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.command.CommandHandler;
import io.meshrt.server.command.CommandOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Every way a command can end badly: one answer, nothing of internals in it, the connection lives.
 */
@SuppressWarnings("FutureReturnValueIgnored") // handlers return stages as plain objects
class FailureTest {
  private final CommandRoom room = new CommandRoom();
  private final CommandRoom.Peer peer = room.v1();

  /** A handler that fails in a way nobody meant to tell the client. */
  record Broken(String name, CommandHandler handler) {
    @Override
    public String toString() {
      return name;
    }
  }

  static final class SelfMade extends CommandException {
    SelfMade() {
      super("EMINE", "my text");
    }
  }

  public static final class Unwritable {
    private final List<String> empty = List.of();

    public String getSecret() {
      return empty.get(7) + "secret";
    }
  }

  public static final class Endless {
    public Endless getSelf() {
      return this;
    }
  }

  static final class Unprintable extends RuntimeException {
    @Override
    public String getMessage() {
      throw new IllegalStateException("secret");
    }
  }

  static List<Broken> brokenHandlers() {
    return List.of(
        new Broken(
            "exception",
            ctx -> {
              throw new Exception("secret");
            }),
        new Broken(
            "runtime exception",
            ctx -> {
              throw new IllegalStateException("secret");
            }),
        new Broken(
            "assertion",
            ctx -> {
              throw new AssertionError("secret");
            }),
        new Broken(
            "an exception whose text throws",
            ctx -> {
              throw new Unprintable();
            }),
        new Broken("stack overflow", ctx -> overflow(1)),
        new Broken(
            "out of memory",
            ctx -> {
              throw new OutOfMemoryError("secret");
            }),
        new Broken(
            "interrupted",
            ctx -> {
              throw new InterruptedException("secret");
            }),
        new Broken("failed stage", ctx -> CompletableFuture.failedFuture(new Exception("secret"))),
        new Broken("cancelled", ctx -> cancelled()),
        new Broken(
            "stage in stage", ctx -> CompletableFuture.completedFuture(new CompletableFuture<>())),
        new Broken("bare future", ctx -> new FutureTask<>(() -> "secret")),
        new Broken("getter that throws", ctx -> new Unwritable()),
        new Broken("endless value", ctx -> new Endless()),
        new Broken("plain object", ctx -> new Object()),
        new Broken(
            "wrapped",
            ctx -> {
              throw new CompletionException(new Exception("secret"));
            }),
        new Broken(
            "bare wrapper",
            ctx -> {
              throw new CompletionException("secret", null);
            }));
  }

  @ParameterizedTest
  @MethodSource("brokenHandlers")
  void answersOnceAndTellsNothing(Broken broken) {
    for (CommandOptions options :
        List.of(CommandOptions.defaults(), CommandOptions.runNonBlocking())) {
      room.commands.register("broken", broken.handler(), options);
      room.failures.clear();

      List<String> replies = peer.ask("{\"id\":1,\"command\":\"broken\"}");

      assertThat(replies).singleElement().asString().contains("ESERVER", "Error id: ");
      assertThat(replies.get(0)).doesNotContain("secret", "Exception", "java", "meshrt");
      assertThat(room.failures).hasSize(1);
      assertThat(peer.session.isOpen()).isTrue();
    }
    room.commands.register("fine", ctx -> 1, CommandOptions.runNonBlocking());
    assertThat(peer.ask("{\"id\":2,\"command\":\"fine\"}"))
        .containsExactly("{\"id\":2,\"payload\":1}");
  }

  @Test
  void oneLogLineCarriesTheErrorIdAndTheCause() {
    Logger logger = (Logger) LoggerFactory.getLogger("io.meshrt.server.internal.command");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    room.commands.registerUnknown(
        ctx -> {
          throw new IllegalStateException("secret");
        });

    String reply = peer.ask("{\"id\":1,\"command\":\"no\\nsuch\\u202ename\"}").get(0);
    logger.detachAppender(lines);

    Matcher errorId = Pattern.compile("Error id: ([0-9a-f]{16})").matcher(reply);
    assertThat(errorId.find()).isTrue();
    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.get(0).getFormattedMessage())
        .contains(errorId.group(1), "no?such?name")
        .doesNotContain("\n", "\u202e");
    assertThat(lines.list.get(0).getThrowableProxy().getMessage()).isEqualTo("secret");
  }

  @Test
  void commandExceptionsAreToldAsTheyAre() {
    room.commands.register(
        "thrown",
        ctx -> {
          throw new CommandException("EMINE", "text", TextNode.valueOf("more"));
        },
        CommandOptions.defaults());
    room.commands.register(
        "wrapped",
        ctx ->
            CompletableFuture.failedFuture(
                new CompletionException(new ExecutionException(CommandException.conflict("no")))),
        CommandOptions.defaults());
    room.commands.register(
        "subclass",
        ctx -> {
          throw new SelfMade();
        },
        CommandOptions.defaults());

    assertThat(peer.ask("{\"id\":1,\"command\":\"thrown\"}"))
        .containsExactly(
            "{\"id\":1,\"error\":{\"code\":\"EMINE\",\"message\":\"text\",\"data\":\"more\"}}");
    assertThat(peer.ask("{\"id\":2,\"command\":\"wrapped\"}"))
        .containsExactly("{\"id\":2,\"error\":{\"code\":\"ECONFLICT\",\"message\":\"no\"}}");
    assertThat(peer.ask("{\"id\":3,\"command\":\"subclass\"}"))
        .containsExactly("{\"id\":3,\"error\":{\"code\":\"EMINE\",\"message\":\"my text\"}}");
    assertThat(room.failures).isEmpty();
    assertThat(room.metrics.outcomes)
        .containsExactly("thrown FAILED", "wrapped FAILED", "subclass FAILED");
  }

  @Test
  void legacyConnectionsGetTheErrorObject() {
    room.commands.register(
        "denied",
        ctx -> {
          throw CommandException.accessDenied("no");
        },
        CommandOptions.defaults());

    assertThat(room.legacy().ask("{\"id\":\"a\",\"command\":\"denied\"}"))
        .containsExactly(
            "{\"id\":\"a\",\"command\":\"denied\",\"payload\":{\"error\":\"no\",\"code\":\"EACCESS\","
                + "\"name\":\"PermissionError\"}}");
  }

  @Test
  void exposedErrorsNameTheMessageAndTheClass() {
    CommandRoom exposing = CommandRoom.exposingErrorMessages();
    exposing.commands.register(
        "broken",
        ctx -> {
          throw new IllegalStateException("bad thing");
        },
        CommandOptions.defaults());
    exposing.commands.register(
        "silent",
        ctx -> {
          throw new IllegalStateException() {};
        },
        CommandOptions.defaults());

    assertThat(exposing.legacy().ask("{\"id\":1,\"command\":\"broken\"}"))
        .containsExactly(
            "{\"id\":1,\"command\":\"broken\",\"payload\":{\"error\":\"bad"
                + " thing\",\"code\":\"ESERVER\",\"name\":\"IllegalStateException\"}}");
    assertThat(exposing.legacy().ask("{\"id\":2,\"command\":\"silent\"}").get(0))
        .contains("\"error\":\"IllegalStateException\"");
  }

  @Test
  void hugeFailuresAreReplacedByASmallOne() {
    String huge = "x".repeat(CommandRoom.MAX_OUTBOX_BYTES);
    room.commands.register(
        "text",
        ctx -> {
          throw CommandException.conflict(huge);
        },
        CommandOptions.defaults());
    room.commands.register(
        "data",
        ctx -> {
          throw new CommandException("EMINE", "text", TextNode.valueOf(huge));
        },
        CommandOptions.defaults());

    assertThat(peer.ask("{\"id\":1,\"command\":\"text\"}").get(0)).contains("ETOOLARGE");
    assertThat(peer.ask("{\"id\":2,\"command\":\"data\"}").get(0)).contains("ETOOLARGE");
    assertThat(peer.session.isOpen()).isTrue();
  }

  @Test
  void payloadThatDoesNotFitIsABadRequestNamingTheField() {
    room.commands.register(
        "typed", ctx -> ctx.payload(Order.class), CommandOptions.runNonBlocking());

    assertThat(peer.ask("{\"id\":1,\"command\":\"typed\",\"payload\":{\"count\":\"many\"}}").get(0))
        .contains(ErrorCode.BAD_REQUEST.wire(), "count")
        .doesNotContain("Order", "jackson");
    assertThat(room.failures).isEmpty();
  }

  /** A payload. */
  public record Order(int count) {}

  @Test
  void commandThatNeverAnswersTimesOutAndFreesItsPlace() {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    room.commands.register(
        "never",
        ctx -> {
          answers.add(new CompletableFuture<>());
          return answers.get(answers.size() - 1);
        },
        CommandOptions.defaults().withTimeout(Duration.ofSeconds(1)));
    peer.ask(
        "{\"id\":1,\"command\":\"never\"}",
        "{\"id\":2,\"command\":\"never\"}",
        "{\"id\":3,\"command\":\"never\"}");

    room.scheduler.advance(Duration.ofMillis(999));
    List<String> early = peer.transport.received();
    room.scheduler.advance(Duration.ofMillis(1));
    List<String> replies = peer.transport.received();
    room.executor.runAll();
    answers.get(0).complete("late");

    assertThat(early).isEmpty();
    assertThat(replies)
        .containsExactly(
            "{\"id\":1,\"error\":{\"code\":\"ETIMEOUT\",\"message\":\"Command timed out after"
                + " 1000ms.\"}}",
            "{\"id\":2,\"error\":{\"code\":\"ETIMEOUT\",\"message\":\"Command timed out after"
                + " 1000ms.\"}}");
    assertThat(answers).as("the third started when a place was free").hasSize(3);
    assertThat(peer.transport.received()).as("late results are dropped").isEmpty();
    assertThat(room.metrics.outcomes).contains("never TIMEOUT", "never LATE");
  }

  @Test
  void nonBlockingCommandWithAnOpenStageTimesOutToo() {
    room.commands.register(
        "never", ctx -> new CompletableFuture<>(), CommandOptions.runNonBlocking());
    peer.send("{\"id\":1,\"command\":\"never\"}");

    room.scheduler.advance(CommandRoom.TIMEOUT);

    assertThat(peer.transport.received()).anyMatch(frame -> frame.contains("ETIMEOUT"));
  }

  @Test
  void handlerThatBlocksKeepsItsPlaceUntilItReturns() {
    AtomicBoolean placeFreeWhileBlocking = new AtomicBoolean(true);
    room.commands.register(
        "open", ctx -> new CompletableFuture<>(), CommandOptions.runNonBlocking());
    room.commands.register(
        "blocks",
        ctx -> {
          room.scheduler.advance(CommandRoom.TIMEOUT);
          peer.send("{\"id\":2,\"command\":\"open\"}");
          placeFreeWhileBlocking.set(peer.session.mayRunInline());
          return "late";
        },
        CommandOptions.defaults());

    List<String> replies = peer.ask("{\"id\":1,\"command\":\"blocks\"}");

    assertThat(replies).filteredOn(frame -> frame.contains("\"id\":1")).hasSize(1);
    assertThat(placeFreeWhileBlocking).isFalse();
    assertThat(peer.session.mayRunInline()).isTrue();
    assertThat(room.metrics.outcomes).contains("blocks TIMEOUT", "blocks LATE");
  }

  private static CompletableFuture<String> cancelled() {
    CompletableFuture<String> future = new CompletableFuture<>();
    future.cancel(false);
    return future;
  }

  @SuppressWarnings("InfiniteRecursion") // on purpose
  private static int overflow(int depth) {
    return overflow(depth + 1) + 1;
  }
}
