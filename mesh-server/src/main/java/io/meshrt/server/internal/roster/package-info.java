// SPDX-License-Identifier: Apache-2.0
/**
 * This node's open sessions as members of groups of the cluster. The door is {@link
 * io.meshrt.server.internal.roster.Roster}.
 */
@NullMarked
package io.meshrt.server.internal.roster;

import org.jspecify.annotations.NullMarked;
