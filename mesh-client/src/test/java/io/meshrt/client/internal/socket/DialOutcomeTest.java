// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.ScriptedServer;
import io.meshrt.client.internal.loop.LoopThread;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What one opening tells. */
class DialOutcomeTest {
  @Test
  void socketThatCannotReadIsRefusedAndNotOpened() throws Exception {
    LoopThread loop = new LoopThread("outcome-test");
    TcpConnector connector =
        new TcpConnector(
            loop, new TcpOptions("outcome-test", null, null, Map.of(), Integer.MAX_VALUE));
    CompletableFuture<Object> first = new CompletableFuture<>();
    try (ScriptedServer server =
        new ScriptedServer(
            peer -> {
              peer.upgrade();
              peer.awaitEnd();
            })) {
      Connector.Target target = new Connector.Target(URI.create(server.uri()), Map.of(), List.of());
      assertThat(loop.execute(() -> connector.open(target, new First(first)))).isTrue();

      assertThat(first.get(10, TimeUnit.SECONDS)).isInstanceOf(IllegalArgumentException.class);
    } finally {
      assertThat(loop.execute(connector::stop)).isTrue();
      loop.stop();
    }
  }

  /** Keeps what is told first: the socket or why there is none. */
  private record First(CompletableFuture<Object> told) implements SocketListener {
    @Override
    public void onOpen(Socket socket) {
      told.complete(socket);
    }

    @Override
    public void onRefused(int httpStatus, Throwable cause) {
      told.complete(cause);
    }

    @Override
    public void onText(byte[] utf8) {}

    @Override
    public void onUnacceptable(int code, String reason) {}

    @Override
    public void onClosed(int code, String reason, @Nullable Throwable cause) {}
  }
}
