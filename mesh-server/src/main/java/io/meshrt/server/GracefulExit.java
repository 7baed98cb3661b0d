// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a program with its servers when somebody asks it to, as {@code kill}, Ctrl+C or the host of
 * a container do. For programs that are nothing but servers: nothing is installed in the JVM unless
 * {@link #listen} or {@link #await} is called, and where others listen for signals they should call
 * {@link MeshServer#drain} and {@link MeshServer#close} instead.
 *
 * <pre>{@code
 * server.start();
 * GracefulExit.of(server).drain(Duration.ofSeconds(30)).await();
 * }</pre>
 *
 * <p>Not thread-safe; used once.
 */
public final class GracefulExit {
  /** The exit status of a program that was asked a second time. */
  public static final int AT_ONCE = 130;

  private static final Logger log = LoggerFactory.getLogger(GracefulExit.class);

  private final List<MeshServer> servers;
  private final SynchronousQueue<String> asked = new SynchronousQueue<>();
  private boolean listening;
  private Duration drain = Duration.ofSeconds(10);
  private Function<String, ? extends CompletionStage<?>> beforeExit =
      reason -> CompletableFuture.completedFuture(null);
  private Duration beforeExitLimit = Duration.ofSeconds(10);

  private GracefulExit(List<MeshServer> servers) {
    this.servers = servers;
  }

  /** For a program with these servers, drained and closed in this order. */
  public static GracefulExit of(MeshServer... servers) {
    return new GracefulExit(List.of(servers));
  }

  /** How long each server is {@linkplain MeshServer#drain drained}, 10 s unless set. */
  public GracefulExit drain(Duration timeout) {
    this.drain = Objects.requireNonNull(timeout, "timeout");
    return this;
  }

  /**
   * What else has to be done before the program ends: when the clients have gone, while servers can
   * still reach their cluster. Called on the thread that {@linkplain #await awaits}, with the name
   * of the signal, {@code TERM} or {@code INT}. A failure is logged.
   *
   * @param limit how long its stage is waited for
   */
  public GracefulExit beforeExit(
      Function<String, ? extends CompletionStage<?>> action, Duration limit) {
    this.beforeExit = Objects.requireNonNull(action, "action");
    this.beforeExitLimit = Objects.requireNonNull(limit, "limit");
    return this;
  }

  /**
   * Listens for whoever asks the program to end, from now on; {@link #await} goes on at once if
   * that was before it was called. To be called before a program tells others that it is there;
   * {@link #await} does it by itself.
   */
  public GracefulExit listen() {
    if (!listening) {
      listening = true;
      AtomicBoolean first = new AtomicBoolean(true);
      for (String name : List.of("INT", "TERM")) {
        handle(name, () -> hear(name, first));
      }
    }
    return this;
  }

  /** A shutdown hook would hear it too, but then the status is not 0, and a second is not heard. */
  private void hear(String name, AtomicBoolean first) {
    if (!first.getAndSet(false)) {
      Runtime.getRuntime().halt(AT_ONCE);
    }
    try {
      asked.put(name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits until the program is asked to end, drains and closes the servers, and ends the JVM with
   * status 0; it does not return. Asked again meanwhile, the program ends at once, with {@value
   * #AT_ONCE}.
   *
   * @throws InterruptedException when the thread is interrupted before it was asked
   */
  public void await() throws InterruptedException {
    listen();
    String signal = asked.take();
    log.info("asked to end by {}", signal);
    servers.forEach(server -> server.drain(drain));
    runBeforeExit(signal);
    servers.forEach(MeshServer::close);
    System.exit(0);
  }

  private void runBeforeExit(String signal) {
    try {
      beforeExit
          .apply(signal)
          .toCompletableFuture()
          .get(beforeExitLimit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | RuntimeException e) {
      log.error("what was to be done before the end failed", e);
    } catch (TimeoutException e) {
      log.warn("what was to be done before the end took longer than {}", beforeExitLimit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** By reflection, because compilers warn of this class, which every JVM has. */
  private static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler run =
          (proxy, method, arguments) -> {
            action.run();
            return null;
          };
      Object listener =
          Proxy.newProxyInstance(
              GracefulExit.class.getClassLoader(), new Class<?>[] {handler}, run);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot listen for " + name, e);
    }
  }
}
