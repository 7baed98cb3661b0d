// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import io.meshrt.client.ClientError;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.dialect.ChannelItem;
import io.meshrt.client.internal.dialect.ChannelPage;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.client.internal.subscription.Followers;
import io.meshrt.client.internal.subscription.SharedSubscription;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** All who follow one channel, and the subscription they share. Owned by the state thread. */
final class ChannelLine implements Followers {
  private final BuiltIns builtIns;
  private final String channel;
  private final Consumer<ChannelLine> onIdle;
  private final SharedSubscription subscription;
  private final ArrayDeque<Newcomer> waiting = new ArrayDeque<>();
  private final List<Follower> followers = new ArrayList<>();
  private Asking asking;

  /** Everything up to here has come, or was asked for. */
  private ChannelPosition cursor = ChannelPosition.NONE;

  /** Where the subscription under way was asked to go on. */
  private ChannelPosition asked = ChannelPosition.NONE;

  /**
   * A channel nobody follows yet.
   *
   * @param onIdle told when nobody follows it any more and the server knows it
   */
  ChannelLine(BuiltIns builtIns, String channel, Consumer<ChannelLine> onIdle) {
    this.builtIns = builtIns;
    this.channel = channel;
    this.onIdle = onIdle;
    this.asking = Asking.of(channel);
    this.subscription =
        new SharedSubscription(
            builtIns,
            new SharedSubscription.Subject(
                ClientError.Subject.CHANNEL,
                channel,
                Names.SUBSCRIBE_CHANNEL,
                Names.UNSUBSCRIBE_CHANNEL,
                ChannelCalls.channel(channel)),
            this);
  }

  String channel() {
    return channel;
  }

  /** Somebody wants to follow. */
  void add(Newcomer newcomer) {
    RuntimeException refusal = builtIns.refusal();
    if (refusal != null) {
      newcomer.onFailure(refusal);
    } else if (newcomer.asking().beginsWithUnread() && (anyWaiting() || anyPresent())) {
      newcomer.onFailure(CommandException.conflict("It is open."));
    } else if (subscription.accepted()) {
      join(newcomer);
    } else {
      waiting.add(newcomer);
    }
    subscription.reconcile();
  }

  /** Somebody follows no more, or does not want to any more. */
  void remove(Newcomer newcomer) {
    newcomer.follower().stop();
    waiting.remove(newcomer);
    followers.remove(newcomer.follower());
    subscription.reconcile();
  }

  void onMessage(ChannelItem item) {
    if (item.position().isNumbered()) {
      cursor = item.position();
    }
    present().forEach(follower -> follower.onMessage(item));
  }

  void onGap(ChannelPosition next) {
    cursor = next;
    present().forEach(follower -> follower.onGap(next));
  }

  /** The server ended the subscription. */
  void onRevoked() {
    subscription.onEnded();
  }

  /** There is a new connection. */
  void restore() {
    subscription.restore();
  }

  private List<Follower> present() {
    return List.copyOf(followers);
  }

  /** A follower of what the server sends already; the past it asks for by itself. */
  private void join(Newcomer newcomer) {
    if (newcomer.asking().beginsWithUnread()) {
      newcomer.onFailure(CommandException.conflict("It is being closed."));
      return;
    }
    Follower follower = newcomer.follower();
    followers.add(follower);
    SubscribeOptions options = newcomer.options();
    if (options.historyLimit() == 0 && !options.followsPast()) {
      follower.beginBehind(cursor, List.of());
      if (subscription.restoring()) {
        follower.onReconnecting();
      }
      newcomer.onAccepted(List.of());
      return;
    }
    builtIns.call(
        channel,
        Names.GET_CHANNEL_HISTORY,
        ChannelCalls.past(channel, options),
        new Call.Outcome() {
          @Override
          public void onReply(RawJson payload) {
            if (followers.contains(follower)) {
              newcomer.begin(page(payload));
            } else {
              newcomer.onFailure(CommandException.accessDenied("The subscription was ended."));
            }
          }

          @Override
          public void onFailure(RuntimeException failure) {
            newcomer.onFailure(failure);
            followers.remove(follower);
            subscription.reconcile();
          }
        });
  }

  private ChannelPage page(RawJson reply) {
    return ChannelPage.read(reply, builtIns.newestFirst());
  }

  // What the subscription needs

  @Override
  public boolean anyWaiting() {
    return !waiting.isEmpty();
  }

  @Override
  public boolean anyPresent() {
    return !followers.isEmpty();
  }

  /** Asks for what the first one wants of the past. */
  @Override
  public RawJson onSubscribing() {
    Newcomer first = waiting.element();
    followers.add(first.follower());
    asking = first.asking();
    return asking.subscribe(first.options());
  }

  @Override
  public void onSubscribed(RawJson reply) {
    ChannelPage page = page(reply);
    cursor = page.head();
    asking.onAccepted();
    Newcomer first = waiting.peek();
    if (first != null && followers.contains(first.follower())) {
      waiting.remove();
      first.begin(page);
    }
    List<Newcomer> others = List.copyOf(waiting);
    waiting.clear();
    others.forEach(this::join);
  }

  @Override
  public void onNotSubscribed(RuntimeException failure) {
    followers.clear();
    List<Newcomer> failed = List.copyOf(waiting);
    waiting.clear();
    failed.forEach(newcomer -> newcomer.onFailure(failure));
  }

  @Override
  public void onRestoring() {
    followers.forEach(Follower::onReconnecting);
  }

  @Override
  public RawJson resuming() {
    if (asking.beginsAnew()) {
      followers.forEach(Follower::forget); // before: what was theirs is not to count as new
      asking.onBeginningAnew();
    }
    if (!asking.beginsWithUnread() || followers.isEmpty()) {
      asked = cursor;
      return asking.resume(cursor, -1);
    }
    Follower alone = followers.get(0);
    asked = alone.cursor(); // what lies between this and the other one has not come yet
    return asking.resume(asked, alone.cursorMillis());
  }

  @Override
  public void onRestored(RawJson reply) {
    ChannelPage page = page(reply);
    cursor = page.head();
    asking.onAccepted();
    present().forEach(follower -> follower.onReconnected(asked, page));
  }

  @Override
  public void onEnded() {
    List<Follower> ended = present();
    followers.clear();
    ended.forEach(Follower::end);
  }

  @Override
  public void onIdle() {
    onIdle.accept(this);
  }
}
