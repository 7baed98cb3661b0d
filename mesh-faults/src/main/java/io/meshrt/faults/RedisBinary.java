// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import redis.embedded.core.ExecutableProvider;

/** {@code redis-server} from the path, else the binary that embedded-redis carries. */
final class RedisBinary {
  private RedisBinary() {}

  static String path() {
    return onPath().orElseGet(RedisBinary::embedded);
  }

  private static Optional<String> onPath() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(directory -> new File(directory, "redis-server"))
        .filter(File::canExecute)
        .map(File::getPath)
        .findFirst();
  }

  private static String embedded() {
    try {
      return ExecutableProvider.newJarResourceProvider().get().getPath();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no Redis for tests: no redis-server on the path, and no binary for this machine", e);
    }
  }

  static boolean isSeven() {
    try {
      Process version = new ProcessBuilder(path(), "--version").start();
      String text = new String(version.getInputStream().readAllBytes(), UTF_8);
      return !text.matches("(?s).*v=[1-6]\\..*");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
