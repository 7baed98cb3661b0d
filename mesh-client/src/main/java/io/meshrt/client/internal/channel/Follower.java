// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import io.meshrt.client.ClientError;
import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.channel.SubscriptionState;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.dialect.ChannelItem;
import io.meshrt.client.internal.dialect.ChannelPage;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.ErrorCode;
import java.util.List;

/**
 * One listener's place in a channel: it gets every message behind its cursor once, in order, or is
 * told of a gap. Owned by the state thread, but for what says otherwise.
 *
 * <pre>
 *      .---the mailbox is full---> LAGGING -the mailbox is empty-.
 *      |                              ^                          v
 *    LIVE --a new connection----------|--------------------> CATCHING_UP
 *      ^                              '--the mailbox is full-----|
 *      '-----------------------nothing is missing any more-------'
 * </pre>
 *
 * While catching up it reads the history behind its cursor, page by page, and holds what comes
 * live. While lagging it lets everything pass: the history has it. Numbers that are left out are no
 * gap: the server does not send everybody everything, and says itself what it lost.
 */
final class Follower {
  private final BuiltIns builtIns;
  private final String channel;
  private final Mailbox<?> mailbox;
  private final Held held = new Held();

  /** False while the past has been asked for with which it begins. */
  private boolean begun;

  /** Whether the history is read from a store that may keep more than the channel. */
  private boolean stored;

  /** Epoch of what came last; that of the cursor may have been read before anything came. */
  private String heard = "";

  private boolean heardUnnumbered;
  private boolean recovering;
  private long recovered;
  private int reads;
  private volatile ChannelPosition cursor = ChannelPosition.NONE;

  /** Of the message there; negative when it is not known. */
  private long cursorMillis = -1;

  private volatile SubscriptionState state = SubscriptionState.CATCHING_UP;

  Follower(BuiltIns builtIns, String channel, Mailbox<?> mailbox) {
    this.builtIns = builtIns;
    this.channel = channel;
    this.mailbox = mailbox;
  }

  /** Any thread. */
  ChannelPosition cursor() {
    return cursor;
  }

  /** When the message there was accepted, on the server's clock; negative when not known. */
  long cursorMillis() {
    return cursorMillis;
  }

  private void moveTo(ChannelPosition position, long timeMillis) {
    cursor = position;
    cursorMillis = timeMillis;
  }

  /** Any thread. */
  SubscriptionState state() {
    return state;
  }

  /**
   * Begins with what comes behind a position.
   *
   * @param before what is told before that, newest first
   */
  void beginBehind(ChannelPosition position, List<ChannelItem> before) {
    begun = true;
    for (int i = before.size() - 1; i >= 0; i--) {
      if (!deliver(before.get(i))) {
        return;
      }
    }
    moveTo(position, -1);
    takeHeld();
  }

  /** Begins with the past. */
  void beginWith(ChannelPage page, SubscribeOptions options) {
    begun = true;
    moveTo(page.after().isNumbered() ? page.after() : options.from(), -1);
    stored = !cursor.isNumbered();
    take(page);
  }

  /** A message came. */
  void onMessage(ChannelItem item) {
    onLive(item);
  }

  /** The server has lost messages; what comes next follows the position. */
  void onGap(ChannelPosition next) {
    onLive(next);
  }

  private void onLive(Object item) {
    switch (state) {
      case LIVE -> handle(item);
      case CATCHING_UP -> held.add(item, cursor);
      case LAGGING -> held.onLost(item, cursor);
      case ENDED -> {}
    }
  }

  private void handle(Object item) {
    ChannelPosition position = Held.positionOf(item);
    boolean foreign = Held.isOfAnotherEpoch(position, cursor);
    if (foreign && (item instanceof ChannelItem || !cursor.epoch().equals(heard))) {
      // of an epoch before that of the cursor, or behind it: the channel knows
      held.addFirst(item);
      state = SubscriptionState.CATCHING_UP;
      read();
      return;
    }
    heard = position.epoch();
    boolean known = position.sameEpoch(cursor) && position.offset() <= cursor.offset();
    if (!known && item instanceof ChannelItem message) {
      deliver(message);
    } else if (!known) {
      tellGap(position);
    }
  }

  private boolean deliver(ChannelItem message) {
    if (!mailbox.offer(message)) {
      lag(message);
      return false;
    }
    if (message.position().isNumbered()) {
      moveTo(message.position(), message.timeMillis());
    } else {
      heardUnnumbered = true;
    }
    return true;
  }

  private void lag(ChannelItem refused) {
    state = SubscriptionState.LAGGING;
    held.onLost(refused, cursor);
    held.drop(cursor);
    mailbox.whenEmpty(() -> builtIns.loop().execute(this::onDrained));
  }

  private void onDrained() {
    if (state == SubscriptionState.LAGGING) {
      state = SubscriptionState.CATCHING_UP;
      read();
    }
  }

  private void tellGap(ChannelPosition next) {
    mailbox.tellGap(new ChannelGap(cursor, next));
    moveTo(next, -1);
    recovering = false;
  }

  /** There is a new connection, on which the channel is being subscribed to. */
  void onReconnecting() {
    if (begun && state != SubscriptionState.ENDED) {
      recovered = recovering ? recovered : 0;
      recovering = true;
      reads++;
      held.mark();
      if (state == SubscriptionState.LIVE) {
        state = SubscriptionState.CATCHING_UP;
      }
    }
  }

  /**
   * The subscription is in place on the new connection.
   *
   * @param asked the position that it was made with
   */
  void onReconnected(ChannelPosition asked, ChannelPage page) {
    if (!begun || state == SubscriptionState.ENDED) {
      return;
    }
    boolean taken = state == SubscriptionState.CATCHING_UP && cursor.equals(asked);
    if (!taken && page.answersPosition() && !page.recovered()) {
      held.onGap(); // a page that is read later need not tell it again
    }
    boolean hadNoNumbers = !cursor.isNumbered() && page.head().isNumbered();
    if (state == SubscriptionState.LAGGING) {
      return;
    }
    if (hadNoNumbers && page.after().isNumbered()) {
      moveTo(page.after(), -1);
      take(page);
    } else if (hadNoNumbers) {
      readFromTheBeginning(page.head().epoch());
    } else if (taken) {
      take(page);
    } else {
      read();
    }
  }

  /** What is followed is something else from now on. */
  void forget() {
    moveTo(ChannelPosition.NONE, -1);
    heard = "";
    heardUnnumbered = false;
    recovering = false;
    reads++;
    held.clear();
    mailbox.clear();
    if (state == SubscriptionState.LAGGING) {
      state = SubscriptionState.CATCHING_UP;
    }
  }

  /** The channel has numbers since the connection was lost: what has them can be read. */
  private void readFromTheBeginning(String epoch) {
    ChannelPosition beginning = new ChannelPosition(epoch, 0);
    if (heardUnnumbered) {
      tellGap(beginning);
    }
    moveTo(beginning, -1);
    read();
  }

  /** Reads what follows the cursor. */
  private void read() {
    reads++;
    int number = reads;
    held.mark();
    if (!cursor.isNumbered()) {
      takeHeld();
      return;
    }
    builtIns.call(
        channel,
        Names.GET_CHANNEL_HISTORY,
        ChannelCalls.following(channel, cursor, stored),
        new Call.Outcome() {
          @Override
          public void onReply(RawJson payload) {
            if (isCurrent(number)) {
              take(ChannelPage.read(payload, builtIns.newestFirst()));
            }
          }

          @Override
          public void onFailure(RuntimeException failure) {
            if (isCurrent(number)) {
              onReadFailed(number, failure);
            }
          }
        });
  }

  private boolean isCurrent(int number) {
    return number == reads && state == SubscriptionState.CATCHING_UP;
  }

  private void onReadFailed(int number, RuntimeException failure) {
    if (BuiltIns.isOneOf(failure, ErrorCode.CONNECTION_LOST, ErrorCode.CLOSED)) {
      return; // the next connection begins anew
    }
    if (BuiltIns.isPassing(failure) || BuiltIns.isOneOf(failure, ErrorCode.LIMIT)) {
      builtIns.loop().schedule(BuiltIns.RETRY_DELAY, () -> readAgain(number));
      return;
    }
    builtIns
        .errors()
        .report(
            ClientError.Kind.GAP,
            ClientError.Subject.CHANNEL,
            channel,
            "What was missed cannot be read: " + failure.getMessage(),
            failure);
    tellGap(ChannelPosition.NONE);
    takeHeld();
  }

  private void readAgain(int number) {
    if (isCurrent(number)) {
      read();
    }
  }

  /** Takes what follows the cursor. */
  private void take(ChannelPage page) {
    boolean lost = held.takeLost();
    if (lost || !page.recovered()) {
      tellGap(page.start());
    }
    for (ChannelItem item : page.following()) {
      boolean known =
          item.position().sameEpoch(cursor) && item.position().offset() <= cursor.offset();
      if (!known && !deliver(item)) {
        return;
      }
      recovered += known ? 0 : 1;
    }
    boolean more = page.more() && !page.following().isEmpty();
    if (!more) {
      stored = false;
      endWith(page);
    }
    if (more || held.takeOverflowed()) {
      read();
    } else {
      takeHeld();
    }
  }

  private void endWith(ChannelPage page) {
    ChannelPosition head = page.head();
    if (head.isNumbered() && (!head.equals(cursor) || cursorMillis < 0)) {
      moveTo(head, page.headMillis());
    }
  }

  /** Nothing that can be read is missing before what is held. */
  private void takeHeld() {
    state = SubscriptionState.LIVE;
    held.dropOlderThan(cursor);
    if (held.takeLost()) {
      tellGap(cursor);
    }
    if (recovering) {
      recovering = false;
      mailbox.tellRecovered(recovered);
    }
    while (state == SubscriptionState.LIVE) {
      Object item = held.poll();
      if (item == null) {
        return;
      }
      handle(item);
    }
  }

  /** The server sends nothing more; the listener is told. */
  void end() {
    if (begun) {
      mailbox.end();
    }
    stop();
  }

  /** The listener wants nothing more. */
  void stop() {
    state = SubscriptionState.ENDED;
    held.drop(cursor);
  }

  /** The listener gets nothing more from now on. Any thread. */
  void silence() {
    mailbox.close();
  }
}
