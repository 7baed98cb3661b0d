// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import io.meshrt.client.channel.ChannelListener;

/**
 * A listener that has successors: what waits for one is given to it, also when the next one is
 * there by then.
 *
 * @param <T> of the messages
 */
public interface Successive<T> extends ChannelListener<T> {
  /** The one that is there now. Any thread; does not block. */
  ChannelListener<T> present();
}
