// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.client.MeshClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Talks to a running {@link EchoServer}: many commands at a time, each with its own answer. */
public final class EchoClient {
  private EchoClient() {}

  /**
   * Asks 1,000 times and prints what came back.
   *
   * @param args the server's URL, ws://127.0.0.1:8080 when left out
   */
  public static void main(String[] args) {
    String url = args.length > 0 ? args[0] : "ws://127.0.0.1:8080";
    try (MeshClient client = MeshClient.builder(url).build()) {
      client.connect().join();
      System.out.println("I am " + client.command("whoami", null, String.class).join());

      List<CompletableFuture<Integer>> replies =
          IntStream.range(0, 1_000)
              .mapToObj(n -> client.command("echo", n, Integer.class))
              .toList();

      int sum = replies.stream().mapToInt(CompletableFuture::join).sum();
      System.out.println(replies.size() + " replies, their sum is " + sum);
      System.out.println("latency " + client.latency().map(Duration::toMillis).orElse(0L) + " ms");
    }
  }
}
