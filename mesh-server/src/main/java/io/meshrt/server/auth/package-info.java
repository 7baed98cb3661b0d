// SPDX-License-Identifier: Apache-2.0
/** Who may connect: the hooks an application writes, and the identity they establish. */
@NullMarked
package io.meshrt.server.auth;

import org.jspecify.annotations.NullMarked;
