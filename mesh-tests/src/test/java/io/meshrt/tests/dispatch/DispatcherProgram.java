// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.dispatch;

import io.meshrt.server.RedisOptions;
import io.meshrt.server.dispatch.MeshDispatcher;
import io.meshrt.server.message.MessageReceipt;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A dispatcher in a process of its own: {@code <redis uri> <prefix>}. Sends, says what it holds,
 * and ends.
 */
final class DispatcherProgram {
  private DispatcherProgram() {}

  public static void main(String[] args) throws Exception {
    RedisOptions redis = RedisOptions.of(args[0]).withPrefix(args[1]);
    try (MeshDispatcher dispatcher = MeshDispatcher.connect(redis)) {
      Set<String> receipts = new HashSet<>();
      int addressed = 0;
      for (int i = 0; i < 1_000; i++) {
        MessageReceipt receipt = dispatcher.message("say", "number " + i).to("anna").join();
        receipts.add(receipt.id());
        addressed += receipt.addressed();
      }
      System.out.println("receipts " + receipts.size() + " for " + addressed);
      dispatcher.channels().publish("news", "from afar").join();
      dispatcher.records().write("score", Map.of("by", "afar")).join();
      dispatcher.sendToRoom("lobby", "say", "to the room").join();
      System.out.println("listening " + listening());
      System.gc();
      System.out.println(
          "heap " + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      dispatcher.disconnect(List.of("anna"), 4503, "enough").join();
    }
    System.out.println("done");
  }

  /** How many sockets of this process listen, as Linux tells. */
  private static long listening() throws IOException {
    Set<String> own;
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      own = files.map(DispatcherProgram::target).collect(Collectors.toSet());
    }
    return Stream.of("/proc/self/net/tcp", "/proc/self/net/tcp6")
        .map(Path::of)
        .filter(Files::exists)
        .flatMap(DispatcherProgram::lines)
        .map(line -> line.strip().split("\\s+"))
        .filter(cells -> cells[3].equals("0A"))
        .filter(cells -> own.contains("socket:[" + cells[9] + "]"))
        .count();
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().skip(1);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
