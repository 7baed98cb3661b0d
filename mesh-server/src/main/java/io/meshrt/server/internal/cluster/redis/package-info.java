// SPDX-License-Identifier: Apache-2.0
/**
 * The cluster of many processes that share a Redis: one server, sentinels, or a Redis Cluster.
 *
 * <p>The doors are {@link io.meshrt.server.internal.cluster.redis.RedisSettings} and {@link
 * io.meshrt.server.internal.cluster.redis.RedisCluster}. Nothing else in the server knows Redisson.
 */
@NullMarked
package io.meshrt.server.internal.cluster.redis;

import org.jspecify.annotations.NullMarked;
