// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.server.internal.transport.Transport.CloseWhen;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CloseHandshakeTest {
  private static final Duration LINGER = Duration.ofSeconds(2);
  private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(10);

  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void closeOfThePeerIsEchoedAndTheSocketEnds() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();
      client.send(RawClient.frame(0x88, new byte[] {0x0f, (byte) 0xa1, 'b', 'y', 'e'}));

      assertThat(client.readFrame()).isEqualTo("close:4001:");
      assertThat(client.readFrame()).isEqualTo("end");
      assertThat(connection.awaitClosed()).isEqualTo("closed:4001:bye:peer");
    }
  }

  @Test
  void emptyCloseIsAnsweredByAnEmptyOne() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();
      client.send(RawClient.frame(0x88, new byte[0]));

      assertThat(client.readFrame()).isEqualTo("close:empty");
      assertThat(client.readFrame()).isEqualTo("end");
      assertThat(connection.awaitClosed()).isEqualTo("closed:1005::peer");
    }
  }

  @Test
  void messagesBeforeTheCloseInOneSegmentAreAnswered() throws Exception {
    try (RawClient client = server.open()) {
      client.send(
          RawClient.join(RawClient.text("last"), RawClient.closeFrame(1000), RawClient.text("no")));

      assertThat(client.readFrame()).isEqualTo("text:last");
      assertThat(client.readFrame()).isEqualTo("close:1000:");
      assertThat(client.readFrame()).isEqualTo("end");
    }
  }

  @Test
  void closeOfThePeerIsAnsweredAheadOfWhatTheSocketDoesNotTake() throws Exception {
    try (RawClient client = RawClient.connect(server.port(), 4 * 1024).upgrade()) {
      FakeConnection connection = server.acceptor.next();
      stall(connection, 100);

      client.send(RawClient.closeFrame(1000));

      assertThat(connection.awaitClosed()).isEqualTo("closed:1000::peer");
      int frames = 0;
      String frame = client.readFrame();
      while (frame.startsWith("text:")) {
        assertThat(frame).hasSize("text:".length() + 100_000);
        frames++;
        frame = client.readFrame();
      }
      assertThat(frame).isEqualTo("close:1000:");
      assertThat(frames).isLessThan(100);
    }
  }

  @Test
  void ownCloseWaitsForTheAnswer() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();
      connection.send("before");
      connection.transport.close(4001, "shutdown", CloseWhen.AFTER_PENDING);

      assertThat(client.readFrame()).isEqualTo("text:before");
      assertThat(client.readFrame()).isEqualTo("close:4001:shutdown");
      assertThat(connection.awaitClosed()).isEqualTo("closed:4001:shutdown:us");
      client.sendText("too late");
      client.send(RawClient.closeFrame(4001));
      assertThat(client.readFrame()).isEqualTo("end");
      assertThat(connection.events).isEmpty();
      server.scheduler.awaitWaiting(0);
    }
  }

  @Test
  void ownCloseBetweenMessageAndCloseOfThePeerIsAnsweredAlready() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();
      connection.onReadComplete = () -> connection.transport.close(4001, "", CloseWhen.NOW);

      client.send(RawClient.join(RawClient.text("last"), RawClient.closeFrame(1000)));

      assertThat(client.readFrame()).isEqualTo("close:4001:");
      assertThat(client.readFrame()).isEqualTo("end");
      assertThat(connection.awaitClosed()).isEqualTo("closed:4001::us");
    }
  }

  @Test
  void unansweredCloseEndsHardAfterTheLinger() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();
      connection.transport.close(4001, "", CloseWhen.NOW);
      assertThat(client.readFrame()).isEqualTo("close:4001:");
      server.scheduler.awaitWaiting(1);

      server.scheduler.advance(LINGER);

      assertThat(client.readFrame()).isEqualTo("end");
      assertThat(connection.nextEvent()).isEqualTo("closed:4001::us");
      assertThat(connection.events).isEmpty();
    }
  }

  @Test
  void closeNowDropsWhatWaitsButForAHalfWrittenFrame() throws Exception {
    try (RawClient client = RawClient.connect(server.port(), 4 * 1024).upgrade()) {
      FakeConnection connection = server.acceptor.next();
      stall(connection, 100);

      connection.transport.close(4008, "slow", CloseWhen.NOW);

      assertThat(connection.awaitClosed()).isEqualTo("closed:4008:slow:us");
      String frame = client.readFrame();
      while (frame.startsWith("text:")) {
        assertThat(frame).hasSize("text:".length() + 100_000);
        frame = client.readFrame();
      }
      assertThat(frame).isEqualTo("close:4008:slow");
    }
  }

  @Test
  void closeAfterPendingGivesUpOnAReaderThatStopped() throws Exception {
    try (RawClient client = RawClient.connect(server.port(), 4 * 1024).upgrade()) {
      FakeConnection connection = server.acceptor.next();
      stall(connection, 100);
      connection.transport.close(4001, "shutdown", CloseWhen.AFTER_PENDING);
      server.scheduler.awaitWaiting(1);

      server.scheduler.advance(DRAIN_TIMEOUT);

      assertThat(connection.awaitClosed()).isEqualTo("closed:4001:shutdown:us");
      assertThat(client.socket().isConnected()).isTrue();
    }
  }

  @Test
  void onlyTheFirstCloseCounts() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();
      connection.transport.close(4001, "first", CloseWhen.AFTER_PENDING);
      connection.transport.close(4002, "second", CloseWhen.NOW);

      assertThat(client.readFrame()).isEqualTo("close:4001:first");
      assertThat(connection.awaitClosed()).isEqualTo("closed:4001:first:us");
    }
  }

  @Test
  void codesThatMustNotBeSentAreRefused() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();

      assertThatThrownBy(() -> connection.transport.close(1006, "", CloseWhen.NOW))
          .isInstanceOf(IllegalArgumentException.class);
      client.sendText("still open");
      assertThat(client.readFrame()).isEqualTo("text:still open");
    }
  }

  @Test
  void violationIsNamedAfterWhatCameBeforeItWasAnswered() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();
      client.send(RawClient.join(RawClient.text("fine"), new byte[] {(byte) 0x83, (byte) 0x80}));

      assertThat(client.readFrame()).isEqualTo("text:fine");
      assertThat(client.readFrame()).isEqualTo("close:1002:reserved opcode");
      assertThat(client.readFrame()).isEqualTo("end");
      assertThat(connection.awaitClosed()).isEqualTo("closed:1002:reserved opcode:us");
    }
  }

  @Test
  void peerThatGoesOnAfterAViolationStillSeesTheCode() throws Exception {
    try (RawClient client = server.open()) {
      byte[] large = new byte[1 << 20];
      client.send(RawClient.join(RawClient.frame(0x81, large), large));

      assertThat(client.readFrame()).isEqualTo("close:1009:message too big");
    }
  }

  @Test
  void endOfStreamWithoutCloseIsAbnormal() throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();
      client.sendText("hello");
      client.socket().shutdownOutput();

      assertThat(client.readFrame()).isEqualTo("text:hello");
      assertThat(client.readFrame()).isEqualTo("end");
      assertThat(connection.awaitClosed()).isEqualTo("closed:1006::peer");
    }
  }

  @Test
  void resetIsAbnormal() throws Exception {
    RawClient client = server.open();
    FakeConnection connection = server.acceptor.next();

    client.reset();

    assertThat(connection.awaitClosed()).isEqualTo("closed:1006::peer");
  }

  @Test
  void resetWhileWritingIsAbnormalAndToldOnce() throws Exception {
    RawClient client = RawClient.connect(server.port(), 4 * 1024).upgrade();
    FakeConnection connection = server.acceptor.next();
    stall(connection, 100);

    client.reset();

    assertThat(connection.awaitClosed()).isEqualTo("closed:1006::peer");
    connection.send("into the void");
    connection.transport.close(1000, "", CloseWhen.NOW);
    CountDownLatch done = new CountDownLatch(1);
    connection.transport.loop().execute(done::countDown);
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(connection.events).isEmpty();
  }

  /** Fills the socket until it takes no more. */
  private static void stall(FakeConnection connection, int frames) throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    connection
        .transport
        .loop()
        .execute(
            () -> {
              for (int number = 0; number < frames; number++) {
                connection.send("x".repeat(100_000));
              }
              connection.transport.flush();
              done.countDown();
            });
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    if (connection.outgoing.isEmpty()) {
      throw new IOException("the system buffered everything");
    }
  }
}
