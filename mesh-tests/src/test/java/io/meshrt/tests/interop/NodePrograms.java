// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs the small Node programs of the interop suites with packages from npm. */
public final class NodePrograms {
  public static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FOLDER = Path.of("target", "node");

  private NodePrograms() {}

  /** Installs the packages once; fails naming what is missing. */
  public static synchronized void install() throws IOException, InterruptedException {
    if (Files.exists(FOLDER.resolve("installed"))) {
      return;
    }
    Files.createDirectories(FOLDER);
    Files.writeString(FOLDER.resolve("package.json"), "{\"private\":true,\"type\":\"module\"}");
    run(
        "npm",
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "ws@8",
        "eventemitter3@5",
        "fast-json-patch@3",
        "ioredis@5",
        "@cryb/mesa@1.5.8",
        "mesa-js-client@1.4.8",
        "typescript@5"); // all at once: a later install removes what npm has not put here itself
    String archive = run("npm", "pack", "--silent", "@prsm/realtime@1.8.1").strip();
    Path packages = FOLDER.resolve("node_modules").resolve("@prsm");
    Files.createDirectories(packages);
    run("tar", "xzf", archive);
    run("rm", "-rf", "node_modules/@prsm/realtime");
    run("mv", "package", "node_modules/@prsm/realtime");
    Path log = Files.createDirectories(packages.resolve("log"));
    Files.writeString(
        log.resolve("package.json"),
        "{\"name\":\"@prsm/log\",\"version\":\"1.0.1\",\"type\":\"module\",\"main\":\"index.js\"}");
    Files.writeString(
        log.resolve("index.js"),
        """
        const l = { configure() {}, child: () => l, info() {}, warn() {}, error() {}, debug() {} };
        export default l;
        """);
    Files.createFile(FOLDER.resolve("installed"));
  }

  /** Starts a program of the resources folder. */
  static Process start(String program, String... args) throws IOException {
    Path script = FOLDER.resolve(program);
    try (InputStream in = NodePrograms.class.getResourceAsStream("/interop/" + program)) {
      Files.write(script, in.readAllBytes());
    }
    List<String> command = new ArrayList<>(List.of("node", program));
    command.addAll(Arrays.asList(args));
    return new ProcessBuilder(command)
        .directory(FOLDER.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Runs a program to its end and returns the facts it said. */
  static Map<String, JsonNode> facts(String program, String... args)
      throws IOException, InterruptedException {
    Process process = start(program, args);
    killLater(process);
    Map<String, JsonNode> facts = new LinkedHashMap<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = out.readLine()) != null) {
        JsonNode said = JSON.readTree(line);
        facts.put(said.get("fact").asText(), said.get("value"));
      }
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(program + " ended").isTrue();
    assertThat(process.exitValue()).as(program + " said " + facts).isZero();
    return facts;
  }

  /** As {@link #facts}, on a thread of its own. */
  public static CompletableFuture<Map<String, JsonNode>> factsLater(
      String program, String... args) {
    CompletableFuture<Map<String, JsonNode>> facts = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                facts.complete(facts(program, args));
              } catch (Throwable failure) {
                facts.completeExceptionally(failure);
              }
            },
            program);
    thread.setDaemon(true);
    thread.start();
    return facts;
  }

  /** Runs a command in the folder of the packages and returns what it said; fails as it does. */
  static String run(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(FOLDER.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new IOException(
          "The interop suites need Node 20 or newer with npm, and tar: cannot run " + command[0],
          e);
    }
    killLater(process);
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + out);
    }
    return out;
  }

  /** What hangs is not waited for. */
  private static void killLater(Process process) {
    CompletableFuture.delayedExecutor(8, TimeUnit.MINUTES).execute(process::destroyForcibly);
  }
}
