// SPDX-License-Identifier: Apache-2.0
/** Tests of the frames, and streams for tests that send them over sockets. */
@NullMarked
package io.meshrt.core.internal.websocket;

import org.jspecify.annotations.NullMarked;
