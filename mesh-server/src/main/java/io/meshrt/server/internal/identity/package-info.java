// SPDX-License-Identifier: Apache-2.0
/**
 * Who is online. The doors are {@link io.meshrt.server.internal.identity.IdentityFeature}, for a
 * node, and {@link io.meshrt.server.internal.identity.IdentityReader}, for whoever can ask the
 * cluster.
 */
@NullMarked
package io.meshrt.server.internal.identity;

import org.jspecify.annotations.NullMarked;
