// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.inbox;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.internal.channel.Asking;
import io.meshrt.core.codec.RawJson;
import java.util.function.Supplier;

/**
 * Asks for the inbox of whoever the client is. A client that comes back as somebody else gets
 * another inbox, and begins where its device has come to in that one. Owned by the state thread.
 */
final class InboxAsking implements Asking {
  private final InboxCalls calls;
  private final Supplier<String> identity;
  private final Runnable onAnother;
  private String accepted = "";

  /**
   * Not asked yet.
   *
   * @param identity of the connection made last
   * @param onAnother told when the inbox is another one from now on
   */
  InboxAsking(InboxCalls calls, Supplier<String> identity, Runnable onAnother) {
    this.calls = calls;
    this.identity = identity;
    this.onAnother = onAnother;
  }

  @Override
  public boolean beginsWithUnread() {
    return true;
  }

  @Override
  public void onAccepted() {
    accepted = identity.get();
  }

  @Override
  public boolean beginsAnew() {
    return !identity.get().equals(accepted);
  }

  @Override
  public void onBeginningAnew() {
    accepted = identity.get();
    onAnother.run();
  }

  @Override
  public RawJson subscribe(SubscribeOptions unused) {
    return calls.subscribe();
  }

  @Override
  public RawJson resume(ChannelPosition position, long timeMillis) {
    return calls.resume(position, timeMillis);
  }
}
