// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.channel;

/** Where a subscription stands. */
public enum SubscriptionState {
  /** The listener is given what comes, while there is a connection. */
  LIVE,
  /** What was missed is being read. */
  CATCHING_UP,
  /** The listener is behind; when its queue is empty, what it missed is read. */
  LAGGING,
  /** Nothing more will come. */
  ENDED
}
