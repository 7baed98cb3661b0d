// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

/**
 * What became of the records of stores.
 *
 * @param restored written, or deleted, in the cluster as the store has it
 * @param current left alone, because what the cluster has is as new or newer, or their time to live
 *     has run out
 * @param refused cannot be records: no JSON, beyond the limits, without a version. A warning is
 *     logged
 */
public record RestoreResult(long restored, long current, long refused) {}
