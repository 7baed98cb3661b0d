// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Server and client of the examples, each in a JVM of its own. */
class EchoProgramsIT {
  @Test
  void clientIsAnsweredByAServerInAnotherJvm() throws Exception {
    Process server = start(EchoServer.class, "0");
    try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
      String url = rest(said, "listening on ");

      Process client = start(EchoClient.class, url);
      try (BufferedReader shown = client.inputReader(StandardCharsets.UTF_8)) {
        String id = rest(shown, "I am ");
        assertThat(rest(shown, "1000 replies, their sum is ")).isEqualTo("499500");
        assertThat(rest(said, "hello ")).isEqualTo(id);
        assertThat(rest(said, "bye ")).isEqualTo(id + ": 1000");
      }
      assertThat(client.waitFor(30, TimeUnit.SECONDS)).as("the client ends").isTrue();
      assertThat(client.exitValue()).isZero();
      server.destroy();
      assertThat(server.waitFor(30, TimeUnit.SECONDS)).as("the server ends").isTrue();
    } finally {
      server.destroyForcibly();
    }
  }

  /** What the next line that begins like this goes on with; others are of the log. */
  private static String rest(BufferedReader lines, String beginning) throws IOException {
    String line;
    while ((line = lines.readLine()) != null) {
      if (line.startsWith(beginning)) {
        return line.substring(beginning.length());
      }
    }
    throw new AssertionError("ended without: " + beginning);
  }

  private static Process start(Class<?> program, String argument) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dorg.jboss.logging.provider=slf4j",
            "-cp",
            System.getProperty("java.class.path"),
            program.getName(),
            argument)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
