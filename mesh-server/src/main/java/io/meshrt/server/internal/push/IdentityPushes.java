// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.hub.Hub;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes every session hear the pushes to its identity, from the moment it has one until it closes;
 * tries again while the cluster cannot be asked. Thread-safe.
 */
final class IdentityPushes implements SessionListener {
  static final String KIND = "identity";

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Hub<Hearer> hub;
  private final Scheduler scheduler;
  private final ConcurrentMap<Session, Hearing> hearings = new ConcurrentHashMap<>();

  IdentityPushes(Hub<Hearer> hub, Scheduler scheduler) {
    this.hub = hub;
    this.scheduler = scheduler;
  }

  static Topic topic(String identity) {
    return new Topic(KIND, identity);
  }

  @Override
  public void onOpened(Session session) {
    session.identity().ifPresent(identity -> onIdentified(session, identity));
  }

  @Override
  public void onIdentified(Session session, Identity identity) {
    Hearing hearing = new Hearing(session, topic(identity.id()));
    if (hearings.putIfAbsent(session, hearing) == null) {
      hearing.begin();
      if (!session.isOpen()) {
        end(session); // its end may have been told before
      }
    }
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    end(session);
  }

  /** Completes when a session hears its identity's pushes, or has tried to once; does not fail. */
  CompletableFuture<?> settled(Session session) {
    Hearing hearing = hearings.get(session);
    return hearing == null ? CompletableFuture.completedFuture(null) : hearing.tried;
  }

  private void end(Session session) {
    Hearing hearing = hearings.remove(session);
    if (hearing != null) {
      hearing.end();
    }
  }

  /** One session's subscription. Guarded by this: both flags. */
  private final class Hearing {
    private final Session session;
    private final Topic topic;
    private final CompletableFuture<@Nullable Void> tried = new CompletableFuture<>();
    private boolean subscribed;
    private boolean ended;

    Hearing(Session session, Topic topic) {
      this.session = session;
      this.topic = topic;
    }

    void begin() {
      synchronized (this) {
        if (ended) {
          return;
        }
      }
      CompletableFuture<?> unused =
          hub.subscribe(topic, new Hearer(session))
              .whenComplete((done, failure) -> onSubscribed(failure));
    }

    private void onSubscribed(@Nullable Throwable failure) {
      boolean late;
      synchronized (this) {
        subscribed = failure == null;
        late = ended;
      }
      if (failure != null && !late) {
        scheduler.schedule(this::begin, RETRY);
      } else if (failure == null && late) {
        unsubscribe();
      }
      tried.complete(null);
    }

    void end() {
      boolean there;
      synchronized (this) {
        ended = true;
        there = subscribed;
      }
      if (there) {
        unsubscribe();
      }
      tried.complete(null);
    }

    private void unsubscribe() {
      CompletableFuture<?> unused = hub.unsubscribe(topic, session);
    }
  }
}
