// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A process of the Redis binary, with a port and a directory that outlive it. */
final class RedisProcess implements AutoCloseable {
  private static final Random RANDOM = new Random();
  private static final String QUIT = "+OK\r\n"; // the answer to it

  private final int port = freePort();
  private final Path directory;
  private @Nullable Process process;

  RedisProcess() {
    try {
      directory = Files.createTempDirectory("mesh-redis");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  Path directory() {
    return directory;
  }

  void launch(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(RedisBinary.path());
    command.addAll(arguments);
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

  void awaitAnswer() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptions()
        .until(() -> command("PING").matches("(?s)(\\+PONG|-NOAUTH).*"));
  }

  void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      running.onExit().join();
    }
  }

  void signal(String name) {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + name, Long.toString(running.pid())).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill -" + name + " " + running.pid() + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  String command(String... parts) {
    StringBuilder request = new StringBuilder("*" + parts.length + "\r\n");
    for (String part : parts) {
      request.append('$').append(part.getBytes(UTF_8).length).append("\r\n");
      request.append(part).append("\r\n");
    }
    request.append("QUIT\r\n");
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2_000);
      socket.setSoTimeout(15_000);
      socket.getOutputStream().write(request.toString().getBytes(UTF_8));
      String reply = new String(socket.getInputStream().readAllBytes(), UTF_8);
      return reply.endsWith(QUIT) ? reply.substring(0, reply.length() - QUIT.length()) : reply;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void wipe() {
    delete(directory.toFile().listFiles());
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
