// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import java.util.concurrent.ThreadLocalRandom;

class NamesOnRedisIT extends NamesSuite {
  private final String prefix = "test" + Long.toHexString(ThreadLocalRandom.current().nextLong());

  @Override
  String prefix() {
    return prefix;
  }

  @Override
  MeshServerBuilder configured(MeshServerBuilder builder) {
    return super.configured(builder).redis(RedisOptions.of(SharedRedis.uri()).withPrefix(prefix));
  }
}
