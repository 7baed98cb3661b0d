// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.soak;

import io.meshrt.client.MeshClient;
import io.meshrt.testkit.ChildNode;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Clients in as many processes as it takes: each client has threads, and buffers. */
final class Herds implements AutoCloseable {
  private static final int EACH = 1_000;

  private final List<ChildNode> programs = new ArrayList<>();
  private final List<MeshClient> drivers = new ArrayList<>();
  private final int size;
  private long cutNanos;

  /** Connects so many. */
  Herds(int size, int port) throws Exception {
    this.size = size;
    try {
      for (int left = size; left > 0; left -= EACH) {
        MeshClient driver = start(port);
        for (int grown = 0; grown < Math.min(left, EACH); grown += Herd.GROWTH) {
          order(driver, "grow", Boolean.class);
        }
      }
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  private MeshClient start(int port) throws Exception {
    ChildNode program = ChildNode.start(HerdProgram.class, Integer.toString(port));
    programs.add(program);
    MeshClient driver = MeshClient.builder("ws://127.0.0.1:" + program.port()).build();
    drivers.add(driver);
    Outcomes.result(driver.connect());
    return driver;
  }

  private static <T> T order(MeshClient driver, String command, Class<T> type) throws Exception {
    return Outcomes.result(driver.command(command, null, type));
  }

  /** Attempts are counted from here. */
  void onCut() throws Exception {
    for (MeshClient driver : drivers) {
      order(driver, "on cut", Boolean.class);
    }
    cutNanos = System.nanoTime();
  }

  Duration sinceCut() {
    return Duration.ofNanos(System.nanoTime() - cutNanos);
  }

  /** All attempts so far. */
  int attempts() throws Exception {
    return sum("attempts");
  }

  /** How many have tried since the cut, and are connected. */
  int back() throws Exception {
    return sum("back");
  }

  private int sum(String command) throws Exception {
    int sum = 0;
    for (MeshClient driver : drivers) {
      sum += order(driver, command, Integer.class);
    }
    return sum;
  }

  /** When each client tried, in nanoseconds since the cut or a little less. */
  List<long[]> times() throws Exception {
    List<long[]> times = new ArrayList<>();
    for (MeshClient driver : drivers) {
      times.addAll(Arrays.asList(order(driver, "times", long[][].class)));
    }
    return times;
  }

  int size() {
    return size;
  }

  @Override
  public void close() {
    drivers.forEach(MeshClient::close);
    programs.forEach(ChildNode::close);
  }
}
