// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.exposure.Verdict;
import io.meshrt.server.internal.membership.Kept.By;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.session.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One session that has a key, and the rooms it is in because they are remembered. Thread-safe.
 *
 * <p>What the session changes itself is touched, and left alone by a synchronisation that began
 * before: what that one read may be older. A room is held until the session has left it.
 */
final class Visitor {
  /** A restore is not to fill the queue of the guards. */
  static final int AT_ONCE = 8;

  private final Session session;
  private final MembershipFeature.Tools tools;
  private final Key key;
  private final @Nullable String token;
  private final Runnable resync;

  // Guarded by this.
  private final Set<String> held = new LinkedHashSet<>();
  private final Map<String, Integer> changing = new HashMap<>();
  private final Set<String> touched = new HashSet<>();
  private final Set<String> leftHere = new HashSet<>();
  private final Set<String> refused = new LinkedHashSet<>();
  private @Nullable Set<String> told;
  private boolean synchronised;
  private boolean skipped;
  private boolean inPass;
  private boolean ended;

  /**
   * In no room yet.
   *
   * @param token that was issued for this session; null for none
   * @param resync has the key synchronised once more
   */
  Visitor(
      Session session,
      Key key,
      @Nullable String token,
      MembershipFeature.Tools tools,
      Consumer<Visitor> resync) {
    this.session = session;
    this.key = key;
    this.token = token;
    this.tools = tools;
    this.resync = () -> resync.accept(this);
  }

  Optional<String> token() {
    return Optional.ofNullable(token);
  }

  synchronized boolean holds(String room) {
    return held.contains(room);
  }

  Session session() {
    return session;
  }

  Key key() {
    return key;
  }

  synchronized int count() {
    return held.size();
  }

  synchronized boolean isSynchronised() {
    return synchronised;
  }

  /** A synchronisation begins: what it reads is as new as what the session has changed. */
  synchronized void beforeRead() {
    inPass = true;
    touched.retainAll(changing.keySet());
  }

  /** That one has ended. */
  synchronized void afterPass() {
    inPass = false;
    touched.retainAll(changing.keySet());
  }

  /**
   * Brings the session in step with what was read, as far as possible. Fails when that has to be
   * tried again.
   */
  CompletableFuture<?> apply(Map<String, By> kept) {
    List<String> gone = new ArrayList<>();
    List<String> come = new ArrayList<>();
    boolean again;
    synchronized (this) {
      if (ended) {
        return done();
      }
      leftHere.removeIf(room -> !kept.containsKey(room) && !touched.contains(room));
      held.stream().filter(room -> !kept.containsKey(room)).forEach(gone::add);
      kept.keySet().stream()
          .filter(room -> !held.contains(room) && !leftHere.contains(room))
          .forEach(come::add);
      boolean some = gone.removeIf(touched::contains);
      skipped = come.removeIf(touched::contains) || some || skipped;
      again = skipped && changing.isEmpty();
      skipped &= !again;
    }
    if (again) {
      resync.run();
    }
    come.removeIf(room -> !tools.isPersistent(room));
    return CompletableFuture.allOf(
            Paced.run(gone, AT_ONCE, room -> leaveRoom(room).thenRun(() -> release(room))),
            Paced.run(come, AT_ONCE, room -> restore(room, kept.getOrDefault(room, By.CLIENT))))
        .whenComplete(
            (all, failure) -> {
              synchronized (this) {
                synchronised = true;
              }
              tell();
            });
  }

  private CompletableFuture<?> restore(String room, By by) {
    return tools
        .rooms()
        .decide(session, room)
        .thenCompose(verdict -> restore(room, by, verdict).thenApply(done -> done));
  }

  private CompletableFuture<?> restore(String room, By by, Verdict verdict) {
    if (isOver()) {
      return done(); // what a guard says of one that is going means nothing
    }
    return switch (verdict) {
      case ADMITTED -> enter(room);
      case NOT_EXPOSED -> by == By.SERVER ? enter(room) : done();
      case REFUSED -> refuse(room);
      case UNKNOWN ->
          CompletableFuture.failedFuture(
              CommandException.unavailable("A guard could not be asked."));
    };
  }

  private CompletableFuture<?> enter(String room) {
    synchronized (this) {
      if (ended || touched.contains(room) || !held.add(room)) {
        return done();
      }
    }
    return joinRoom(room)
        .thenCompose(joined -> stay(room))
        .handle(
            (stays, failure) -> {
              if (failure == null) {
                if (stays) {
                  tools.metrics().restored();
                }
                return null;
              }
              release(room);
              if (Failures.isGone(failure)) {
                return null;
              }
              throw Failures.wrapped(failure);
            });
  }

  private CompletableFuture<?> refuse(String room) {
    tools.metrics().refused();
    tools.onRefused().accept(session, room);
    synchronized (this) {
      refused.add(room);
    }
    return tools.kept().remove(key, room);
  }

  /** The session wants to be in a room, and to be remembered there. */
  CompletableFuture<?> join(String room) {
    return isOver() ? Failures.over() : change(room, () -> doJoin(room));
  }

  private CompletableFuture<?> doJoin(String room) {
    return tools
        .kept()
        .add(key, room, By.CLIENT)
        .thenCompose(
            added -> {
              synchronized (this) {
                if (ended) {
                  return Failures.over();
                }
                held.add(room);
                leftHere.remove(room);
                refused.remove(room);
              }
              return joinRoom(room);
            })
        .thenCompose(joined -> stay(room))
        .thenCompose(stays -> stays ? CompletableFuture.completedFuture(true) : Failures.over())
        .whenComplete(
            (joined, failure) -> {
              if (failure != null) {
                release(room);
              } else {
                noteTold(room, true);
              }
            });
  }

  /** After a room was joined: whether the session is to be there; else it has left. */
  private CompletableFuture<Boolean> stay(String room) {
    synchronized (this) {
      if (!ended) {
        held.add(room);
        return CompletableFuture.completedFuture(true);
      }
    }
    return leaveLate(room).thenApply(left -> false);
  }

  /** The session leaves a room, and with it all that have its key, or it alone. */
  CompletableFuture<?> leave(String room, boolean here) {
    return change(
        room,
        () ->
            here
                ? doLeave(room, true)
                : tools.kept().remove(key, room).thenCompose(was -> doLeave(room, false)));
  }

  private CompletableFuture<Boolean> doLeave(String room, boolean here) {
    return leaveRoom(room)
        .whenComplete(
            (left, failure) -> {
              if (failure != null) {
                synchronized (this) {
                  skipped = true; // still held: a synchronisation takes it out
                }
                return;
              }
              synchronized (this) {
                if (release(room) && here) {
                  leftHere.add(room);
                }
              }
              noteTold(room, false);
            });
  }

  private CompletableFuture<?> change(String room, Supplier<CompletableFuture<?>> change) {
    synchronized (this) {
      changing.merge(room, 1, Integer::sum);
      touched.add(room);
    }
    return change
        .get()
        .whenComplete(
            (done, failure) -> {
              boolean again;
              synchronized (this) {
                changing.computeIfPresent(room, (same, count) -> count == 1 ? null : count - 1);
                if (!inPass && !changing.containsKey(room)) {
                  touched.remove(room); // nobody has read something older
                }
                again = skipped && changing.isEmpty();
                skipped &= !again;
              }
              if (again) {
                resync.run();
              }
            });
  }

  /** Leaves all rooms it is in for its key: it has another one now. Tries until it is done. */
  CompletableFuture<?> leaveAll() {
    List<String> rooms;
    synchronized (this) {
      ended = true;
      rooms = List.copyOf(held);
    }
    return Paced.run(rooms, AT_ONCE, room -> leaveLate(room).thenRun(() -> forget(room)))
        .whenComplete(
            (all, failure) -> {
              if (failure != null && session.isOpen()) {
                tools.scheduler().schedule(this::leaveAllAgain, MembershipFeature.retryDelay());
              }
            });
  }

  private void leaveAllAgain() {
    CompletableFuture<?> unused = leaveAll();
  }

  /** Leaves a room after the end, unless the session is there for the key it has now. */
  private CompletableFuture<?> leaveLate(String room) {
    if (!session.isOpen() || tools.isTaken().test(this, room)) {
      return done();
    }
    return leaveRoom(room)
        .thenCompose(
            left ->
                tools.isTaken().test(this, room)
                    ? joinRoom(room)
                    : CompletableFuture.completedFuture(left));
  }

  /** The rooms it is in for its key. */
  synchronized Set<String> held() {
    return new LinkedHashSet<>(held);
  }

  /** Those that guards refused since it was asked last. */
  synchronized Set<String> takeRefused() {
    Set<String> taken = new LinkedHashSet<>(refused);
    refused.clear();
    return taken;
  }

  /** The client knows these; from now on it is told what changes. */
  void begin(Set<String> rooms) {
    synchronized (this) {
      told = new HashSet<>(rooms);
    }
    tell();
  }

  private synchronized void noteTold(String room, boolean member) {
    if (told != null) {
      Set<String> known = told;
      boolean unused = member ? known.add(room) : known.remove(room);
    }
  }

  /** Tells the client in what its rooms differ from those it knows. */
  private synchronized void tell() {
    Set<String> known = told;
    if (known == null || ended) {
      return;
    }
    for (String room : List.copyOf(known)) {
      if (!held.contains(room) && !changing.containsKey(room)) {
        known.remove(room);
        boolean unused = session.offer(RoomFrames.membership(room, false));
      }
    }
    for (String room : held) {
      if (!changing.containsKey(room) && known.add(room)) {
        boolean unused = session.offer(RoomFrames.membership(room, true));
      }
    }
  }

  private synchronized void forget(String room) {
    held.remove(room);
  }

  /** Forgets a room unless the session is in it; tells whether it was held. */
  private synchronized boolean release(String room) {
    Topic group = RoomMirror.group(room);
    return !tools.roster().groups(session, group.kind()).contains(group) && held.remove(room);
  }

  private synchronized boolean isOver() {
    return ended || !session.isOpen();
  }

  private CompletableFuture<Boolean> joinRoom(String room) {
    return tools.roster().join(session, RoomMirror.group(room));
  }

  private CompletableFuture<Boolean> leaveRoom(String room) {
    return tools.roster().leave(session, RoomMirror.group(room));
  }

  private static CompletableFuture<?> done() {
    return CompletableFuture.completedFuture(null);
  }
}
