// SPDX-License-Identifier: Apache-2.0
/** Small, strict stand-ins for time, threads and sockets. */
@NullMarked
package io.meshrt.server.fakes;

import org.jspecify.annotations.NullMarked;
