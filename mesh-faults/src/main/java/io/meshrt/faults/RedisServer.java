// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Redis server process of the test's own, which can be killed and started again on the same port
 * and files: {@code redis-server} from the path, else the binary that embedded-redis carries.
 */
public final class RedisServer implements AutoCloseable {
  private final RedisProcess process = new RedisProcess();
  private final List<String> options;

  private RedisServer(List<String> options) {
    this.options = options;
  }

  /** A running server; options are those of redis.conf, name and value apart. */
  public static RedisServer started(String... options) {
    RedisServer redis = new RedisServer(List.of(options));
    redis.start();
    return redis;
  }

  /** Where it answers, on this machine. */
  public int port() {
    return process.port();
  }

  /** The same as a URI. */
  public String uri() {
    return "redis://127.0.0.1:" + port();
  }

  /** Starts the process and waits until it answers. */
  public void start() {
    launch();
    process.awaitAnswer();
  }

  /** Starts the process. */
  public void launch() {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--port", "" + port(), "--bind", "127.0.0.1", "--save", ""));
    arguments.addAll(List.of("--dir", process.directory().toString()));
    if (RedisBinary.isSeven()) {
      arguments.addAll(List.of("--enable-debug-command", "yes"));
    }
    for (int i = 0; i < options.size(); i += 2) {
      arguments.add("--" + options.get(i));
      arguments.add(options.get(i + 1));
    }
    process.launch(arguments);
  }

  /** Kills the process as with {@code kill -9}. */
  public void kill() {
    process.kill();
  }

  /** Freezes the process: it keeps its sockets and does nothing. For systems with POSIX signals. */
  public void stop() {
    process.signal("STOP");
  }

  /** Lets it go on. */
  public void resume() {
    process.signal("CONT");
  }

  /** Answers no client for a while, as during a slow script. */
  public void pause(Duration duration) {
    command("CLIENT", "PAUSE", "" + duration.toMillis());
  }

  /** Deletes what the server would read at its next start. */
  public void wipe() {
    process.wipe();
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
    try (Stream<Path> files = Files.walk(process.directory())) {
      return files
          .filter(path -> path.toString().matches(".*(appendonly|incr)\\.aof"))
          .max(Comparator.comparing(path -> path.toFile().lastModified()))
          .orElseThrow(() -> new IllegalStateException("no append-only file"))
          .toFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends one command over a connection of its own; the raw reply, whole. */
  public String command(String... parts) {
    return process.command(parts);
  }

  @Override
  public void close() {
    process.close();
  }
}
