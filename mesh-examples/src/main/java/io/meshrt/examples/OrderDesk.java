// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.client.MeshClient;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.worker.MeshWorker;
import io.meshrt.server.worker.MeshWorkerBuilder;
import io.meshrt.server.worker.WorkContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that takes orders and workers that handle them. In memory, or through Redis when its URI
 * is the argument; then further workers may run elsewhere: {@code OrderDesk <uri> worker}.
 */
public final class OrderDesk {
  private OrderDesk() {}

  /** What a client wants. */
  record Order(String item, int count) {}

  /** Places three orders, and tells all clients what is sold out. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length == 2 && args[1].equals("worker")) {
      work(args[0]);
      return;
    }
    InMemoryNetwork network = new InMemoryNetwork();
    MeshServerBuilder builder = MeshServer.builder().host("127.0.0.1").port(0);
    MeshWorkerBuilder desk =
        args.length == 0
            ? MeshWorker.builder(network)
            : MeshWorker.builder(RedisOptions.of(args[0]));
    try (MeshServer server =
            server(args.length == 0 ? builder.inMemory(network) : builder.redis(args[0]));
        MeshWorker worker = worker(desk, new Orders());
        MeshClient client = MeshClient.builder("ws://127.0.0.1:" + server.port()).build()) {
      client.connect().join();
      for (String item : new String[] {"tea", "milk", "sugar"}) {
        Order order = new Order(item, 2);
        System.out.println(client.command("orders.place", order, String.class).join());
      }
      client.onMessage("soldOut", String.class, item -> System.out.println("sold out: " + item));
      System.out.println(client.command("orders.soldOut", "tea", String.class).join());
      System.out.println("done by " + worker.id());
    }
  }

  private static void work(String redisUri) throws InterruptedException {
    MeshWorker worker = worker(MeshWorker.builder(RedisOptions.of(redisUri)), new Orders());
    Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
    new CountDownLatch(1).await();
  }

  // snippet: server
  static MeshServer server(MeshServerBuilder builder) {
    MeshServer server = builder.build();
    server.forward("orders.place").withTimeout(Duration.ofSeconds(20)).toGroup("orders");
    server.forward("orders.soldOut").toGroup("orders");
    server.forwardConnections().toGroup("orders");
    server.start();
    return server;
  }

  // end

  // snippet: worker
  static MeshWorker worker(MeshWorkerBuilder builder, Orders orders) {
    return builder
        .group("orders")
        .command("orders.place", orders::place)
        .command("orders.soldOut", orders::soldOut)
        .onDisconnected(event -> orders.forget(event.client().connectionId()))
        .onGap(gap -> System.err.println("orders were not handled: " + gap))
        .concurrency(16)
        .start();
  }

  // end

  /** Stands for a database; workers of several processes would share one. */
  static final class Orders {
    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
    private final Map<String, Integer> open = new ConcurrentHashMap<>();
    private final AtomicInteger last = new AtomicInteger();

    // snippet: once
    String place(WorkContext ctx) {
      Order order = ctx.payload(Order.class);
      if (order == null || order.count() < 1) {
        throw CommandException.badRequest("Nothing was ordered.");
      }
      // In one step with the effect: a second delivery finds the id, and the number it got.
      int number = numbers.computeIfAbsent(ctx.messageId(), id -> last.incrementAndGet());
      open.merge(ctx.client().connectionId(), 1, Integer::sum);
      return "order " + number + ": " + order.count() + " x " + order.item();
    }

    // end

    // snippet: push
    String soldOut(WorkContext ctx) {
      String item = ctx.payload().asText();
      ctx.dispatcher().broadcast("soldOut", item).join();
      return "no more " + item;
    }

    // end

    void forget(String connectionId) {
      open.remove(connectionId);
    }
  }
}
