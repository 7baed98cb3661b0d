// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import io.meshrt.faults.TcpProxy;
import io.meshrt.tests.chaos.Fault.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what plans say, to each part of a world on a thread of its own. */
final class Storm implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Storm.class);

  private final ChaosWorld world;
  private final RedisPair redis;
  private final Map<Part, ScheduledExecutorService> threads = new EnumMap<>(Part.class);

  // Owned by the thread of Redis.
  private long written;

  Storm(ChaosWorld world, RedisPair redis) {
    this.world = world;
    this.redis = redis;
    for (Part part : Part.values()) {
      threads.put(part, Executors.newSingleThreadScheduledExecutor());
    }
  }

  /** Returns when all of it is over: what was harmed is whole again. */
  void rage(FaultPlan plan) throws Exception {
    List<Future<?>> all = new ArrayList<>();
    for (Fault fault : plan.faults()) {
      all.add(schedule(fault, fault.from(), () -> begin(fault), "begun"));
      all.add(schedule(fault, fault.from() + fault.length(), () -> end(fault), "ended"));
    }
    for (Future<?> one : all) {
      one.get(ChaosWorld.PATIENCE.toSeconds() * 2, TimeUnit.SECONDS);
    }
  }

  private Future<?> schedule(Fault fault, long millis, Runnable task, String what) {
    return threads
        .get(fault.part())
        .schedule(
            () -> {
              task.run();
              log.info("{}: {}", what, fault);
            },
            millis,
            TimeUnit.MILLISECONDS);
  }

  private void begin(Fault fault) {
    ChaosNode node = world.nodes.get(fault.node());
    switch (fault.part()) {
      case CLIENT_LINK -> beginLink(node.toClients(), fault);
      case REDIS_LINK -> beginLink(node.toRedis(), fault);
      case NODE -> beginNode(node, fault);
      case REDIS -> beginRedis(fault);
    }
  }

  private void end(Fault fault) {
    ChaosNode node = world.nodes.get(fault.node());
    switch (fault.part()) {
      case CLIENT_LINK -> node.toClients().heal();
      case REDIS_LINK -> node.toRedis().heal();
      case NODE -> endNode(node, fault);
      case REDIS -> endRedis(fault);
    }
  }

  private static void beginLink(TcpProxy link, Fault fault) {
    switch (fault.harm()) {
      case DELAY -> link.delay(fault.direction(), Duration.ofMillis(fault.amount()));
      case THROTTLE -> link.throttle(fault.direction(), fault.amount());
      case SLICE -> link.slice(fault.direction(), fault.amount());
      case FREEZE -> link.freeze();
      case FREEZE_ONE_DIRECTION -> link.freeze(fault.direction());
      case STRAND -> link.strand();
      case CUT -> link.cut();
      case CUT_AFTER -> link.cutAfter(fault.direction(), fault.amount());
      case REFUSE -> link.refuse();
      default -> throw new IllegalArgumentException(fault.toString());
    }
  }

  private void beginNode(ChaosNode node, Fault fault) {
    switch (fault.harm()) {
      case KILL -> node.kill(world.nodes.get((fault.node() + 1) % world.nodes.size()));
      case STOP -> node.stop();
      default -> throw new IllegalArgumentException(fault.toString());
    }
  }

  private static void endNode(ChaosNode node, Fault fault) {
    switch (fault.harm()) {
      case KILL -> node.restart();
      case STOP -> node.resume();
      default -> throw new IllegalArgumentException(fault.toString());
    }
  }

  private void beginRedis(Fault fault) {
    switch (fault.harm()) {
      case KILL -> redis.current().kill();
      case STOP -> redis.current().stop();
      case PAUSE -> redis.current().pause(Duration.ofMillis(fault.length()));
      case WIPE -> {
        world.losses.incrementAndGet();
        redis.wipe();
      }
      case FORGET -> written = redis.written();
      case FAIL_OVER -> {
        redis.replicate();
        redis.lag();
      }
      default -> throw new IllegalArgumentException(fault.toString());
    }
  }

  private void endRedis(Fault fault) {
    switch (fault.harm()) {
      case KILL -> redis.current().start();
      case STOP -> redis.current().resume();
      case FORGET -> {
        world.losses.incrementAndGet();
        redis.forget(written);
      }
      case FAIL_OVER -> {
        world.losses.incrementAndGet();
        redis.promote();
        world.nodes.forEach(node -> node.moveTo(redis.current().port()));
      }
      default -> {
        // It was over at once, or ends by itself.
      }
    }
  }

  @Override
  public void close() {
    threads.values().forEach(ScheduledExecutorService::shutdownNow);
  }
}
