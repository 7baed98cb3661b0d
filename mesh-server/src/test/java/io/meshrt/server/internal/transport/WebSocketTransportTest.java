// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.internal.websocket.FrameEncoder;
import io.meshrt.server.internal.transport.Transport.CloseWhen;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebSocketTransportTest {
  private static final Duration MESSAGE_DEADLINE = Duration.ofSeconds(10);

  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start(options -> options.withMessageLimits(100_000, MESSAGE_DEADLINE));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void framesInTheSegmentOfTheUpgradeRequestAreRead() throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {
      byte[] request = RawClient.request("/").getBytes(StandardCharsets.UTF_8);
      client.send(RawClient.join(request, RawClient.text("one"), RawClient.text("two")));

      assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
      assertThat(client.readFrame()).isEqualTo("text:one");
      assertThat(client.readFrame()).isEqualTo("text:two");
      client.sendText("three");
      assertThat(client.readFrame()).isEqualTo("text:three");
    }
  }

  @Test
  void partOfAFrameInTheSegmentOfTheUpgradeRequestIsKept() throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {
      byte[] request = RawClient.request("/").getBytes(StandardCharsets.UTF_8);
      byte[] frame = RawClient.text("halved");
      client.send(RawClient.join(request, java.util.Arrays.copyOf(frame, 7)));
      client.readHead();

      client.send(java.util.Arrays.copyOfRange(frame, 7, frame.length));

      assertThat(client.readFrame()).isEqualTo("text:halved");
    }
  }

  @Test
  void framesMayComeByteByByte() throws Exception {
    try (RawClient client = server.open()) {
      for (byte next : RawClient.text("slow")) {
        client.send(new byte[] {next});
      }
      assertThat(client.readFrame()).isEqualTo("text:slow");
      for (byte next : RawClient.frame(0x89, new byte[] {'p'})) {
        client.send(new byte[] {next});
      }
      assertThat(client.readFrame()).isEqualTo("pong:p");
    }
  }

  @Test
  void framesOfOneSegmentAreOneReadAndAnsweredInOrder() throws Exception {
    try (RawClient client = server.open()) {
      List<byte[]> frames = new ArrayList<>();
      for (int number = 0; number < 200; number++) {
        frames.add(RawClient.text("m" + number));
      }
      client.send(RawClient.join(frames.toArray(new byte[0][])));

      for (int number = 0; number < 200; number++) {
        assertThat(client.readFrame()).isEqualTo("text:m" + number);
      }
      assertThat(server.acceptor.next().reads.get()).isLessThan(20);
    }
  }

  @Test
  void binaryMessagesAreHandedOn() throws Exception {
    try (RawClient client = server.open()) {
      client.send(RawClient.frame(0x82, new byte[70_000]));

      assertThat(client.readFrame()).isEqualTo("binary:70000");
    }
  }

  @Test
  void pushFromAnotherThreadIsWritten() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();

      connection.send("from outside");

      assertThat(client.readFrame()).isEqualTo("text:from outside");
    }
  }

  @Test
  void framesOfferedWhileAcceptingComeFirst() throws Exception {
    server.acceptor.onAccept =
        connection ->
            connection.outgoing.offer(
                FrameEncoder.text("welcome".getBytes(StandardCharsets.UTF_8)));
    try (RawClient client = RawClient.connect(server.port())) {
      byte[] request = RawClient.request("/").getBytes(StandardCharsets.UTF_8);
      client.send(RawClient.join(request, RawClient.text("hasty")));
      client.readHead();

      assertThat(client.readFrame()).isEqualTo("text:welcome");
      assertThat(client.readFrame()).isEqualTo("text:hasty");
    }
  }

  @Test
  void answerOfferedWhileTellingAboutWritesIsWrittenToo() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();
      connection.onWritten =
          () -> {
            connection.onWritten = () -> {};
            connection.send("afterwards");
          };

      client.sendText("first");

      assertThat(client.readFrame()).isEqualTo("text:first");
      assertThat(client.readFrame()).isEqualTo("text:afterwards");
    }
  }

  @Test
  void pausedSocketIsNotReadUntilItIsResumed() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();
      connection.onText =
          text -> {
            connection.send(text);
            connection.transport.pauseReads();
          };
      client.sendText("one");
      assertThat(client.readFrame()).isEqualTo("text:one");
      client.sendText("two");
      onLoop(connection, () -> {});
      onLoop(connection, () -> {});
      assertThat(connection.events).containsExactly("text:one");

      connection.transport.loop().execute(connection.transport::resumeReads);

      assertThat(client.readFrame()).isEqualTo("text:two");
    }
  }

  @Test
  void stalledReaderGetsEveryByteOnceAndInOrder() throws Exception {
    try (RawClient client = RawClient.connect(server.port(), 8 * 1024).upgrade()) {
      FakeConnection connection = server.acceptor.next();
      CountDownLatch offered = new CountDownLatch(1);
      connection
          .transport
          .loop()
          .execute(
              () -> {
                for (int number = 0; number < 3000; number++) {
                  connection.send(number + "x".repeat(number % 5_000));
                }
                offered.countDown();
              });
      assertThat(offered.await(10, TimeUnit.SECONDS)).isTrue();
      onLoop(connection, () -> {});
      assertThat(connection.outgoing.isEmpty()).isFalse();

      for (int number = 0; number < 3000; number++) {
        assertThat(client.readFrame()).isEqualTo("text:" + number + "x".repeat(number % 5_000));
      }
      client.sendText("still alive");
      assertThat(client.readFrame()).isEqualTo("text:still alive");
    }
  }

  @Test
  void pingsAreAnsweredByTheLatestPong() throws Exception {
    try (RawClient client = server.open()) {
      client.send(
          RawClient.join(
              RawClient.frame(0x89, new byte[] {'a'}),
              RawClient.frame(0x89, new byte[] {'b'}),
              RawClient.text("t")));

      assertThat(client.readFrame()).isEqualTo("pong:b");
      assertThat(client.readFrame()).isEqualTo("text:t");
    }
  }

  @Test
  void pingFloodOfAStalledReaderLeavesAtMostTwoPongs() throws Exception {
    try (RawClient client = RawClient.connect(server.port(), 4 * 1024).upgrade()) {
      FakeConnection connection = server.acceptor.next();
      connection.onText = text -> {};
      for (int number = 0; number < 100; number++) {
        connection.send("x".repeat(100_000));
      }
      byte[] pings =
          RawClient.join(
              java.util.Collections.nCopies(1000, RawClient.frame(0x89, new byte[100]))
                  .toArray(new byte[0][]));
      for (int round = 0; round < 10; round++) {
        client.send(pings);
      }
      client.sendText("last");
      assertThat(connection.nextEvent()).isEqualTo("text:last");

      assertThat(connection.outgoing.controlsOffered()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void messageThatTakesTooLongClosesWith1008() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();
      client.send(java.util.Arrays.copyOf(RawClient.text("never whole"), 9));
      server.scheduler.awaitWaiting(1);

      server.scheduler.advance(MESSAGE_DEADLINE);

      assertThat(client.readFrame()).isEqualTo("close:1008:message took too long");
      assertThat(connection.awaitClosed()).isEqualTo("closed:1008:message took too long:us");
    }
  }

  @Test
  void deadlineIsOfOneMessageAndNotPutOffByPings() throws Exception {
    try (RawClient client = server.open()) {
      byte[] frame = RawClient.text("whole in time");
      client.send(java.util.Arrays.copyOf(frame, 9));
      server.scheduler.awaitWaiting(1);
      server.scheduler.advance(MESSAGE_DEADLINE.minusSeconds(1));
      byte[] rest = java.util.Arrays.copyOfRange(frame, 9, frame.length);
      client.send(RawClient.join(rest, RawClient.frame(0x01, new byte[] {'a'})));
      assertThat(client.readFrame()).isEqualTo("text:whole in time");
      server.scheduler.awaitWaiting(1);
      server.scheduler.advance(MESSAGE_DEADLINE.minusSeconds(1));
      client.send(RawClient.frame(0x89, new byte[0]));
      assertThat(client.readFrame()).isEqualTo("pong:");

      server.scheduler.advance(Duration.ofSeconds(1));

      assertThat(client.readFrame()).isEqualTo("close:1008:message took too long");
    }
  }

  @Test
  void deadlineDoesNotRunBetweenMessagesNorWhilePaused() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();
      client.sendText("whole");
      assertThat(client.readFrame()).isEqualTo("text:whole");
      assertThat(server.scheduler.waiting()).isZero();
      client.send(new byte[] {(byte) 0x81});
      server.scheduler.awaitWaiting(1);

      onLoop(connection, connection.transport::pauseReads);
      assertThat(server.scheduler.waiting()).isZero();
      onLoop(connection, connection.transport::resumeReads);
      assertThat(server.scheduler.waiting()).isEqualTo(1);
    }
  }

  @Test
  void failingListenerClosesItsOwnConnectionOnly() throws Exception {
    try (RawClient neighbour = server.open()) {
      server.acceptor.next();
      RawClient client = server.open();
      FakeConnection connection = server.acceptor.next();
      connection.onText =
          text -> {
            throw new IllegalStateException("on purpose");
          };

      client.sendText("boom");

      assertThat(client.readFrame()).isEqualTo("close:1011:internal error");
      assertThat(connection.awaitClosed()).isEqualTo("closed:1011:internal error:us");
      neighbour.sendText("fine");
      assertThat(neighbour.readFrame()).isEqualTo("text:fine");
      client.close();
    }
  }

  @Test
  void failingAcceptorClosesWith1011() throws Exception {
    server.acceptor.onAccept =
        connection -> {
          throw new IllegalStateException("on purpose");
        };
    try (RawClient client = server.open()) {
      assertThat(client.readFrame()).isEqualTo("close:1011:internal error");
    }
  }

  @Test
  void closeWhileAcceptingIsSentAfterTheGreeting() throws Exception {
    server.acceptor.onAccept =
        connection -> {
          connection.send("welcome");
          connection.transport.close(4503, "go away", CloseWhen.AFTER_PENDING);
        };
    try (RawClient client = server.open()) {
      assertThat(client.readFrame()).isEqualTo("text:welcome");
      assertThat(client.readFrame()).isEqualTo("close:4503:go away");
    }
  }

  private static void onLoop(FakeConnection connection, Runnable task) throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    connection
        .transport
        .loop()
        .execute(
            () -> {
              task.run();
              done.countDown();
            });
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
