// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.identity;

import io.meshrt.server.auth.Identity;
import io.meshrt.server.identity.Identities;
import io.meshrt.server.identity.IdentityPage;
import io.meshrt.server.identity.IdentityRegistration;
import io.meshrt.server.internal.attendance.Attendance;
import io.meshrt.server.internal.attendance.Stake;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.push.Pushes;
import io.meshrt.server.internal.session.ApplicationCloseCodes;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import io.meshrt.server.internal.session.SessionServices;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is online, for applications; says of this node who is here. */
public final class IdentityFeature implements Identities, SessionListener {
  private static final Logger log = LoggerFactory.getLogger(IdentityFeature.class);

  private static final Attendance.Settings SETTINGS =
      new Attendance.Settings(
          IdentityReader.LAYOUT, Duration.ZERO, Duration.ofMillis(600), Duration.ofSeconds(5));

  private final boolean tracked;
  private final Pushes pushes;
  private final HandlerThreads threads;
  private final IdentityReader reader;
  private final OwnIdentities own;
  private final Attendance attendance;
  private final List<Listening> listeners = new CopyOnWriteArrayList<>();

  /**
   * Nobody is here.
   *
   * @param tracked whether the cluster is told who is here
   */
  public IdentityFeature(
      boolean tracked, Cluster cluster, Pushes pushes, SessionServices services) {
    this.tracked = tracked;
    this.pushes = pushes;
    this.threads = services.threads();
    this.reader = new IdentityReader(cluster);
    this.attendance =
        new Attendance(
            new WhoIsHere(), SETTINGS, cluster, services.scheduler(), services.threads());
    this.own = new OwnIdentities(attendance::onChange);
    services.metrics().identities(own::count);
  }

  @Override
  public void onOpened(Session session) {
    if (tracked) {
      own.onOpened(session);
    }
  }

  @Override
  public void onIdentified(Session session, Identity identity) {
    if (tracked) {
      own.onIdentified(session, identity);
    }
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    if (tracked) {
      own.onClosed(session, code, reason, byPeer);
    }
  }

  @Override
  public CompletableFuture<Boolean> isOnline(String id) {
    return ask(() -> reader.isOnline(Objects.requireNonNull(id, "id")));
  }

  @Override
  public CompletableFuture<Set<String>> online(Collection<String> ids) {
    return ask(() -> reader.online(Set.copyOf(ids)));
  }

  @Override
  public CompletableFuture<List<String>> connections(String id) {
    return ask(() -> reader.connections(Objects.requireNonNull(id, "id")));
  }

  @Override
  public CompletableFuture<Integer> onlineCount() {
    return ask(reader::onlineCount);
  }

  @Override
  public CompletableFuture<Integer> connectionCount() {
    return threads.handOver(reader.connectionCount());
  }

  @Override
  public CompletableFuture<IdentityPage> list(String cursor, int limit) {
    return ask(() -> reader.list(cursor, limit));
  }

  @Override
  public IdentityRegistration onOnline(Consumer<? super String> listener) {
    return listen(true, listener);
  }

  @Override
  public IdentityRegistration onOffline(Consumer<? super String> listener) {
    return listen(false, listener);
  }

  private IdentityRegistration listen(boolean first, Consumer<? super String> listener) {
    requireTracked();
    Listening listening = new Listening(first, Objects.requireNonNull(listener, "listener"));
    listeners.add(listening);
    attendance.tell(own.ids());
    return () -> listeners.remove(listening);
  }

  @Override
  public CompletableFuture<Void> disconnect(Collection<String> ids, int code, String reason) {
    Objects.requireNonNull(reason, "reason");
    int checked = ApplicationCloseCodes.require(code);
    return threads.handOver(
        CompletableFuture.allOf(
            new LinkedHashSet<>(ids)
                .stream()
                    .map(id -> pushes.closeIdentity(id, checked, reason))
                    .toArray(CompletableFuture<?>[]::new)));
  }

  /** Tells listeners nothing any more. */
  public void close() {
    attendance.close();
  }

  private <T> CompletableFuture<T> ask(Supplier<CompletableFuture<T>> question) {
    requireTracked();
    return threads.handOver(question.get());
  }

  private void requireTracked() {
    if (!tracked) {
      throw new IllegalStateException("identities are not tracked");
    }
  }

  private record Listening(boolean first, Consumer<? super String> listener) {}

  /** What this node tells the cluster, and hears of it. */
  private final class WhoIsHere implements Attendance.Subject {
    @Override
    public @Nullable Stake stake(String name) {
      return own.stake(name);
    }

    @Override
    public void onChange(String name, boolean first) {
      for (Listening listening : listeners) {
        if (listening.first == first) {
          try {
            listening.listener.accept(name);
          } catch (Throwable e) {
            log.error("a listener for identities failed", e);
          }
        }
      }
    }
  }
}
