// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A script for Node.js with a package from npm, in a folder below {@code target}. */
final class NodeScript {
  private static final boolean WINDOWS =
      System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win");
  private static final Path FOLDER = Path.of("target", "interop").toAbsolutePath();

  private final String name;

  private NodeScript(String name) {
    this.name = name;
  }

  static NodeScript install(String resource, String npmPackage) {
    String name = resource.substring(resource.lastIndexOf('/') + 1);
    try (InputStream script = NodeScript.class.getResourceAsStream(resource)) {
      Files.createDirectories(FOLDER);
      Files.copy(script, FOLDER.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(FOLDER.resolve("package.json"), "{\"private\": true}\n");
      Files.writeString(FOLDER.resolve("input"), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(WINDOWS ? "npm.cmd" : "npm", "install", "--no-save", "--no-audit", "--no-fund", npmPackage);
    return new NodeScript(name);
  }

  /** Gives the script one line per question and reads one line per answer. */
  List<JsonNode> ask(List<JsonNode> questions) {
    try {
      Files.write(FOLDER.resolve("input"), questions.stream().map(JsonNode::toString).toList());
      run("node", name);
      return Files.readAllLines(FOLDER.resolve("output")).stream().map(Json::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(String... command) {
    Path errors = FOLDER.resolve("errors");
    try {
      Process process = start(command, errors);
      if (!process.waitFor(90, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command[0] + " did not end within 90 seconds");
      }
      if (process.exitValue() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + Files.readString(errors));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(command[0] + " was interrupted", e);
    }
  }

  private static Process start(String[] command, Path errors) {
    try {
      return new ProcessBuilder(command)
          .directory(FOLDER.toFile())
          .redirectInput(FOLDER.resolve("input").toFile())
          .redirectOutput(FOLDER.resolve("output").toFile())
          .redirectError(errors.toFile())
          .start();
    } catch (IOException e) {
      throw new AssertionError(
          command[0] + " cannot be started: this test needs Node.js 18 or newer with npm", e);
    }
  }
}
