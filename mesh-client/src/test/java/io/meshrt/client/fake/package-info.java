// SPDX-License-Identifier: Apache-2.0
/** Stand-ins for time, sockets and servers. */
@NullMarked
package io.meshrt.client.fake;

import org.jspecify.annotations.NullMarked;
