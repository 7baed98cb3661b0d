// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.exposure.Verdict;
import io.meshrt.server.internal.membership.Kept.By;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.session.Session;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One session that has a key, and the rooms it is in because they are remembered. Thread-safe.
 *
 * <p>What the session changes itself is touched, and left alone by a synchronisation that began
 * before: what that one read may be older.
 */
final class Visitor {
  private final Session session;
  private final MembershipFeature.Tools tools;
  private final Key key;
  private final @Nullable String token;
  private final Runnable resync;

  // Guarded by this.
  private final Set<String> held = new LinkedHashSet<>();
  private final Set<String> changing = new HashSet<>();
  private final Set<String> touched = new HashSet<>();
  private final Set<String> leftHere = new HashSet<>();
  private final Set<String> refused = new LinkedHashSet<>();
  private @Nullable Set<String> told;
  private boolean synchronised;
  private boolean skipped;
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
    touched.retainAll(changing);
  }

  /** Brings the session in step with what was read. Fails when that has to be tried again. */
  CompletableFuture<?> apply(Map<String, By> kept) {
    List<CompletableFuture<?>> steps = new ArrayList<>();
    List<String> gone = new ArrayList<>();
    List<String> come = new ArrayList<>();
    boolean again;
    synchronized (this) {
      if (ended) {
        return CompletableFuture.completedFuture(null);
      }
      held.stream().filter(room -> !kept.containsKey(room)).forEach(gone::add);
      kept.keySet().stream()
          .filter(room -> !held.contains(room) && !leftHere.contains(room))
          .forEach(come::add);
      boolean some = gone.removeIf(touched::contains);
      skipped = come.removeIf(touched::contains) || some || skipped;
      gone.forEach(held::remove);
      again = skipped && changing.isEmpty();
      skipped &= !again;
    }
    if (again) {
      resync.run();
    }
    gone.forEach(room -> steps.add(leaveRoom(room)));
    for (String room : come) {
      if (tools.isPersistent(room)) {
        steps.add(restore(room, kept.getOrDefault(room, By.CLIENT)));
      }
    }
    return CompletableFuture.allOf(steps.toArray(CompletableFuture<?>[]::new))
        .thenRun(
            () -> {
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
        .handle(
            (joined, failure) -> {
              if (failure == null) {
                tools.metrics().restored();
                return null;
              }
              forget(room);
              if (isGone(failure)) {
                return null;
              }
              throw wrapped(failure);
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
    return change(
        room,
        () ->
            tools
                .kept()
                .add(key, room, By.CLIENT)
                .thenCompose(
                    added -> {
                      synchronized (this) {
                        held.add(room);
                        leftHere.remove(room);
                        refused.remove(room);
                      }
                      return joinRoom(room);
                    })
                .whenComplete(
                    (joined, failure) -> {
                      if (failure != null) {
                        forget(room);
                      } else {
                        noteTold(room, true);
                      }
                    }));
  }

  /** The session leaves a room, and with it all that have its key, or it alone. */
  CompletableFuture<?> leave(String room, boolean here) {
    Supplier<CompletableFuture<?>> leaving =
        () -> {
          synchronized (this) {
            held.remove(room);
            if (here) {
              leftHere.add(room);
            }
          }
          noteTold(room, false);
          return leaveRoom(room);
        };
    return change(
        room,
        () ->
            here
                ? leaving.get()
                : tools.kept().remove(key, room).thenCompose(was -> leaving.get()));
  }

  private CompletableFuture<?> change(String room, Supplier<CompletableFuture<?>> change) {
    synchronized (this) {
      changing.add(room);
      touched.add(room);
    }
    return change
        .get()
        .whenComplete(
            (done, failure) -> {
              boolean again;
              synchronized (this) {
                changing.remove(room);
                touched.add(room);
                again = skipped && changing.isEmpty();
                skipped &= !again;
              }
              if (again) {
                resync.run();
              }
            });
  }

  /** Leaves all rooms it is in for its key: it has another one now. */
  CompletableFuture<?> leaveAll() {
    List<String> rooms;
    synchronized (this) {
      ended = true;
      rooms = List.copyOf(held);
      held.clear();
    }
    return CompletableFuture.allOf(
        rooms.stream().map(this::leaveRoom).toArray(CompletableFuture<?>[]::new));
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
      if (!held.contains(room) && !changing.contains(room)) {
        known.remove(room);
        boolean unused = session.offer(RoomFrames.membership(room, false));
      }
    }
    for (String room : held) {
      if (!changing.contains(room) && known.add(room)) {
        boolean unused = session.offer(RoomFrames.membership(room, true));
      }
    }
  }

  private synchronized void forget(String room) {
    held.remove(room);
  }

  private CompletableFuture<Boolean> joinRoom(String room) {
    return tools.roster().join(session, RoomMirror.group(room));
  }

  private CompletableFuture<?> leaveRoom(String room) {
    return tools.roster().leave(session, RoomMirror.group(room));
  }

  private static CompletableFuture<?> done() {
    return CompletableFuture.completedFuture(null);
  }

  private static boolean isGone(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof CommandException refusal && refusal.is(ErrorCode.NOT_FOUND);
  }

  private static CompletionException wrapped(Throwable failure) {
    return failure instanceof CompletionException already
        ? already
        : new CompletionException(failure);
  }
}
