// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.redisson.api.RedissonClient;
import org.redisson.api.redisnode.RedisClusterMaster;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.cluster.ClusterSlotRange;

/**
 * Finds for each master a hash tag whose slot it serves. Blocks: for the connecting thread only.
 */
final class Masters {
  private static final int TAGS = 4_096;

  private Masters() {}

  static Set<String> tags(RedissonClient redisson, boolean cluster) {
    if (!cluster) {
      return Set.of("p0");
    }
    RedisClusterMaster any =
        redisson.getRedisNodes(RedisNodes.CLUSTER).getMasters().iterator().next();
    Map<Set<String>, String> tagByMaster = new HashMap<>();
    Map<ClusterSlotRange, Set<String>> ranges = any.clusterSlots();
    Set<Set<String>> masters = Set.copyOf(ranges.values());
    for (int i = 0; i < TAGS && tagByMaster.size() < masters.size(); i++) {
      String tag = "p" + i;
      int slot = redisson.getKeys().getSlot("{" + tag + "}");
      ranges.forEach(
          (range, addresses) -> {
            if (range.getStartSlot() <= slot && slot <= range.getEndSlot()) {
              tagByMaster.putIfAbsent(addresses, tag);
            }
          });
    }
    return Set.copyOf(tagByMaster.values());
  }
}
