// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

/**
 * Work that no worker of the group will get: it waited for longer than it is kept, was pushed out
 * by newer work, or Redis lost it. Commands among it fail at their clients; events of connections
 * are missing.
 *
 * @param group whose work it is
 * @param partition 0 to 15, which part of it
 * @param count how much is missing; 0 when that is not known, or perhaps nothing is
 */
public record WorkGap(String group, int partition, long count) {}
