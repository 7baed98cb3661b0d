// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.dispatch.MeshDispatcher;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.outpost.Outpost;
import io.meshrt.server.internal.worker.WorkerCore;
import io.meshrt.server.internal.worker.WorkerServices;
import io.meshrt.server.internal.worker.WorkerSettings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the work that servers forward to its group, with no more than their Redis: commands of
 * clients, and what happens to connections.
 *
 * <pre>{@code
 * MeshWorker worker =
 *     MeshWorker.builder(RedisOptions.of("redis://localhost"))
 *         .group("chat")
 *         .command("say", ctx -> "said " + ctx.payload(String.class))
 *         .start();
 * }</pre>
 *
 * <p>Each piece of work goes to one worker of the group, at least once: when that worker dies,
 * another one does what was not done, after 10 s or so. The commands of one identity, and those of
 * a connection without one, run one after the other, in order, and so do the events of a
 * connection; work of different clients runs at the same time.
 *
 * <p>Thread-safe. Handlers run on handler threads and may block.
 */
public final class MeshWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MeshWorker.class);
  private static final Duration START = Duration.ofSeconds(5);
  private static final Duration CLOSE = Duration.ofSeconds(30);
  private static final Duration LEAVE = Duration.ofSeconds(2);

  private final Outpost outpost;
  private final WorkerSettings settings;
  private final WorkerCore core;
  private final WorkDispatch dispatch;

  MeshWorker(Outpost outpost, WorkerSettings settings, WorkDispatch dispatch) {
    this.outpost = outpost;
    this.dispatch = dispatch;
    this.settings = settings;
    NodeMail mail = new NodeMail(outpost.cluster(), outpost.scheduler());
    this.core =
        new WorkerCore(
            new WorkerServices(
                outpost.cluster(),
                mail,
                outpost.scheduler(),
                outpost.threads(),
                outpost.json(),
                outpost.metrics().work()),
            settings);
  }

  /** A worker for servers that share this Redis. */
  public static MeshWorkerBuilder builder(RedisOptions redis) {
    return new MeshWorkerBuilder(redis);
  }

  /** A worker for servers of this JVM: for tests and examples. */
  public static MeshWorkerBuilder builder(InMemoryNetwork network) {
    return new MeshWorkerBuilder(network);
  }

  void start() {
    outpost.start(START);
    if (!await(core.start(), START)) {
      close(Duration.ZERO);
      throw CommandException.unavailable("the cluster does not answer within " + START);
    }
  }

  /** Names this worker in the cluster, until it is closed. */
  public String id() {
    return settings.id();
  }

  /**
   * Sends to the clients of all servers, closes them, writes channels, records and inboxes: over
   * this worker's connection to the cluster, with the defaults of every option but {@link
   * MeshWorkerBuilder#inboxes}. Made when it is asked for first, and closed with the worker.
   *
   * @throws CommandException {@code EUNAVAILABLE} when the worker was closed before
   */
  public MeshDispatcher dispatcher() {
    return dispatch.dispatcher();
  }

  /** As {@link #close(Duration)} with 30 s. */
  @Override
  public void close() {
    close(CLOSE);
  }

  /**
   * Ends gracefully and blocks until it has: begins with nothing more, lets handlers end and their
   * answers go, gives its work back, ends its threads. What has not ended after {@code timeout} is
   * interrupted, and done again elsewhere. Does nothing the second time. Not to be called by a
   * handler of this worker: it would be waited for.
   */
  public void close(Duration timeout) {
    if (!outpost.isOpen()) {
      return;
    }
    long begunNanos = outpost.scheduler().nanoTime();
    if (!await(core.close(), timeout)) {
      log.warn("handlers still run after {}", timeout);
    }
    core.stop();
    dispatch.close(left(timeout, begunNanos));
    outpost.close(left(timeout, begunNanos));
    dispatch.shutdown(left(timeout, begunNanos)); // by now nothing is under way
  }

  private Duration left(Duration timeout, long begunNanos) {
    Duration left = timeout.minusNanos(outpost.scheduler().nanoTime() - begunNanos);
    return left.compareTo(LEAVE) < 0 ? LEAVE : left;
  }

  private static boolean await(CompletableFuture<?> end, Duration timeout) {
    try {
      end.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
