// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A server in a JVM of its own, which can be killed, stopped and continued like any process. It
 * runs a main class of the present class path, which has to print {@code ready <port>} when it
 * listens, within two minutes. Stopping and continuing need a system with POSIX signals.
 */
public final class ChildNode implements AutoCloseable {
  private static final String READY = "ready ";
  private static final int START_SECONDS = 120;

  private final Process process;
  private final int port;

  private ChildNode(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts a program and waits until it listens. */
  public static ChildNode start(Class<?> program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      return new ChildNode(process, readPortSoon(process));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reading cannot be interrupted: a program that says nothing is killed instead. */
  private static int readPortSoon(Process process) throws IOException {
    CompletableFuture<Boolean> ready = new CompletableFuture<>();
    CompletableFuture<?> unused =
        ready
            .orTimeout(START_SECONDS, TimeUnit.SECONDS)
            .exceptionally(
                late -> {
                  process.destroyForcibly();
                  return false;
                });
    int port = readPort(process);
    ready.complete(true);
    return port;
  }

  private static int readPort(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    while (line != null && !line.startsWith(READY)) {
      line = out.readLine();
    }
    if (line == null) {
      process.destroyForcibly();
      throw new IOException("the program ended before it was ready");
    }
    Thread drain = new Thread(() -> out.lines().forEach(text -> {}), "child-output");
    drain.setDaemon(true);
    drain.start();
    return Integer.parseInt(line.substring(READY.length()).strip());
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** Ends it as {@code kill -9} does, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Asks it to end, as {@code kill} does, and waits until it has: its shutdown hooks run. */
  public void terminate() {
    process.toHandle().destroy(); // and keep reading what it says
    process.onExit().join();
  }

  /** Freezes it: it keeps its sockets and does nothing. */
  public void stop() {
    signal("STOP");
  }

  /** Lets it go on. */
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill -" + name + " " + process.pid() + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
