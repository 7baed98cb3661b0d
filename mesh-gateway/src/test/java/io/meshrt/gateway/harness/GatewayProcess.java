// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.harness;

import io.meshrt.gateway.GatewayMain;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program in a process of its own, with an environment that has nothing but what is said. */
public final class GatewayProcess implements AutoCloseable {
  private static final Pattern LISTENING =
      Pattern.compile("listening on \\S+:(\\d+), pages for probes on port (\\d+)");
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final Thread reader;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();

  private GatewayProcess(Process process) {
    this.process = process;
    reader = new Thread(this::read, "gateway-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts the main class of this class path. */
  public static GatewayProcess start(
      Map<String, String> variables, Path folder, String... arguments) throws IOException {
    return start(
        List.of("-cp", System.getProperty("java.class.path"), GatewayMain.class.getName()),
        variables,
        folder,
        arguments);
  }

  /** Starts a runnable jar. */
  public static GatewayProcess ofJar(
      Path jar, Map<String, String> variables, Path folder, String... arguments)
      throws IOException {
    return start(List.of("-jar", jar.toAbsolutePath().toString()), variables, folder, arguments);
  }

  private static GatewayProcess start(
      List<String> what, Map<String, String> variables, Path folder, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(what);
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(variables);
    return new GatewayProcess(builder.redirectInput(new File("/dev/null")).start());
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = lines.readLine()) != null) {
        said.add(line);
        unread.add(line);
      }
    } catch (IOException e) {
      said.add("unreadable: " + e);
    }
  }

  /** Waits until it listens; where clients connect. */
  public int port() throws InterruptedException {
    return Integer.parseInt(await(LISTENING).group(1));
  }

  /** Waits for a line that contains something, among those nobody waited for yet. */
  public Matcher await(Pattern something) throws InterruptedException {
    while (true) {
      String line = unread.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("did not say " + something + " but " + said);
      }
      Matcher matcher = something.matcher(line);
      if (matcher.find()) {
        return matcher;
      }
    }
  }

  /** Everything it has said. */
  public List<String> said() {
    return List.copyOf(said);
  }

  /** Its id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Asks it to end, as {@code kill} does. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Waits for its end, and for all it has said; its exit status. */
  public int awaitEnd() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("did not end; said " + said);
    }
    reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    if (reader.isAlive()) {
      throw new AssertionError("its output does not end; said " + said);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
