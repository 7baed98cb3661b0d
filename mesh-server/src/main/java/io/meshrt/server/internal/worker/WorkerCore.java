// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.work.ClusterClock;
import io.meshrt.server.internal.work.Crew;
import io.meshrt.server.internal.work.WorkGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One worker: registers, holds its share of the partitions, and does their work. Started once,
 * closed once. Thread-safe, never blocks; what it owns belongs to its lane.
 */
public final class WorkerCore {
  private static final Duration LOOKING = Duration.ofSeconds(1);

  private final WorkerServices services;
  private final WorkerSettings settings;
  private final ClusterClock clock;
  private final Crew crew;
  private final Lane lane = new Lane();
  private final Runner runner;
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

  // The rest belongs to the lane.
  private final TreeMap<Integer, Tenure> tenures = new TreeMap<>();
  private final Set<Integer> taking = new HashSet<>();
  private boolean looking;
  private boolean closing;
  private int takes;

  /** Not started. */
  public WorkerCore(WorkerServices services, WorkerSettings settings) {
    this.services = services;
    this.settings = settings;
    this.clock =
        new ClusterClock(services.cluster(), services.scheduler(), settings.group(), settings.id());
    this.crew =
        new Crew(
            services.cluster(),
            services.scheduler(),
            settings.group(),
            LOOKING,
            (before, now) -> lane.run(() -> onWorkers(now)));
    this.runner = new Runner(services, settings, clock, lane);
  }

  /** Begins; completes when it is registered, or an observer begins to see. */
  public CompletableFuture<@Nullable Void> start() {
    return clock
        .start()
        .thenCompose(
            known -> {
              if (settings.observer()) {
                lane.run(this::observe);
                return CompletableFuture.completedFuture(null);
              }
              return register();
            });
  }

  /**
   * Begins with nothing more, and completes when all that runs has ended and the partitions were
   * given back.
   */
  public CompletableFuture<@Nullable Void> close() {
    crew.close();
    lane.run(this::end);
    return ended;
  }

  /** Hears nothing more, however much still runs. */
  public void stop() {
    clock.close();
  }

  private CompletableFuture<@Nullable Void> register() {
    CompletableFuture<@Nullable Void> registered = new CompletableFuture<>();
    register(registered);
    return registered;
  }

  private void register(CompletableFuture<@Nullable Void> registered) {
    CompletableFuture<?> unused =
        write(true)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    services.scheduler().schedule(() -> register(registered), LOOKING);
                    return;
                  }
                  services.scheduler().schedule(this::renew, Crew.RENEWAL);
                  crew.start();
                  registered.complete(null);
                });
  }

  private void renew() {
    lane.run(
        () -> {
          if (!closing) {
            CompletableFuture<?> unused = write(false);
            services.scheduler().schedule(this::renew, Crew.RENEWAL);
          }
        });
  }

  private CompletableFuture<?> write(boolean tell) {
    byte[] name = settings.name().getBytes(UTF_8);
    Write write = Write.put(settings.id(), Version.ANY, name, Crew.LEASE);
    return services
        .cluster()
        .store()
        .commit(
            settings.group().crew(), List.of(write), tell ? Optional.of(news()) : Optional.empty());
  }

  private Outgoing news() {
    return Outgoing.of(settings.id().getBytes(UTF_8), Retention.NONE);
  }

  private void observe() {
    for (int number = 0; number < WorkGroup.PARTITIONS && !closing; number++) {
      begin(number, null, Map.of());
    }
  }

  private void onWorkers(Set<String> now) {
    if (closing || !now.contains(settings.id())) {
      return;
    }
    Share share = Share.of(settings.id(), now);
    List<Tenure> held =
        tenures.values().stream()
            .filter(tenure -> !tenure.isLeaving())
            .sorted(Comparator.comparing(Tenure::partition))
            .toList();
    int tooMuch = held.size() + taking.size() - share.count();
    if (tooMuch > 0) {
      held.subList(Math.max(0, held.size() - tooMuch), held.size()).forEach(Tenure::leave);
    } else if (tooMuch < 0 && !looking) {
      lookForFree(share);
    }
  }

  private void lookForFree(Share share) {
    looking = true;
    Map<Topic, List<String>> wanted =
        settings.group().partitions().stream()
            .collect(Collectors.toMap(topic -> topic, topic -> List.of(Hold.KEY)));
    CompletableFuture<?> unused =
        services
            .cluster()
            .store()
            .readAcross(wanted)
            .whenComplete((owners, failure) -> lane.run(() -> onOwners(share, owners)));
  }

  private void onOwners(Share share, @Nullable Map<Topic, Map<String, Stored>> owners) {
    looking = false;
    if (owners == null || closing) {
      return;
    }
    List<Integer> free = new ArrayList<>();
    for (int i = 0; i < WorkGroup.PARTITIONS; i++) {
      int number = (share.first() + i) % WorkGroup.PARTITIONS;
      Map<String, Stored> values =
          owners.getOrDefault(settings.group().partition(number), Map.of());
      boolean held = values.getOrDefault(Hold.KEY, Stored.ABSENT).value() != null;
      if (!held && !tenures.containsKey(number) && !taking.contains(number)) {
        free.add(number);
      }
    }
    long mine = tenures.values().stream().filter(tenure -> !tenure.isLeaving()).count();
    long missing = share.count() - mine - taking.size();
    free.stream().limit(Math.max(0, missing)).forEach(this::take);
  }

  private void take(int number) {
    taking.add(number);
    takes++;
    Hold hold =
        new Hold(
            services.cluster().store(),
            settings.group().partition(number),
            services.scheduler(),
            settings.id() + " " + takes);
    CompletableFuture<?> unused =
        hold.take()
            .whenComplete(
                (taken, failure) -> {
                  Map<String, Stored> stored = taken == null ? null : taken.orElse(null);
                  lane.run(() -> onTaken(number, hold, stored));
                });
  }

  private void onTaken(int number, Hold hold, @Nullable Map<String, Stored> stored) {
    taking.remove(number);
    // What failed may be held by us without our knowing: until its time is over.
    if (stored != null) {
      begin(number, hold, stored);
      if (closing) {
        tenures.values().forEach(Tenure::leave);
      }
    }
    endIfIdle();
  }

  private void begin(int number, @Nullable Hold hold, Map<String, Stored> stored) {
    Tenure tenure =
        new Tenure(services, settings, lane, runner.bench(), number, hold, stored, this::onEnd);
    tenures.put(number, tenure);
    services.meter().partitions(1);
    tenure.start();
  }

  private void onEnd(Tenure tenure) {
    tenures.remove(tenure.partition(), tenure);
    services.meter().partitions(-1);
    if (!settings.observer()) {
      CompletableFuture<?> unused =
          services.cluster().topics().publish(settings.group().crew(), news());
    }
    endIfIdle();
  }

  private void end() {
    closing = true;
    if (!settings.observer()) {
      Write removal = Write.remove(settings.id(), Version.ANY, Duration.ZERO);
      CompletableFuture<?> unused =
          services
              .cluster()
              .store()
              .commit(settings.group().crew(), List.of(removal), Optional.of(news()));
    }
    List.copyOf(tenures.values()).forEach(Tenure::leave);
    endIfIdle();
  }

  private void endIfIdle() {
    if (closing && tenures.isEmpty() && taking.isEmpty()) {
      ended.complete(null);
    }
  }
}
