// SPDX-License-Identifier: Apache-2.0
/** Sending to the clients of a cluster from programs that serve none. */
@NullMarked
package io.meshrt.server.dispatch;

import org.jspecify.annotations.NullMarked;
