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
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Tells the server what the listener has handled, cumulatively: one call at a time, but for the
 * last one, which does not wait. It is made again when its outcome is not known. Owned by the state
 * thread, but for what says otherwise.
 */
final class Acknowledgements {
  private final BuiltIns builtIns;
  private final InboxCalls calls;
  private final InboxOptions options;
  private Place handled = Place.NONE;
  private Place sent = Place.NONE;
  private Place settled = Place.NONE;
  private int unsent;
  private int underWay;
  private boolean over;
  private boolean refused;
  private Loop.@Nullable Timer timer;
  private @Nullable Runnable onSettled;

  /** Grows when the inbox becomes another one. */
  private final AtomicInteger life = new AtomicInteger();

  /** Of a message, or a gap, whose time is not known. */
  private record Place(ChannelPosition position, long timeMillis) {
    static final Place NONE = new Place(ChannelPosition.NONE, -1);
  }

  Acknowledgements(BuiltIns builtIns, InboxCalls calls, InboxOptions options) {
    this.builtIns = builtIns;
    this.calls = calls;
    this.options = options;
  }

  /** Which inbox it is, counted, for those who give the listener something. Any thread. */
  int life() {
    return life.get();
  }

  /**
   * The listener is done with everything up to here. Any thread.
   *
   * @param timeMillis of the message there; negative when not known
   * @param of the {@link #life} in which it was given
   */
  void onHandled(ChannelPosition position, long timeMillis, int of) {
    builtIns.loop().execute(() -> take(new Place(position, timeMillis), of));
  }

  private void take(Place place, int of) {
    if (!place.position().isNumbered() || of != life.get()) {
      return;
    }
    handled = place;
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
    if (underWay > 0 && (!over || handled.equals(sent))) {
      return;
    }
    if (handled.equals(settled) || builtIns.refusal() != null) {
      settle();
      return;
    }
    Place place = handled;
    sent = place;
    unsent = 0;
    underWay++;
    builtIns.call(
        Names.INBOX,
        Names.ACKNOWLEDGE_INBOX,
        calls.acknowledgement(place.position(), place.timeMillis()),
        new Call.Outcome() {
          @Override
          public void onReply(RawJson payload) {
            onAnswer(place);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            onNotSent(place, failure);
          }
        });
  }

  private void onAnswer(Place answered) {
    underWay--;
    if (!answered.equals(sent)) {
      onOutdated();
      return;
    }
    refused = false;
    settled = answered;
    if (over || onSettled != null || unsent >= options.acknowledgedMessages()) {
      send();
    } else {
      sendLater(options.acknowledgedWithin()); // what was handled meanwhile
    }
  }

  /** A later one tells as much, or it is of another inbox; unless that one was not sent. */
  private void onOutdated() {
    if (underWay == 0 && (over || onSettled != null)) {
      send();
    }
  }

  private void onNotSent(Place unsettled, RuntimeException failure) {
    underWay--;
    if (!unsettled.equals(sent)) {
      onOutdated();
      return;
    }
    if (BuiltIns.isOneOf(failure, ErrorCode.CONNECTION_LOST, ErrorCode.CLOSED)) {
      settle(); // the next connection begins with it
    } else if (BuiltIns.isPassing(failure)) {
      settle();
      sendLater(BuiltIns.RETRY_DELAY);
    } else {
      onRefused(unsettled, failure);
    }
  }

  /** Told once; tried again with what is handled next, on the next connection, and at the end. */
  private void onRefused(Place unsettled, RuntimeException failure) {
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
      settled = unsettled;
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

  /** The inbox is another one, of which nothing was handled. */
  void forget() {
    life.incrementAndGet();
    handled = Place.NONE;
    sent = Place.NONE;
    settled = Place.NONE;
    unsent = 0;
  }

  boolean isOver() {
    return over && underWay == 0 && handled.equals(settled);
  }
}
