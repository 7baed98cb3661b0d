// SPDX-License-Identifier: Apache-2.0
/**
 * How clients lose what they were admitted to, on all nodes, while they may be about to get it. The
 * doors are {@link io.meshrt.server.internal.revocation.Revocations} and {@link
 * io.meshrt.server.internal.revocation.Attempt}.
 */
@NullMarked
package io.meshrt.server.internal.revocation;

import org.jspecify.annotations.NullMarked;
