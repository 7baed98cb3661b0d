// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.transport.Transport.CloseWhen;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All sockets of a thread write from one buffer, also when one's bytes make another write. */
class SharedOutputBufferTest {
  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start(options -> options.withIoThreads(1));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void flushOfAnotherWhileCopyingLeavesBothWhole() throws Exception {
    assertBothWhole(
        other -> {
          other.send("of the other");
          other.transport.flush();
        },
        "text:of the other");
  }

  @Test
  void closeOfAnotherWhileCopyingLeavesBothWhole() throws Exception {
    assertBothWhole(
        other -> other.transport.close(4001, "of the other", CloseWhen.NOW),
        "close:4001:of the other");
  }

  private void assertBothWhole(Consumer<FakeConnection> whileCopying, String frameOfOther)
      throws Exception {
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();
      try (RawClient otherClient = server.open()) {
        FakeConnection other = server.acceptor.next();
        connection.outgoing.onFill =
            () -> {
              connection.outgoing.onFill = () -> {};
              whileCopying.accept(other);
            };

        connection.send("of the first");

        assertThat(client.readFrame()).isEqualTo("text:of the first");
        assertThat(otherClient.readFrame()).isEqualTo(frameOfOther);
      }
    }
  }
}
