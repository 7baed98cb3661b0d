// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {
  private final Heard heard = new Heard();
  private IoThread io;
  private Link link;
  private ServerSocket server;
  private Socket peer;

  @BeforeEach
  void connect() throws Exception {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    io = IoThread.start("link-test");
    link = new Link(io, heard);
    InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
    assertThat(link.execute(() -> link.open(address))).isTrue();
    peer = server.accept();
    heard.connected.get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    io.stop();
    io.awaitEnd(Duration.ofSeconds(10));
    peer.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatCameBeforeTheResetIsReadThoughNothingCanBeWritten(boolean paused) throws Exception {
    boolean taken =
        link.execute(
            () -> {
              if (paused) {
                link.pause();
              }
              sayAndReset("last words");
              link.write(new byte[1], null);
            });

    assertThat(taken).isTrue();
    assertThat(heard.end.get(10, TimeUnit.SECONDS)).containsInstanceOf(IOException.class);
    assertThat(heard.bytes.toString(StandardCharsets.US_ASCII)).isEqualTo("last words");
  }

  @Test
  void whatATaskThrowsEndsTheLink() throws Exception {
    Error thrown = new OutOfMemoryError("as a test");

    boolean taken =
        link.execute(
            () -> {
              throw thrown;
            });

    assertThat(taken).isTrue();
    assertThat(heard.end.get(10, TimeUnit.SECONDS)).containsSame(thrown);
  }

  @Test
  void nothingIsTakenAfterTheEndOfTheThread() throws Exception {
    io.stop();
    io.awaitEnd(Duration.ofSeconds(10));

    assertThat(link.execute(() -> {})).isFalse();
  }

  private void sayAndReset(String words) {
    try {
      peer.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
      peer.setSoLinger(true, 0);
      peer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Heard implements Link.Listener {
    private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();

    @Override
    public void onUnreachable(Throwable cause) {
      connected.completeExceptionally(cause);
    }

    @Override
    public void onConnected() {
      connected.complete(true);
    }

    @Override
    public void onSecure() {}

    @Override
    public void onBytes(byte[] buffer, int from, int to) {
      bytes.write(buffer, from, to - from);
    }

    @Override
    public void onEnd(@Nullable Throwable cause) {
      end.complete(Optional.ofNullable(cause));
    }
  }
}
