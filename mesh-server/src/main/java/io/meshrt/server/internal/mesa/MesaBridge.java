// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import io.meshrt.core.protocol.CloseCode;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.FirstListen;
import io.meshrt.server.internal.cluster.ForeignListener;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.PushFrame;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.inbox.InboxKeeper;
import io.meshrt.server.internal.metrics.ClusterMetrics;
import io.meshrt.server.internal.metrics.MesaMeter;
import io.meshrt.server.internal.metrics.MesaMeter.Heard;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.internal.transport.Transport.CloseWhen;
import io.meshrt.server.mesa.MesaBridgeOptions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Does what Mesa's dispatchers publish. All nodes hear it, and each does it for the connections it
 * holds itself; so nothing is done twice, and a node that dies loses no more than its connections.
 * What is to be kept all nodes keep, under one id, so that it is kept once. Thread-safe, never
 * blocks.
 */
public final class MesaBridge implements ForeignListener {
  /** As much as an inbound message of a client may have, and some recipients. */
  private static final int MAX_PUBLICATION_BYTES = 1024 * 1024;

  /** Publications that wait to be kept; more are not. */
  private static final int MAX_WAITING = 10_000;

  private final MesaBridgeOptions options;
  private final Policy policy;
  private final Cluster cluster;
  private final Sessions sessions;
  private final IdentifiedSessions identified;
  private final InboxKeeper keeper;
  private final Scheduler scheduler;
  private final MesaMeter meter;
  private final ClusterMetrics metrics;
  private final DispatchReader reader;
  private final Occurrences occurrences;

  private final AtomicInteger waiting = new AtomicInteger();
  private final Lane lane = new Lane();

  /** Only used in the lane. */
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

  /**
   * How messages are passed on.
   *
   * @param keeps whether messages to identities are kept that do not say otherwise
   * @param onlyIdentified whether what is for everyone is kept from connections without identity
   * @param maxFrameBytes of a push; larger ones are garbage
   */
  public record Policy(boolean keeps, boolean onlyIdentified, int maxFrameBytes) {}

  /** Hears nothing before {@link #start}. */
  public MesaBridge(
      MesaBridgeOptions options,
      Policy policy,
      Cluster cluster,
      Sessions sessions,
      InboxKeeper keeper) {
    if (!cluster.hearsOthers()) {
      throw new IllegalStateException("Mesa's dispatchers are heard on a Redis that is shared");
    }
    this.options = options;
    this.policy = policy;
    this.cluster = cluster;
    this.sessions = sessions;
    this.keeper = keeper;
    this.identified = new IdentifiedSessions();
    this.scheduler = sessions.services().scheduler();
    this.meter = sessions.services().metrics().mesa();
    this.metrics = sessions.services().metrics().cluster();
    this.reader = new DispatchReader(MAX_PUBLICATION_BYTES);
    this.occurrences = new Occurrences(cluster.store(), options.channel(), scheduler);
    sessions.addListener(identified);
  }

  /** Begins to hear, as soon as the cluster can be asked; completes then. */
  public CompletableFuture<@Nullable Void> start() {
    return FirstListen.until(
        cluster,
        scheduler,
        "the channel " + options.channel() + " of Mesa's dispatchers",
        () -> cluster.hearOthers(options.channel(), this).thenRun(occurrences::onHearing));
  }

  @Override
  public void onDropped() {
    metrics.foreignDropped();
  }

  @Override
  public void onMessage(byte[] publication) {
    Dispatch dispatch = reader.read(publication);
    if (dispatch == null) {
      meter.heard(Heard.GARBAGE);
    } else if (dispatch.disconnects()) {
      meter.heard(Heard.DISCONNECT);
      forIdentities(
          dispatch,
          session -> session.close(CloseCode.NORMAL, "disconnected", CloseWhen.AFTER_PENDING));
    } else {
      pass(dispatch, publication);
    }
  }

  private void pass(Dispatch dispatch, byte[] publication) {
    byte[] frame = Dialect.v1().push(dispatch.name(), dispatch.payload());
    if (frame.length > policy.maxFrameBytes()) {
      meter.heard(Heard.GARBAGE);
      return;
    }
    meter.heard(Heard.MESSAGE);
    PushFrame push = new PushFrame(frame);
    if (dispatch.everyone()) {
      for (Session session : sessions.all()) {
        if (isMeant(session, dispatch)) {
          session.offer(push);
        }
      }
    } else if (policy.keeps() && dispatch.mayBeKept()) {
      keepInOrder(dispatch, publication);
    } else {
      forIdentities(dispatch, session -> session.offer(push));
    }
  }

  private boolean isMeant(Session session, Dispatch dispatch) {
    return session
        .identity()
        .map(identity -> !dispatch.excluding().contains(identity.id()))
        .orElse(!policy.onlyIdentified());
  }

  private void forIdentities(Dispatch dispatch, Consumer<Session> action) {
    dispatch.recipients().forEach(id -> identified.of(id).forEach(action));
  }

  private void keepInOrder(Dispatch dispatch, byte[] publication) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      meter.heard(Heard.FAILED);
      return;
    }
    lane.run(
        () ->
            last =
                last.handle((done, failure) -> true)
                    .thenCompose(done -> keep(dispatch, publication)));
  }

  private CompletableFuture<?> keep(Dispatch dispatch, byte[] publication) {
    return occurrences
        .id(publication)
        .thenCompose(id -> keepFor(dispatch, id))
        .whenComplete((done, failure) -> onKept(failure));
  }

  private CompletableFuture<?> keepFor(Dispatch dispatch, String id) {
    Function<String, ? extends CompletableFuture<?>> keeping =
        keeper.prepare(dispatch.name(), dispatch.payload(), Optional.of(id));
    return CompletableFuture.allOf(
        dispatch.recipients().stream().map(keeping).toArray(CompletableFuture<?>[]::new));
  }

  private void onKept(@Nullable Throwable failure) {
    waiting.decrementAndGet();
    if (failure != null) {
      meter.heard(Heard.FAILED);
    }
  }
}
