// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import io.meshrt.client.internal.loop.Loop;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens sockets with the JDK's WebSocket client. Without a shared {@link HttpClient} it makes one
 * of its own with the first socket. Its threads end with {@link #stop}, on Java 17 all but the idle
 * selector thread, which ends when the garbage collector has found the client unused.
 */
public final class JdkConnector implements Connector {
  private static final int IO_THREADS = 2;

  private final Loop loop;
  private final String name;
  private final int maxMessageBytes;
  private final @Nullable HttpClient shared;
  private @Nullable HttpClient own;
  private @Nullable ThreadPoolExecutor ownExecutor;

  /**
   * A connector.
   *
   * @param name for its threads
   * @param shared used and never closed; null for an own one
   * @param maxMessageBytes largest inbound message
   */
  public JdkConnector(Loop loop, String name, @Nullable HttpClient shared, int maxMessageBytes) {
    this.loop = loop;
    this.name = name;
    this.shared = shared;
    this.maxMessageBytes = maxMessageBytes;
  }

  @Override
  public Opening open(Target target, SocketListener listener) {
    JdkSocket socket = new JdkSocket(loop, listener, maxMessageBytes);
    CompletionStage<WebSocket> opening;
    try {
      WebSocket.Builder builder = client().newWebSocketBuilder().connectTimeout(target.timeout());
      target.headers().forEach((key, values) -> values.forEach(v -> builder.header(key, v)));
      if (!target.subprotocols().isEmpty()) {
        String[] rest = target.subprotocols().stream().skip(1).toArray(String[]::new);
        builder.subprotocols(target.subprotocols().get(0), rest);
      }
      opening = builder.buildAsync(target.uri(), socket.events());
    } catch (RuntimeException e) { // a bad URI, or a shared client that was closed
      opening = CompletableFuture.failedFuture(e);
    }
    opening.whenComplete(
        (opened, failure) -> {
          if (failure != null) {
            loop.execute(() -> socket.onRefused(httpStatus(failure), unwrapped(failure)));
          }
        });
    return socket::abort;
  }

  @Override
  public void stop() {
    HttpClient client = own;
    own = null;
    if (client != null) {
      Shutdown.now(client);
    }
    if (ownExecutor != null) {
      ownExecutor.shutdown();
      ownExecutor = null;
    }
  }

  private HttpClient client() {
    if (shared != null) {
      return shared;
    }
    HttpClient client = own;
    if (client == null) {
      ThreadPoolExecutor executor = ioThreads(name);
      client = HttpClient.newBuilder().executor(executor).build();
      ownExecutor = executor;
      own = client;
    }
    return client;
  }

  private static ThreadPoolExecutor ioThreads(String name) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            IO_THREADS,
            IO_THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name + "-io");
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  private static int httpStatus(Throwable failure) {
    return unwrapped(failure) instanceof WebSocketHandshakeException refused
            && refused.getResponse() != null
        ? refused.getResponse().statusCode()
        : 0;
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  /** {@code HttpClient.shutdownNow}, which Java 17 does not have yet. */
  private static final class Shutdown {
    private static final @Nullable MethodHandle SHUTDOWN_NOW = find();

    private Shutdown() {}

    static void now(HttpClient client) {
      if (SHUTDOWN_NOW != null) {
        try {
          SHUTDOWN_NOW.invoke(client);
        } catch (Throwable e) {
          throw new IllegalStateException("HttpClient.shutdownNow failed", e);
        }
      }
    }

    private static @Nullable MethodHandle find() {
      try {
        return MethodHandles.publicLookup()
            .findVirtual(HttpClient.class, "shutdownNow", MethodType.methodType(void.class));
      } catch (NoSuchMethodException | IllegalAccessException java17) {
        return null;
      }
    }
  }
}
