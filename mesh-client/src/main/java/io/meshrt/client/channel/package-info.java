// SPDX-License-Identifier: Apache-2.0
/** Channels: named streams of messages, with what was missed. */
@NullMarked
package io.meshrt.client.channel;

import org.jspecify.annotations.NullMarked;
