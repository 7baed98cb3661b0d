// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The client does what the test vectors say, which other clients share. */
class VectorTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FOLDER = Path.of("..", "test-data", "protocol", "client");

  @TestFactory
  Stream<DynamicTest> clientDoesWhatTheVectorsSay() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .forEach(file -> vectors(file).forEach(vector -> tests.add(test(file, vector))));
    }
    return tests.stream();
  }

  private static JsonNode vectors(Path file) {
    try {
      return JSON.readTree(Files.readString(file)).get("vectors");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DynamicTest test(Path file, JsonNode vector) {
    return DynamicTest.dynamicTest(
        file.getFileName() + ": " + vector.get("name").textValue(),
        () -> new VectorRun(vector.path("given")).play(vector));
  }
}
