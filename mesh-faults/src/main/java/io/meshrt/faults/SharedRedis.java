// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import java.io.File;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The Redis for tests that leave it alone, one for the whole run: {@code MESH_TEST_REDIS_URL} if it
 * is set; a container if there is a Docker engine; else a process of this machine. Tests keep apart
 * by prefix.
 */
public final class SharedRedis {
  private static final Logger log = LoggerFactory.getLogger(SharedRedis.class);
  private static final int PORT = 6379;

  private SharedRedis() {}

  /** Where it answers. */
  public static String uri() {
    return Optional.ofNullable(System.getenv("MESH_TEST_REDIS_URL"))
        .orElseGet(() -> hasDocker() ? Container.URI.orElseGet(() -> Own.URI) : Own.URI);
  }

  /** Looks without asking: the search of the library for an engine takes seconds. */
  private static boolean hasDocker() {
    return System.getenv("DOCKER_HOST") != null || new File("/var/run/docker.sock").exists();
  }

  private static final class Container {
    static final Optional<String> URI = start();

    /** Empty, and said so, when the engine cannot run it: an image that cannot be had, perhaps. */
    private static Optional<String> start() {
      GenericContainer<?> redis =
          new GenericContainer<>(DockerImageName.parse("redis:7.2-alpine")).withExposedPorts(PORT);
      try {
        redis.start(); // ended by the library with this JVM
        return Optional.of("redis://" + redis.getHost() + ":" + redis.getMappedPort(PORT));
      } catch (RuntimeException e) {
        log.warn("no Redis in a container, using a process of this machine: {}", e.getMessage());
        return Optional.empty();
      }
    }
  }

  private static final class Own {
    static final String URI = start();

    private static String start() {
      if (!hasDocker()) {
        log.info("no Docker engine, so no Redis in a container: using a process of this machine");
      }
      RedisServer redis = RedisServer.started();
      Runtime.getRuntime().addShutdownHook(new Thread(redis::close));
      return redis.uri();
    }
  }
}
