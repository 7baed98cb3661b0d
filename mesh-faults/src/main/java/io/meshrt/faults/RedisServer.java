// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis server process of the test's own, which can be killed and started again on the same port
 * and files: {@code redis-server} from the path, else the binary that embedded-redis carries.
 */
public final class RedisServer implements AutoCloseable {
  private static final Random RANDOM = new Random();

  private final int port;
  private final Path directory;
  private final List<String> options;
  private @Nullable Process process;

  private RedisServer(List<String> options) {
    this.port = freePort();
    this.options = options;
    try {
      directory = Files.createTempDirectory("mesh-redis");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A running server; options are those of redis.conf, name and value apart. */
  public static RedisServer started(String... options) {
    RedisServer redis = new RedisServer(List.of(options));
    redis.start();
    return redis;
  }

  /** Where it answers, on this machine. */
  public int port() {
    return port;
  }

  /** The same as a URI. */
  public String uri() {
    return "redis://127.0.0.1:" + port;
  }

  /** Starts the process and waits until it answers. */
  public void start() {
    launch();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptions()
        .until(() -> command("PING").matches("(?s)(\\+PONG|-NOAUTH).*"));
  }

  /** Starts the process. */
  public void launch() {
    List<String> command = new ArrayList<>();
    command.add(executable());
    command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--save", ""));
    command.addAll(List.of("--dir", directory.toString(), "--enable-debug-command", "yes"));
    if (!isSeven()) {
      command.removeAll(List.of("--enable-debug-command", "yes"));
    }
    for (int i = 0; i < options.size(); i += 2) {
      command.add("--" + options.get(i));
      command.add(options.get(i + 1));
    }
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills the process as with {@code kill -9}. */
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      running.onExit().join();
    }
  }

  /** Deletes what the server would read at its next start. */
  public void wipe() {
    delete(directory.toFile().listFiles());
  }

  /** How much was written to the append-only file, for {@link #forget}. */
  public long written() {
    return appendOnlyFile().length();
  }

  /**
   * Cuts the append-only file of a killed server: what was written after the size was told, is
   * lost, as when a machine goes down before the file is on its disk.
   */
  public void forget(long written) {
    try (RandomAccessFile file = new RandomAccessFile(appendOnlyFile(), "rw")) {
      file.setLength(written);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private File appendOnlyFile() {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(path -> path.toString().matches(".*(appendonly|incr)\\.aof"))
          .max(Comparator.comparing(path -> path.toFile().lastModified()))
          .orElseThrow(() -> new IllegalStateException("no append-only file"))
          .toFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends one command over a connection of its own; the raw reply, at most 64 KiB of it. */
  public String command(String... parts) {
    StringBuilder request = new StringBuilder("*" + parts.length + "\r\n");
    for (String part : parts) {
      request.append('$').append(part.getBytes(UTF_8).length).append("\r\n");
      request.append(part).append("\r\n");
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2_000);
      socket.setSoTimeout(15_000);
      socket.getOutputStream().write(request.toString().getBytes(UTF_8));
      InputStream in = socket.getInputStream();
      byte[] reply = new byte[65_536];
      int read = in.read(reply);
      return new String(reply, 0, Math.max(read, 0), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
    wipe();
    delete(new File[] {directory.toFile()});
  }

  private static void delete(File @Nullable [] files) {
    for (File file : files == null ? new File[0] : files) {
      delete(file.listFiles());
      if (!file.delete()) {
        file.deleteOnExit();
      }
    }
  }

  private static String executable() {
    return onPath().orElseGet(RedisServer::embedded);
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

  private static boolean isSeven() {
    try {
      Process version = new ProcessBuilder(executable(), "--version").start();
      String text = new String(version.getInputStream().readAllBytes(), UTF_8);
      return !text.matches("(?s).*v=[1-6]\\..*");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port that is free, and whose cluster bus port is. */
  private static int freePort() {
    while (true) {
      int port = 16_000 + RANDOM.nextInt(16_000);
      try (ServerSocket data = new ServerSocket(port);
          ServerSocket bus = new ServerSocket(port + 10_000)) {
        return Math.min(data.getLocalPort(), bus.getLocalPort());
      } catch (IOException taken) {
        // Another one then.
      }
    }
  }
}
