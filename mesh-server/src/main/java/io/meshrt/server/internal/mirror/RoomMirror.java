// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mirror;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.MemberEvent;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of one room on all nodes, followed from a snapshot on by the events of the room. What
 * was lost in between is found by a further snapshot and told as differences. Built, started once,
 * closed once.
 *
 * <p>Thread-safe, never blocks. The listener and the actions of {@link #with} run one after the
 * other, on threads of the cluster or of the caller: they are short and run no application code.
 */
public final class RoomMirror {
  private static final Logger log = LoggerFactory.getLogger(RoomMirror.class);

  /** Events that wait for a snapshot; one more makes it necessary to take another one. */
  static final int MAX_WAITING = 4_096;

  static final Duration RETRY = Duration.ofSeconds(1);

  /** After this long, what was published and not heard is asked for. */
  static final Duration LATE = Duration.ofMillis(500);

  static final Duration PATIENCE = Duration.ofSeconds(3);

  /**
   * Longer than a dead node's members can remain. A snapshot leaves them out, and they come back
   * without an event when their node does before they are removed.
   */
  static final Duration VERIFICATION = Duration.ofSeconds(30);

  private final Cluster cluster;
  private final Scheduler scheduler;
  private final Topic group;
  private final Listener listener;
  private final Lane lane = new Lane();
  private final CompletableFuture<@Nullable Void> started = new CompletableFuture<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean overflowed = new AtomicBoolean();
  private volatile boolean closed;

  // The rest belongs to the lane.
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final ArrayDeque<Publication> early = new ArrayDeque<>();
  private final CatchUps catchUps = new CatchUps();
  private Position position = Position.NONE;
  private boolean loading = true;
  private boolean outdated;
  private boolean doubtful = true;
  private @Nullable Registration registration;
  private Scheduler.@Nullable Timer timer;

  /** Told of changes in the order in which they happened. Does not block. */
  public interface Listener {
    /** Was no member and is one now. */
    void onJoined(Member member);

    /** Is a member no more; {@code member} is as it was last known. */
    void onLeft(Member member);

    /** Has another value, or none any more. */
    void onChanged(Member before, Member after);
  }

  /** Not started. */
  public RoomMirror(Cluster cluster, Scheduler scheduler, String room, Listener listener) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.group = group(room);
    this.listener = listener;
  }

  /** The group of a room's members. */
  public static Topic group(String room) {
    return new Topic("room", room);
  }

  /**
   * Begins to follow. Completes when the members are known and every later change will be told;
   * those there at the beginning are not. When it fails, the mirror is closed.
   */
  public CompletableFuture<@Nullable Void> start() {
    CompletableFuture<?> unused =
        cluster
            .topics()
            .listen(group.events(), new Events())
            .whenComplete((listening, failure) -> lane.run(() -> onListening(listening, failure)));
    return started;
  }

  /**
   * Runs an action with the members as told until now, by id, in no particular order: everything
   * later is told after the action. The map is the action's while it runs.
   */
  public void with(Consumer<Map<String, Member>> action) {
    lane.run(() -> action.accept(Collections.unmodifiableMap(members)));
  }

  /**
   * Completes when everything that had happened before the call has been told. Fails with {@code
   * EUNAVAILABLE} when the cluster cannot be asked, or has not told within 3 s.
   */
  public CompletableFuture<@Nullable Void> caughtUp() {
    CompletableFuture<@Nullable Void> caughtUp = new CompletableFuture<>();
    cancelWhenDone(
        caughtUp, scheduler.schedule(() -> caughtUp.completeExceptionally(behind()), PATIENCE));
    CompletableFuture<?> unused =
        cluster
            .topics()
            .read(group.events(), HistoryQuery.newest(1))
            .whenComplete(
                (history, failure) -> {
                  if (history == null) {
                    caughtUp.completeExceptionally(failure == null ? behind() : failure);
                  } else {
                    lane.run(() -> await(history.head(), caughtUp));
                  }
                });
    return caughtUp;
  }

  private void await(Position head, CompletableFuture<@Nullable Void> caughtUp) {
    if (closed) {
      caughtUp.completeExceptionally(behind());
    } else if (CatchUps.isTold(head, position)) {
      caughtUp.complete(null);
    } else {
      catchUps.add(head, caughtUp);
      // What is on its way takes less; what is not has to be asked for.
      Runnable ask = () -> lane.run(this::verify);
      cancelWhenDone(caughtUp, scheduler.schedule(ask, LATE));
    }
  }

  private static void cancelWhenDone(CompletableFuture<?> future, Scheduler.Timer timer) {
    CompletableFuture<?> unused = future.whenComplete((done, failure) -> timer.cancel());
  }

  private static CommandException behind() {
    return CommandException.unavailable("The room cannot be read at the moment.");
  }

  /** Follows no more; at most what is under way is still told. */
  public void close() {
    closed = true;
    lane.run(this::end);
  }

  private void end() {
    if (registration != null) {
      registration.close();
    }
    if (timer != null) {
      timer.cancel();
    }
    forgetEarly();
    members.clear();
    catchUps.fail(behind());
    started.completeExceptionally(new IllegalStateException("closed"));
  }

  private void onListening(@Nullable Registration listening, @Nullable Throwable failure) {
    registration = listening;
    if (failure != null) {
      fail(failure);
    } else if (closed) {
      end();
    } else {
      load();
    }
  }

  private void fail(Throwable failure) {
    started.completeExceptionally(failure);
    closed = true;
    end();
  }

  /** Takes a snapshot; it will hold what was heard until now. */
  private void load() {
    if (closed) {
      return;
    }
    loading = true;
    outdated = false;
    catchUps.onLoad();
    forgetEarly();
    CompletableFuture<?> unused =
        cluster
            .members()
            .members(group)
            .whenComplete((snapshot, failure) -> lane.run(() -> onSnapshot(snapshot, failure)));
  }

  private void onSnapshot(Members.@Nullable Snapshot snapshot, @Nullable Throwable failure) {
    if (closed) {
      return;
    }
    if (snapshot == null) {
      if (started.isDone()) {
        later(RETRY, this::load);
      } else {
        fail(failure == null ? new IllegalStateException("no snapshot") : failure);
      }
    } else if (outdated) {
      load();
    } else {
      apply(snapshot);
    }
  }

  private void apply(Members.Snapshot snapshot) {
    boolean differed = started.isDone() ? tellDifferences(snapshot.members()) : putAll(snapshot);
    position = snapshot.position();
    loading = false;
    if (doubtful || differed) {
      doubtful = false;
      later(VERIFICATION, this::verify);
    }
    List<Publication> heard = new ArrayList<>(early);
    forgetEarly();
    heard.forEach(this::onEvent);
    catchUps.onLoaded();
    catchUps.onTold(position);
    started.complete(null);
  }

  private void verify() {
    if (!loading) {
      load();
    }
  }

  private boolean putAll(Members.Snapshot snapshot) {
    snapshot.members().forEach(member -> members.put(member.id(), member));
    return true;
  }

  private boolean tellDifferences(List<Member> now) {
    Map<String, Member> present = new LinkedHashMap<>();
    now.forEach(member -> present.put(member.id(), member));
    boolean differ = false;
    for (Member member : List.copyOf(members.values())) {
      if (!present.containsKey(member.id())) {
        differ = true;
        remove(member);
      }
    }
    for (Member member : now) {
      differ |= put(member);
    }
    return differ;
  }

  private void onEvent(Publication publication) {
    if (closed) {
      return;
    }
    Position at = publication.position();
    if (loading) {
      waiting.incrementAndGet();
      early.add(publication);
    } else if (at.follows(position) || (!position.isNumbered() && at.offset() == 1)) {
      position = at;
      MemberEvent.decode(publication.payload()).ifPresent(this::onEvent);
      catchUps.onTold(position);
    } else if (!at.sameEpoch(position) || at.offset() > position.offset()) {
      onGap();
    }
  }

  private void onEvent(MemberEvent event) {
    switch (event.type()) {
      case JOINED, CHANGED -> put(event.member());
      case LEFT -> remove(event.member());
    }
  }

  private boolean put(Member member) {
    Member before = members.put(member.id(), member);
    if (before == null) {
      tell(() -> listener.onJoined(member));
      return true;
    }
    if (before.version().equals(member.version())) {
      return false;
    }
    tell(() -> listener.onChanged(before, member));
    return true;
  }

  private void remove(Member member) {
    Member before = members.remove(member.id());
    if (before != null) {
      tell(() -> listener.onLeft(before));
    }
  }

  private static void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      log.error("the listener of a room's mirror failed", e);
    }
  }

  private void onGap() {
    doubtful = true;
    if (loading) {
      outdated = true;
      forgetEarly();
    } else {
      load();
    }
  }

  private void forgetEarly() {
    waiting.addAndGet(-early.size());
    early.clear();
  }

  private void later(Duration delay, Runnable task) {
    if (timer != null) {
      timer.cancel();
    }
    timer = scheduler.schedule(() -> lane.run(task), delay);
  }

  /** What the cluster tells, brought to the lane. */
  private final class Events implements TopicListener {
    @Override
    public void onPublication(Publication publication) {
      if (waiting.incrementAndGet() > MAX_WAITING) {
        waiting.decrementAndGet();
        if (overflowed.compareAndSet(false, true)) {
          lane.run(this::onOverflow);
        }
        return;
      }
      lane.run(
          () -> {
            waiting.decrementAndGet();
            onEvent(publication);
          });
    }

    private void onOverflow() {
      overflowed.set(false);
      RoomMirror.this.onGap();
    }

    @Override
    public void onGap(Position lastHeard, Position head) {
      lane.run(RoomMirror.this::onGap);
    }
  }
}
