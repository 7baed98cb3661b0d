// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeConnector;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.ManualLoop;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SendQueueTest {
  private final ManualLoop loop = new ManualLoop();
  private final FakeSocket socket = openSocket();
  private final List<String> told = new ArrayList<>();
  private final SendQueue queue =
      new SendQueue(
          socket,
          loop,
          10,
          new SendQueue.Listener() {
            @Override
            public void onSendQueueEmpty() {
              told.add("empty");
            }

            @Override
            public void onSendFailed(Throwable cause) {
              told.add("failed: " + cause.getMessage());
            }
          });

  @Test
  void oneSendIsInFlight() {
    socket.stall();

    queue.offer(bytes("a"));
    queue.offer(bytes("b"));
    assertThat(socket.takeSent()).containsExactly("a");
    socket.finishSend();

    assertThat(socket.takeSent()).containsExactly("b");
    assertThat(told).isEmpty();
    socket.finishSend();
    assertThat(told).containsExactly("empty");
  }

  @Test
  void bytesAreCountedUntilTheyAreSent() {
    socket.stall();

    assertThat(queue.offer(bytes("12345"))).isTrue();
    assertThat(queue.offer(bytes("67890"))).isTrue();
    assertThat(queue.waitingBytes()).isEqualTo(10);
    assertThat(queue.offer(bytes("x"))).isFalse();
    socket.finishSend();

    assertThat(queue.waitingBytes()).isEqualTo(5);
    assertThat(queue.offer(bytes("x"))).isTrue();
  }

  @Test
  void messageLargerThanTheBoundIsTakenAlone() {
    socket.stall();

    assertThat(queue.offer(bytes("12345678901"))).isTrue();
    assertThat(queue.offer(bytes("x"))).isFalse();
  }

  @Test
  void closeWaitsForWhatWasOffered() {
    socket.stall();
    queue.offer(bytes("a"));
    queue.offer(bytes("b"));

    queue.closeAfterLast(4001, "bye");
    queue.offer(bytes("late"));
    socket.finishSend();
    assertThat(socket.closes()).isEmpty();
    socket.finishSend();

    assertThat(socket.closes()).containsExactly(4001);
    assertThat(told).isEmpty();
    assertThat(socket.takeSent()).containsExactly("a", "b");
  }

  @Test
  void failedSendIsTold() {
    socket.stall();
    queue.offer(bytes("a"));
    queue.offer(bytes("b"));

    socket.failSend(new IOException("gone"));

    assertThat(told).containsExactly("failed: gone");
    assertThat(socket.takeSent()).containsExactly("a");
  }

  private FakeSocket openSocket() {
    FakeConnector connector = new FakeConnector(loop);
    connector.open(
        new Connector.Target(URI.create("ws://localhost"), Map.of(), List.of()),
        new SocketListener() {
          @Override
          public void onOpen(Socket opened) {}

          @Override
          public void onRefused(int httpStatus, Throwable cause) {}

          @Override
          public void onText(byte[] utf8) {}

          @Override
          public void onUnacceptable(int code, String reason) {}

          @Override
          public void onClosed(int code, String reason, @Nullable Throwable cause) {}
        });
    return connector.next().accept();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
