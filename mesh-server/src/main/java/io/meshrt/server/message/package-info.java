// SPDX-License-Identifier: Apache-2.0
/** Messages to identities, connections, rooms and everyone, as applications send them. */
@NullMarked
package io.meshrt.server.message;

import org.jspecify.annotations.NullMarked;
