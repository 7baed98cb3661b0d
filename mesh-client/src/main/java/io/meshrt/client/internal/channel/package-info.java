// SPDX-License-Identifier: Apache-2.0
/**
 * Channels: {@link io.meshrt.client.internal.channel.ChannelLine} keeps the one subscription of a
 * channel on the server, each {@link io.meshrt.client.internal.channel.Follower} a listener's place
 * in it.
 */
@NullMarked
package io.meshrt.client.internal.channel;

import org.jspecify.annotations.NullMarked;
