// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import io.meshrt.faults.RedisShards;
import io.meshrt.server.RedisOptions;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** Two nodes on a Redis Cluster of three masters. */
@Tag("full")
@Tag("cluster")
class ShardedTwoNodesIT {
  private static final Deployment DEPLOYMENT = Deployment.redis(2, ShardedTwoNodesIT::options);

  private static RedisShards shards;

  @BeforeAll
  static void startShards() {
    shards = RedisShards.started();
  }

  @AfterAll
  static void stopShards() {
    shards.close();
  }

  private static RedisOptions options() {
    return RedisOptions.ofYaml(
        shards.uris().stream()
            .map(uri -> "    - \"" + uri + "\"\n")
            .collect(Collectors.joining("", "clusterServersConfig:\n  nodeAddresses:\n", "")));
  }

  @Nested
  class Room extends RoomSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Push extends PushSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Metadata extends MetadataSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Presence extends PresenceSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }
}
