// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The first program a newcomer runs. */
class QuickstartIT {
  @Test
  void showsACommandAnsweredAndLeavesNoThreadThatKeepsTheProgram() throws Exception {
    Set<Thread> before = liveThreads();
    PrintStream terminal = System.out;
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));

    try {
      Quickstart.main(new String[0]);
    } finally {
      System.setOut(terminal);
    }

    assertThat(shown.toString(StandardCharsets.UTF_8)).contains("echo: Hello!");
    for (Thread thread : liveThreads()) {
      if (!before.contains(thread) && mayKeepTheProgram(thread)) {
        thread.join(30_000);
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }

  private static boolean mayKeepTheProgram(Thread thread) {
    return !thread.isDaemon() || thread.getName().startsWith("mesh");
  }

  private static Set<Thread> liveThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .collect(Collectors.toSet());
  }
}
