// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.presence;

import io.meshrt.client.presence.StateOptions;
import io.meshrt.core.codec.RawJson;
import org.jspecify.annotations.Nullable;

/**
 * What the application published about itself in one room, until it clears it or leaves; what it
 * publishes then is another one. Owned by the state thread.
 */
final class PublishedState {
  final String room;
  private int publishing;
  private boolean ended;
  private @Nullable RawJson state; // the one accepted last
  private StateOptions options = StateOptions.defaults();
  private long expiresAtNanos;

  PublishedState(String room) {
    this.room = room;
  }

  void onPublishing() {
    publishing++;
  }

  void onPublished(RawJson accepted, StateOptions with, long nowNanos) {
    publishing--;
    if (!ended) {
      state = accepted;
      options = with;
      expiresAtNanos = nowNanos + with.expireAfter().map(d -> d.toNanos()).orElse(0L);
    }
  }

  void onPublishFailed() {
    publishing--;
  }

  /** Nothing of it is to be published again. */
  void end() {
    ended = true;
    state = null;
  }

  /** Whether there is nothing to remember. */
  boolean idle() {
    return publishing == 0 && state == null;
  }

  void forget() {
    state = null;
  }

  /** What belongs on a new connection; null when there is nothing, or it has expired. */
  @Nullable RawJson state(long nowNanos) {
    return options.expireAfter().isPresent() && remainingMillis(nowNanos) < 1 ? null : state;
  }

  /** How long the server is to keep it; 0 without end. */
  long remainingMillis(long nowNanos) {
    return options.expireAfter().isEmpty() ? 0 : (expiresAtNanos - nowNanos) / 1_000_000;
  }

  boolean silent() {
    return options.silent();
  }
}
