// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

/**
 * What was published on a topic. The bytes are shared and never changed.
 *
 * @param position {@link Position#NONE} if the topic is not numbered
 * @param timeMillis when it was accepted, in ms since the epoch by the cluster's clock
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
public record Publication(Position position, long timeMillis, byte[] payload) {}
