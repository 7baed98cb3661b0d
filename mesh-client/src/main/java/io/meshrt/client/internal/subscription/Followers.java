// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.subscription;

import io.meshrt.core.codec.RawJson;

/** Who shares a subscription. Used on the state thread. */
public interface Followers {
  /** Whether somebody waits for the subscription. */
  boolean anyWaiting();

  /** Whether somebody uses it. */
  boolean anyPresent();

  /** It is asked for now; gives the payload. */
  RawJson onSubscribing();

  /** The server accepted; whoever waited is present now. */
  void onSubscribed(RawJson reply);

  /** It did not; nobody waits any more, and nobody is present. */
  void onNotSubscribed(RuntimeException failure);

  /** It is asked for again, mostly on a new connection. */
  default void onRestoring() {}

  /** The payload of that; asked when the call is about to be made. */
  RawJson resuming();

  /** The server accepted again. */
  void onRestored(RawJson reply);

  /** It did not, for good; {@link #onEnded} follows. */
  default void onRefused(RuntimeException failure) {}

  /** Nothing more will come; nobody is present any more. */
  void onEnded();

  /** Nobody needs it, and the server knows that. */
  void onIdle();
}
