// SPDX-License-Identifier: Apache-2.0
/**
 * Real processes and real sockets that misbehave on request: {@link io.meshrt.faults.RedisServer},
 * {@link io.meshrt.faults.RedisShards}, {@link io.meshrt.faults.RedisSentinels}, {@link
 * io.meshrt.faults.TcpProxy}.
 */
@NullMarked
package io.meshrt.faults;

import org.jspecify.annotations.NullMarked;
