// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.browser;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Debian's Chromium and its WebDriver: those on the path, or installed where that is allowed. */
final class ChromiumPackage {
  private static final String BROWSER = "chromium";
  private static final String DRIVER = "chromedriver";

  private static final Path LOG = Path.of("target", "apt-get.log");
  private static final List<String> UPDATE = List.of("apt-get", "update");
  private static final List<String> INSTALL =
      List.of(
          "apt-get",
          "install",
          "--yes",
          "--no-install-recommends",
          "-o",
          "Acquire::Retries=3",
          "-o",
          "DPkg::Lock::Timeout=120",
          BROWSER,
          "chromium-driver");

  private ChromiumPackage() {}

  /**
   * Installs what is missing, with package lists made anew when the present ones do not do; gives
   * the browser's program.
   *
   * @throws IOException naming what is missing and why it could not be installed
   */
  static synchronized Path install() throws IOException, InterruptedException {
    if (isInstalled()) {
      return onPath(BROWSER).orElseThrow();
    }
    String missing = "The browser suite needs chromium and chromedriver (Debian: chromium-driver)";
    if (onPath("apt-get").isEmpty() || !"root".equals(System.getProperty("user.name"))) {
      throw new IOException(missing + "; only root can install them here, with apt-get");
    }
    for (List<String> command : List.of(INSTALL, UPDATE, INSTALL, UPDATE, INSTALL)) {
      run(command);
      if (isInstalled()) {
        return onPath(BROWSER).orElseThrow();
      }
    }
    throw new IOException(
        missing + "; apt-get could not install them, see " + LOG.toAbsolutePath());
  }

  private static boolean isInstalled() {
    return onPath(BROWSER).isPresent() && onPath(DRIVER).isPresent();
  }

  private static Optional<Path> onPath(String program) {
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(System.getenv().getOrDefault("PATH", ""))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Whether it did its job is looked at after it. */
  private static void run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(LOG.toFile()));
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    Process process = builder.start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroy();
    }
  }
}
