// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.inbox;

import io.meshrt.client.ClientError;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.loop.Loop;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells the server what the listener has handled, cumulatively: one call at a time, which is made
 * again when its outcome is not known. Owned by the state thread, but for what says otherwise.
 */
final class Acknowledgements {
  private final BuiltIns builtIns;
  private final InboxCalls calls;
  private final InboxOptions options;
  private ChannelPosition handled = ChannelPosition.NONE;
  private ChannelPosition settled = ChannelPosition.NONE;
  private int unsent;
  private boolean underWay;
  private boolean over;
  private boolean refused;
  private Loop.@Nullable Timer timer;
  private @Nullable Runnable onSettled;

  Acknowledgements(BuiltIns builtIns, InboxCalls calls, InboxOptions options) {
    this.builtIns = builtIns;
    this.calls = calls;
    this.options = options;
  }

  /** The listener is done with everything up to here. Any thread. */
  void onHandled(ChannelPosition position) {
    builtIns.loop().execute(() -> take(position));
  }

  private void take(ChannelPosition position) {
    if (!position.isNumbered()) {
      return;
    }
    handled = position;
    unsent++;
    if (over || unsent >= options.acknowledgedMessages()) {
      send();
    } else {
      sendLater(options.acknowledgedWithin());
    }
  }

  private void onTime() {
    timer = null;
    send();
  }

  /** What was handled is told once the subscription has been put back, which is under way. */
  void onConnected() {
    sendLater(options.acknowledgedWithin());
  }

  private void sendLater(Duration delay) {
    if (timer == null && !handled.equals(settled)) {
      timer = builtIns.loop().schedule(delay, this::onTime);
    }
  }

  private void send() {
    Loop.Timer waiting = timer;
    timer = null;
    if (waiting != null) {
      waiting.cancel();
    }
    if (underWay) {
      return;
    }
    if (handled.equals(settled) || builtIns.refusal() != null) {
      settle();
      return;
    }
    ChannelPosition sent = handled;
    unsent = 0;
    underWay = true;
    builtIns.call(
        Names.INBOX,
        Names.ACKNOWLEDGE_INBOX,
        calls.acknowledgement(sent),
        new Call.Outcome() {
          @Override
          public void onReply(RawJson payload) {
            onAnswer(sent);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            onNotSent(sent, failure);
          }
        });
  }

  private void onAnswer(ChannelPosition sent) {
    underWay = false;
    refused = false;
    settled = sent;
    if (over || onSettled != null || unsent >= options.acknowledgedMessages()) {
      send();
    } else {
      sendLater(options.acknowledgedWithin()); // what was handled meanwhile
    }
  }

  private void onNotSent(ChannelPosition sent, RuntimeException failure) {
    underWay = false;
    if (BuiltIns.isOneOf(failure, ErrorCode.CONNECTION_LOST, ErrorCode.CLOSED)) {
      settle(); // the next connection begins with it
    } else if (BuiltIns.isPassing(failure)) {
      settle();
      sendLater(BuiltIns.RETRY_DELAY);
    } else {
      onRefused(sent, failure);
    }
  }

  /** Told once; tried again with what is handled next, on the next connection, and at the end. */
  private void onRefused(ChannelPosition sent, RuntimeException failure) {
    if (!refused) {
      refused = true;
      builtIns
          .errors()
          .report(
              ClientError.Kind.PROTEST,
              ClientError.Subject.CHANNEL,
              Names.INBOX,
              "What was handled was not acknowledged: " + failure.getMessage(),
              failure);
    }
    if (over) {
      settled = sent;
    }
    settle();
  }

  private void settle() {
    Runnable done = onSettled;
    onSettled = null;
    if (done != null) {
      done.run();
    }
  }

  /** Runs {@code done} once nothing more can be acknowledged now, perhaps at once. */
  void settle(Runnable done) {
    onSettled = done;
    send();
  }

  /** The subscription ends: what was handled is told, and what still will be. */
  void end() {
    over = true;
    send();
  }

  boolean isOver() {
    return over && !underWay && handled.equals(settled);
  }
}
