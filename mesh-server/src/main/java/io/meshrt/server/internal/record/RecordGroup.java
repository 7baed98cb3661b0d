// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.hub.Fanout;
import io.meshrt.server.internal.metrics.RecordMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/*
 * One publication becomes one batch, so a transaction is told as one. What is read is always all that
 * is followed, at one moment, for the same reason. Publications wait meanwhile; then they follow what
 * was read, each recognised by the stamps of its versions. What does not fit makes it read again.
 */
/**
 * The records of one group that sessions of this node follow. Built, started once, closed once.
 * Thread-safe, never blocks.
 */
final class RecordGroup implements TopicListener {
  /** Publications that wait for a read; one more makes it necessary to read everything again. */
  static final int MAX_HELD = 4_096;

  static final long MAX_HELD_BYTES = 8 << 20;
  static final Duration RETRY = Duration.ofSeconds(1);

  private final String name;
  private final Tools tools;
  private final Fanout<GroupSubscriber> subscribers = new Fanout<>();
  private final CompletableFuture<@Nullable Void> started = new CompletableFuture<>();
  private final Map<String, RecordState> latest = new ConcurrentHashMap<>(2);
  private final Lane lane = new Lane();

  // The rest belongs to the lane.
  private final Map<String, RecordView> views = new HashMap<>(2);
  private final ArrayDeque<Publication> held = new ArrayDeque<>();
  private long heldBytes;
  private boolean overflowed;
  private boolean reading;
  private boolean again;
  private boolean closed;
  private @Nullable Registration registration;

  /**
   * What groups are followed with.
   *
   * @param timeToLive of each record; zero for ever
   */
  record Tools(
      Cluster cluster,
      Scheduler scheduler,
      RecordJson json,
      RecordMeter meter,
      Function<String, Duration> timeToLive) {}

  /** Not followed yet. */
  RecordGroup(String name, Tools tools) {
    this.name = name;
    this.tools = tools;
  }

  String name() {
    return name;
  }

  /** Whose batches these are. */
  Fanout<GroupSubscriber> subscribers() {
    return subscribers;
  }

  /** Begins to follow; fails when the cluster cannot be asked, and the group is of no use then. */
  CompletableFuture<@Nullable Void> start() {
    CompletableFuture<?> unused =
        tools
            .cluster()
            .topics()
            .listen(RecordWriter.topic(name), this)
            .whenComplete((done, failure) -> lane.run(() -> onListening(done, failure)));
    return started;
  }

  private void onListening(@Nullable Registration listening, @Nullable Throwable failure) {
    registration = listening;
    if (listening == null) {
      started.completeExceptionally(
          failure == null ? new IllegalStateException("no registration") : failure);
    } else if (closed) {
      listening.close();
    } else {
      started.complete(null);
    }
  }

  CompletableFuture<@Nullable Void> started() {
    return started;
  }

  /**
   * Begins a subscription whose subscriber is among the group's: tells its snapshot; the subscriber
   * gets everything behind it. If it does not fail it is to be {@linkplain #end ended} once.
   */
  CompletableFuture<RecordState> begin(Subscription subscription) {
    CompletableFuture<RecordState> snapshot = new CompletableFuture<>();
    lane.run(() -> begin(subscription, snapshot));
    return snapshot;
  }

  private void begin(Subscription subscription, CompletableFuture<RecordState> snapshot) {
    String id = subscription.id();
    RecordView view =
        views.computeIfAbsent(id, key -> new RecordView(key, tools.json().patchLimits()));
    view.users++;
    Consumer<@Nullable RecordState> then =
        state -> {
          if (state == null) {
            release(id);
            snapshot.completeExceptionally(
                CommandException.unavailable("The record cannot be read at the moment."));
          } else {
            subscription.begin(state);
            GroupSubscriber subscriber = subscription.subscriber();
            // Answered when everything from before the snapshot is on its way.
            subscriber
                .session()
                .loop()
                .execute(
                    () -> {
                      subscriber.add(subscription);
                      snapshot.complete(state);
                    });
          }
        };
    RecordState known = view.state();
    if (known != null && !subscription.isAheadOf(known)) {
      then.accept(known);
    } else {
      view.waiting.add(then);
      readSoon();
    }
  }

  /** A subscription is over. */
  void end(Subscription subscription) {
    lane.run(() -> release(subscription.id()));
  }

  private void release(String id) {
    RecordView view = views.get(id);
    if (view != null && --view.users == 0) {
      forget(id, view);
    }
  }

  private void forget(String id, RecordView view) {
    views.remove(id);
    latest.remove(id);
    if (view.expiry != null) {
      view.expiry.cancel();
    }
  }

  /** What is known of a record that is followed. Any thread. */
  Optional<RecordState> latest(String id) {
    return Optional.ofNullable(latest.get(id));
  }

  /** Follows no more. */
  void close() {
    lane.run(
        () -> {
          closed = true;
          Map.copyOf(views).forEach(this::forget);
          forgetHeld();
          if (registration != null) {
            registration.close();
          }
        });
  }

  @Override
  public void onPublication(Publication publication) {
    lane.run(() -> take(publication));
  }

  @Override
  public void onGap(Position lastHeard, Position head) {
    lane.run(
        () -> {
          if (!views.isEmpty()) {
            reload();
          }
        });
  }

  private void take(Publication publication) {
    if (!reading) {
      hear(publication);
      return;
    }
    int bytes = publication.payload().length;
    if (overflowed || held.size() == MAX_HELD || heldBytes + bytes > MAX_HELD_BYTES) {
      overflowed = true;
    } else {
      held.add(publication);
      heldBytes += bytes;
    }
  }

  private void hear(Publication publication) {
    RecordChange.decode(publication.payload()).orElse(List.of()).forEach(this::hear);
  }

  private void hear(List<RecordChange> changes) {
    List<RecordState> news = new ArrayList<>(changes.size());
    for (RecordChange change : changes) {
      RecordView view = views.get(change.id());
      if (view != null && change.base().isEmpty() && isMortal(view)) {
        view.vanish();
        news.add(onNews(change.id(), view));
      }
    }
    if (changes.stream().allMatch(this::fits)) {
      changes.forEach(change -> hear(change, news));
    } else {
      reload();
    }
    tell(news);
  }

  private boolean fits(RecordChange change) {
    RecordView view = views.get(change.id());
    return view == null || view.fits(change);
  }

  private void hear(RecordChange change, List<RecordState> news) {
    RecordView view = views.get(change.id());
    if (view == null) {
      return;
    }
    switch (view.hear(change)) {
      case NEWS -> news.add(onNews(change.id(), view));
      case MISFIT -> reload();
      case KNOWN -> {}
    }
  }

  /** Whether it is there and may vanish without a publication. */
  private boolean isMortal(RecordView view) {
    RecordState state = view.state();
    return state != null && state.exists() && !tools.timeToLive().apply(state.id()).isZero();
  }

  private RecordState onNews(String id, RecordView view) {
    RecordState state = view.state();
    if (state == null) {
      throw new IllegalStateException("no state");
    }
    latest.put(id, state);
    if (view.expiry != null) {
      view.expiry.cancel();
      view.expiry = null;
    }
    if (isMortal(view)) {
      // A little later, for the clock that counts is another one.
      Duration delay = tools.timeToLive().apply(id).plusMillis(20);
      view.expiry = tools.scheduler().schedule(() -> lane.run(() -> lookAgain(id, view)), delay);
    }
    return state;
  }

  private void lookAgain(String id, RecordView view) {
    if (views.get(id) == view) {
      readSoon();
      view.expiry = tools.scheduler().schedule(() -> lane.run(() -> lookAgain(id, view)), RETRY);
    }
  }

  private void tell(List<RecordState> news) {
    if (!news.isEmpty()) {
      Batch batch = new Batch(news, tools.cluster().term());
      subscribers.forEach(subscriber -> subscriber.on(batch));
    }
  }

  private void reload() {
    tools.meter().reload();
    readSoon();
  }

  private void readSoon() {
    if (reading) {
      again = true;
    } else {
      read();
    }
  }

  private void read() {
    List<String> ids = List.copyOf(views.keySet());
    views.values().forEach(RecordView::onReading);
    reading = true;
    again = false;
    CompletableFuture<?> unused =
        tools
            .cluster()
            .store()
            .read(RecordWriter.topic(name), ids)
            .whenComplete((found, failure) -> lane.run(() -> onRead(ids, found, failure)));
  }

  private void onRead(
      List<String> ids, @Nullable Map<String, Stored> found, @Nullable Throwable failure) {
    if (closed) {
      return;
    }
    if (found == null || failure != null) {
      onUnread(ids);
      return;
    }
    List<RecordState> news = new ArrayList<>();
    List<RecordView> known = new ArrayList<>();
    for (String id : ids) {
      RecordView view = views.get(id);
      if (view != null) {
        onRead(id, view, found.getOrDefault(id, Stored.ABSENT), news);
        known.add(view);
      }
    }
    tell(news);
    known.forEach(view -> view.answer(view.state()));
    onReadDone();
  }

  private void onRead(String id, RecordView view, Stored stored, List<RecordState> news) {
    boolean first = view.state() == null;
    boolean changed = view.read(stored, isMortal(view)) == RecordView.Outcome.NEWS;
    if (first || changed) {
      RecordState state = onNews(id, view);
      if (!first) {
        news.add(state);
      }
    }
  }

  /** Those who wait fail; what is followed already has to be read later. */
  private void onUnread(List<String> ids) {
    for (String id : ids) {
      RecordView view = views.get(id);
      if (view != null) {
        view.onReading();
        view.answer(null);
      }
    }
    again = true;
    tools.scheduler().schedule(() -> lane.run(this::onReadDone), RETRY);
  }

  private void onReadDone() {
    if (closed) {
      return;
    }
    reading = false;
    boolean needed = again || overflowed;
    List<Publication> heard = overflowed ? List.of() : List.copyOf(held);
    forgetHeld();
    heard.forEach(this::take);
    if (needed && !reading && !views.isEmpty()) {
      read();
    }
  }

  private void forgetHeld() {
    held.clear();
    heldBytes = 0;
    overflowed = false;
  }
}
