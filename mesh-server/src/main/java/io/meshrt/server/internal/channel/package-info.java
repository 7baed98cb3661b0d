// SPDX-License-Identifier: Apache-2.0
/**
 * Channels for applications and clients. The door is {@link
 * io.meshrt.server.internal.channel.ChannelFeature}.
 */
@NullMarked
package io.meshrt.server.internal.channel;

import org.jspecify.annotations.NullMarked;
