// SPDX-License-Identifier: Apache-2.0
/** Channels, from client to client, on one node and on several. */
@NullMarked
package io.meshrt.tests.channel;

import org.jspecify.annotations.NullMarked;
