// SPDX-License-Identifier: Apache-2.0
/**
 * Memberships in rooms that outlive connections, kept under an identity or a token. The doors are
 * {@link io.meshrt.server.internal.membership.MembershipFeature}, for a node, and {@link
 * io.meshrt.server.internal.membership.MembershipDesk}, for whoever can ask the cluster.
 */
@NullMarked
package io.meshrt.server.internal.membership;

import org.jspecify.annotations.NullMarked;
