// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

/** What is promised of the files of the browser client. */
class BrowserModulesTest {
  private static final Path FOLDER = Path.of("src/main/resources/META-INF/resources/mesh");
  private static final Path INBOX = FOLDER.resolve("inbox.js");
  private static final Path MEMBERSHIPS = FOLDER.resolve("memberships.js");
  private static final int GZIP_FRAME_BYTES = 18;

  private static List<Path> files(String end) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
    }
  }

  private static int compressedBytes(List<Path> modules) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    Deflater best = new Deflater(Deflater.BEST_COMPRESSION, true);
    try (DeflaterOutputStream out = new DeflaterOutputStream(compressed, best)) {
      for (Path module : modules) {
        out.write(Files.readAllBytes(module));
      }
    } finally {
      best.end();
    }
    return compressed.size() + GZIP_FRAME_BYTES;
  }

  @Test
  void modulesTakeLessThanFourteenKilobytesTogether() throws IOException {
    List<Path> together =
        files(".js").stream()
            .filter(file -> !file.equals(INBOX) && !file.equals(MEMBERSHIPS))
            .toList();

    assertThat(compressedBytes(together)).isLessThan(14 * 1024);
  }

  @Test
  void inboxTakesLessThanTwoKilobytesMore() throws IOException {
    assertThat(compressedBytes(List.of(INBOX))).isLessThan(2 * 1024);
  }

  @Test
  void membershipsTakeLessThanTwoKilobytesMore() throws IOException {
    assertThat(compressedBytes(List.of(MEMBERSHIPS))).isLessThan(2 * 1024);
  }

  @Test
  void whatNotAllWantIsLoadedByPagesThatWantIt() throws IOException {
    for (Path module : files(".js")) {
      assertThat(Files.readString(module))
          .as(module.toString())
          .doesNotContain("inbox.js", "memberships.js");
    }
  }

  @Test
  void packageHasWhatItNames() throws IOException {
    JsonNode json = new ObjectMapper().readTree(FOLDER.resolve("package.json").toFile());
    JsonNode entry = json.path("exports").path(".");

    assertThat(entry.path("default")).isEqualTo(json.path("main"));
    assertThat(entry.path("types")).isEqualTo(json.path("types"));
    assertThat(json.path("exports")).hasSize(3);
    for (JsonNode exported : json.path("exports")) {
      assertThat(FOLDER.resolve(exported.path("default").asText())).isRegularFile();
      assertThat(FOLDER.resolve(exported.path("types").asText())).isRegularFile();
    }
  }

  @Test
  void filesAreShort() throws IOException {
    for (Path file : files("")) {
      assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(400);
    }
  }

  @Test
  void modulesImportNothingButEachOther() throws IOException {
    for (Path module : files(".js")) {
      assertThat(Files.readAllLines(module))
          .as(module.toString())
          .filteredOn(line -> line.contains("from \""))
          .allMatch(line -> line.matches("(import|export|}).* from \"\\./[a-z]+\\.js\";"));
    }
  }
}
