// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.delegation;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.AttributeKey;
import io.meshrt.server.command.CommandContext;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.command.Middleware;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.ClusterListener;
import io.meshrt.server.internal.cluster.Health;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.WorkMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import io.meshrt.server.internal.work.WorkAnswer;
import io.meshrt.server.internal.work.WorkEntry;
import io.meshrt.server.internal.work.WorkGroup;
import io.meshrt.server.internal.work.WorkTime;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives workers the commands and events of this node. Commands of a session are published in the
 * order in which they came. Built, started once, closed once. Thread-safe; only {@link #close}
 * blocks.
 */
public final class Delegation implements SessionListener {
  private static final Logger log = LoggerFactory.getLogger(Delegation.class);

  /** How long a server waits for the cluster's time before it takes commands. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** The id of a command is the same for all groups. */
  private static final AttributeKey<String> ID = AttributeKey.of("work id");

  private final Cluster cluster;
  private final Commands commands;
  private final HandlerThreads threads;
  private final WorkMeter meter;
  private final Duration timeout;
  private final Tokens tokens;
  private final Groups groups;
  private final Waiting waiting;
  private final EventForwards events;
  private final DeadNodes deadNodes;
  private final List<Copies> copies = new CopyOnWriteArrayList<>();
  private final List<CrewListener> listeners = new CopyOnWriteArrayList<>();

  // Guarded by this.
  private boolean started;
  private boolean following;

  /** Told of the workers of groups that this node forwards to. Does not block. */
  public interface CrewListener {
    /** A worker is there. */
    void onJoined(String group, String worker);

    /** A worker left, was not heard of for 10 s, or its group gets nothing from here any more. */
    void onLeft(String group, String worker);
  }

  /** Whenever workers may have spoken without being heard, silence proves nothing. */
  private record Doubts(Waiting waiting) implements ClusterListener {
    @Override
    public void onLeaseLost(NodeId self) {
      waiting.doubt();
    }

    @Override
    public void onDoubt() {
      waiting.doubt();
    }

    @Override
    public void onHealth(Health health) {
      waiting.doubt();
    }
  }

  /** A group that gets copies of commands. */
  private record Copies(Predicate<String> names, WorkGroup group) {}

  /**
   * Registers with the mail.
   *
   * @param threads where answers reach the application's middleware
   * @param timeout of commands, unless they have one of their own
   * @param seed of ids
   */
  public Delegation(
      Cluster cluster,
      NodeMail mail,
      Commands commands,
      Scheduler scheduler,
      HandlerThreads threads,
      WorkMeter meter,
      Duration timeout,
      long seed) {
    this.cluster = cluster;
    this.commands = commands;
    this.threads = threads;
    this.meter = meter;
    this.timeout = timeout;
    this.tokens = new Tokens(seed);
    this.groups = new Groups(cluster, scheduler, tokens.next(), this::crewOf);
    this.waiting =
        new Waiting(scheduler, meter, () -> cluster.health() == Health.UP && !mail.isBehind());
    this.events = new EventForwards(cluster, scheduler, meter);
    this.deadNodes = new DeadNodes(cluster, scheduler, events::onGone);
    mail.handle(
        WorkAnswer.ANSWER,
        letter -> done(() -> WorkAnswer.decode(letter).ifPresent(waiting::onAnswer)));
    mail.onLost(waiting::doubt);
    cluster.addListener(new Doubts(waiting));
    mail.handle(
        WorkAnswer.BEGUN, letter -> done(() -> waiting.onBegun(letter.path("id").asText())));
  }

  /** Forwards a command to a group, which answers; the result ends that. */
  public Runnable forward(String name, @Nullable Duration ownTimeout, WorkGroup group) {
    Duration limit = limit(ownTimeout);
    return using(
        group,
        use ->
            commands.registerOrdered(
                name, context -> ask(context, limit, use, group), options(limit)));
  }

  /** The same for all commands whose names fit and that are not registered by name. */
  public Runnable forward(Pattern names, @Nullable Duration ownTimeout, WorkGroup group) {
    Duration limit = limit(ownTimeout);
    return using(
        group,
        use ->
            commands.registerOrdered(
                names, context -> ask(context, limit, use, group), options(limit)));
  }

  private Runnable using(WorkGroup group, Function<Groups.Use, Runnable> registration) {
    Groups.Use use = use(group);
    try {
      Runnable removal = registration.apply(use);
      return () -> {
        removal.run();
        use.end();
      };
    } catch (RuntimeException e) {
      use.end();
      throw e;
    }
  }

  /** Gives a group copies of commands; the result ends that. */
  public Runnable copy(Predicate<String> names, WorkGroup group) {
    Groups.Use use = use(group);
    Copies added = new Copies(names, group);
    copies.add(added);
    Middleware.Check check =
        context -> {
          // Else it is done in order, where the command is published.
          if (names.test(context.command()) && !commands.isOrdered(context.command())) {
            copy(context, group);
          }
        };
    Runnable removal = commands.addMiddleware(Middleware.nonBlocking(Middleware.before(check)));
    return () -> {
      copies.remove(added);
      removal.run();
      use.end();
    };
  }

  /** Gives a group the events of connections; the result ends that. */
  public Runnable forwardEvents(WorkGroup group) {
    Groups.Use use = use(group);
    events.add(group);
    boolean follow;
    synchronized (this) {
      follow = started && !following;
      following = true;
    }
    if (follow) {
      deadNodes.start();
    }
    return () -> {
      if (use.end()) {
        events.remove(group);
      }
    };
  }

  /** Adds a listener, for what happens from now on. */
  public void addListener(CrewListener listener) {
    listeners.add(listener);
  }

  /** Begins to hear workers; the cluster has been told to start. */
  public void start() {
    boolean follow;
    synchronized (this) {
      started = true;
      follow = following;
    }
    awaitClocks(groups.start());
    if (follow) {
      deadNodes.start();
    }
  }

  /** Waits until the events of connections that ended were published, then hears no more. */
  public void close(Duration timeout) {
    await(events.flush(), timeout);
    groups.close();
    deadNodes.close();
  }

  @Override
  public void onOpened(Session session) {
    events.onOpened(session);
  }

  @Override
  public void onIdentified(Session session, Identity identity) {
    events.onIdentified(session, identity);
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    events.onClosed(session, code, reason, byPeer);
  }

  private Groups.Use use(WorkGroup group) {
    Groups.Use use = groups.use(group);
    awaitClocks(use.known);
    return use;
  }

  /** For a moment: commands can be forwarded only by a clock that is known. */
  private void awaitClocks(CompletableFuture<?> known) {
    if (cluster.health() == Health.UP) {
      await(known, LOOK);
    }
  }

  private static void await(CompletableFuture<?> end, Duration timeout) {
    try {
      end.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.warn("not done within {}", timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private BiConsumer<Set<String>, Set<String>> crewOf(WorkGroup group) {
    return (before, now) -> {
      meter.workers(now.size() - before.size());
      for (CrewListener listener : listeners) {
        now.stream()
            .filter(worker -> !before.contains(worker))
            .forEach(worker -> listener.onJoined(group.name(), worker));
        before.stream()
            .filter(worker -> !now.contains(worker))
            .forEach(worker -> listener.onLeft(group.name(), worker));
      }
    };
  }

  private Duration limit(@Nullable Duration ownTimeout) {
    return ownTimeout == null ? timeout : ownTimeout;
  }

  private static CommandOptions options(Duration limit) {
    return CommandOptions.runNonBlocking().withTimeout(limit);
  }

  private CompletionStage<Object> ask(
      CommandContext context, Duration limit, Groups.Use use, WorkGroup group) {
    copies.stream()
        .filter(copy -> copy.names.test(context.command()) && !copy.group.equals(group))
        .forEach(copy -> copy(context, copy.group));
    OptionalLong now = use.earliest();
    if (now.isEmpty()) {
      return CompletableFuture.failedFuture(unavailable());
    }
    String id = id(context);
    Waiting.Item item = waiting.open(id, group.name(), limit);
    long startBy = now.getAsLong() + WorkTime.untilStart(limit).toMillis();
    CompletableFuture<?> unused =
        publish(entry(id, context, startBy, true), group)
            .whenComplete(
                (position, failure) -> {
                  if (failure != null) {
                    item.fail(unavailable());
                  }
                });
    meter.forwarded();
    return threads.handOver(item.answer());
  }

  private void copy(CommandContext context, WorkGroup group) {
    meter.forwarded();
    CompletableFuture<?> unused =
        publish(entry(id(context), context, 0, false), group)
            .whenComplete(
                (position, failure) -> {
                  if (failure != null) {
                    meter.dropped();
                  }
                });
  }

  private CompletableFuture<Position> publish(WorkEntry entry, WorkGroup group) {
    return cluster.topics().publish(group.partition(entry.partition()), entry.outgoing());
  }

  private static WorkEntry entry(
      String id, CommandContext context, long startByMillis, boolean answered) {
    Session session = (Session) context.connection();
    return WorkEntry.command(
        id,
        EventForwards.client(session),
        context.command(),
        context.rawPayload(),
        startByMillis,
        answered);
  }

  private String id(CommandContext context) {
    String known = context.attribute(ID);
    if (known != null) {
      return known;
    }
    String made = tokens.next();
    context.attribute(ID, made);
    return made;
  }

  private static CompletionStage<@Nullable JsonNode> done(Runnable action) {
    action.run();
    return CompletableFuture.completedFuture(null);
  }

  private static CommandException unavailable() {
    return CommandException.unavailable("Workers cannot be reached at the moment.");
  }
}
