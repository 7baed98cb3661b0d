// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.testkit.RawFrame;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.V1Socket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Damaged conversations with a whole server, many at a time: each connection is closed or goes on
 * answering, others are not disturbed, and nothing is left behind.
 */
class DamagedConversationsIT {
  private static final int CONVERSATIONS = Boolean.getBoolean("mesh.full") ? 2_000 : 200;
  private static final int BATCH = 50;
  private static final Duration DEADLINE = Duration.ofSeconds(1);
  private static final String PROBE =
      "{\"id\":777,\"command\":\"echo\",\"payload\":\"still here\"}";

  private final Queue<String> troubles = new ConcurrentLinkedQueue<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            troubles.add("logged: " + event);
          }
        }
      };
  private Thread.UncaughtExceptionHandler handlerBefore;
  private MeshServer server;

  @BeforeEach
  void start() {
    handlerBefore = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> troubles.add("uncaught: " + failure));
    appender.start();
    root().addAppender(appender);
    server =
        Local.server()
            .limits(ConnectionLimits.defaults().withMessageDeadline(DEADLINE))
            .authentication(
                AuthenticationOptions.defaults()
                    .withMessage(
                        (credentials, who) -> Authentication.accept(Identity.of("somebody"))))
            .build();
    server.registerCommand("echo", ctx -> ctx.rawPayload(), CommandOptions.runNonBlocking());
    server.registerCommand("later", ctx -> ctx.payload(String.class));
    server.registerCommand(
        "add", int[].class, (numbers, ctx) -> numbers == null ? 0 : IntStream.of(numbers).sum());
    server.exposeRoom("lobby");
    server.trackPresence("lobby");
    server.exposeOwnMetadataWrites((connection, id) -> true);
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    root().detachAppender(appender);
    Thread.setDefaultUncaughtExceptionHandler(handlerBefore);
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  @Test
  void eachIsAnsweredOrClosedAndHarmsNobody() throws Exception {
    try (V1Socket neighbour = V1Socket.open(server.port())) {
      for (int first = 0; first < CONVERSATIONS; first += BATCH) {
        checkBatch(first);

        assertThat(troubles).as("seeds from %d", first).isEmpty();
        assertAnswers(neighbour, first);
        try (V1Socket newcomer = V1Socket.open(server.port())) {
          assertAnswers(newcomer, first);
        }
      }
      await().until(() -> server.connections().count() == 1);
    }
  }

  private void checkBatch(int firstSeed) throws Exception {
    List<RawWebSocket> sockets = new ArrayList<>();
    try {
      for (int seed = firstSeed; seed < firstSeed + BATCH; seed++) {
        sockets.add(talk(seed));
      }
      for (int i = 0; i < BATCH; i++) {
        checkEnd(sockets.get(i), firstSeed + i);
      }
    } finally {
      for (RawWebSocket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Every other one is a client of an older generation. */
  private RawWebSocket talk(int seed) throws IOException {
    RawWebSocket.Builder builder = RawWebSocket.to(server.port());
    RawWebSocket socket = (seed % 2 == 0 ? builder.subprotocol("mesh.v1") : builder).open();
    try {
      socket.send(DamagedConversation.random(new Random(seed)));
      socket.send(RawFrame.text(PROBE).masked());
    } catch (IOException e) {
      // Closed already, which is for checkEnd to see.
    }
    return socket;
  }

  /**
   * Reads up to the answer to the probe or the end, and fails when neither comes: a probe that
   * became part of something unfinished is closed with it at the message deadline.
   */
  private static void checkEnd(RawWebSocket socket, int seed) throws IOException {
    try {
      String text;
      do {
        text = socket.readText();
      } while (text != null && !text.contains("still here") && !text.contains("\"id\":777"));
    } catch (IOException e) {
      String hex = HexFormat.of().formatHex(DamagedConversation.random(new Random(seed)));
      throw new AssertionError("seed " + seed + ": " + hex, e);
    }
  }

  private static void assertAnswers(V1Socket socket, int id) throws IOException {
    socket.send(id, "echo", "fine");
    assertThat(socket.next().path("payload").asText()).isEqualTo("fine");
  }
}
