// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Someone in a group.
 *
 * @param id unique in the group
 * @param owner the life of the node that answers for the member
 * @param version of the value; {@link Version#ABSENT} if none was ever set
 * @param value what was attached, if anything
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
public record Member(String id, NodeId owner, Version version, byte @Nullable [] value) {}
