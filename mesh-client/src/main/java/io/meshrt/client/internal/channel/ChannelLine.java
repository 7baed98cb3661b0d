// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import io.meshrt.client.ClientError;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.builtin.Restore;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.dialect.ChannelItem;
import io.meshrt.client.internal.dialect.ChannelPage;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The one subscription on the server that all followers of a channel share. Owned by the state
 * thread.
 *
 * <pre>
 * IDLE -a follower comes-> SUBSCRIBING -accepted-> SUBSCRIBED -the last one goes-> UNSUBSCRIBING
 *   ^---------refused----------'            |    ^     '-revoked-> IDLE                |
 *   ^                            reconnected v    ' accepted                           |
 *   ^---------refused------------------- RESTORING                                     |
 *   '----------------------------------------------------------------answered----------'
 * </pre>
 *
 * One call that subscribes or unsubscribes is under way at most, so what is wanted and what the
 * server has are brought together by the next answer.
 */
final class ChannelLine implements Restore {
  private final BuiltIns builtIns;
  private final String channel;
  private final Consumer<ChannelLine> onIdle;
  private final ArrayDeque<Newcomer> waiting = new ArrayDeque<>();
  private final List<Follower> followers = new ArrayList<>();
  private Phase phase = Phase.IDLE;

  /** Everything up to here has come, or was asked for. */
  private ChannelPosition cursor = ChannelPosition.NONE;

  private enum Phase {
    IDLE,
    SUBSCRIBING,
    SUBSCRIBED,
    RESTORING,
    UNSUBSCRIBING
  }

  /**
   * A channel nobody follows yet.
   *
   * @param onIdle told when nobody follows it any more and the server knows it
   */
  ChannelLine(BuiltIns builtIns, String channel, Consumer<ChannelLine> onIdle) {
    this.builtIns = builtIns;
    this.channel = channel;
    this.onIdle = onIdle;
  }

  String channel() {
    return channel;
  }

  /** Somebody wants to follow. */
  void add(Newcomer newcomer) {
    RuntimeException refusal = builtIns.refusal();
    if (refusal != null) {
      newcomer.onFailure(refusal);
    } else if (phase == Phase.SUBSCRIBED || phase == Phase.RESTORING) {
      join(newcomer);
    } else {
      waiting.add(newcomer);
    }
    reconcile();
  }

  /** Somebody follows no more, or does not want to any more. */
  void remove(Newcomer newcomer) {
    newcomer.follower().stop();
    waiting.remove(newcomer);
    followers.remove(newcomer.follower());
    reconcile();
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
    if (phase == Phase.SUBSCRIBED || phase == Phase.RESTORING) {
      phase = Phase.IDLE;
      endAll();
      reconcile();
    }
  }

  /** There is a new connection, which knows nothing of a subscription. */
  void restore() {
    if (phase != Phase.SUBSCRIBED && phase != Phase.RESTORING) {
      return; // what has not been sent yet will be
    }
    if (followers.isEmpty()) {
      phase = Phase.IDLE;
      reconcile();
      return;
    }
    phase = Phase.RESTORING;
    followers.forEach(Follower::onReconnecting);
    builtIns.restore(channel, Names.SUBSCRIBE_CHANNEL, ClientError.Subject.CHANNEL, channel, this);
  }

  private List<Follower> present() {
    return List.copyOf(followers);
  }

  private void reconcile() {
    if (phase == Phase.IDLE) {
      Newcomer first = waiting.peek();
      if (first == null) {
        onIdle.accept(this);
      } else {
        phase = Phase.SUBSCRIBING;
        subscribe(first);
      }
    } else if (phase == Phase.SUBSCRIBED && followers.isEmpty()) {
      phase = Phase.UNSUBSCRIBING;
      unsubscribe();
    }
  }

  /** A follower of what the server sends already; the past it asks for by itself. */
  private void join(Newcomer newcomer) {
    Follower follower = newcomer.follower();
    followers.add(follower);
    SubscribeOptions options = newcomer.options();
    if (options.historyLimit() == 0 && !options.followsPast()) {
      follower.beginBehind(cursor, List.of());
      if (phase == Phase.RESTORING) {
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
            reconcile();
          }
        });
  }

  private ChannelPage page(RawJson reply) {
    return ChannelPage.read(reply, builtIns.newestFirst());
  }

  private void subscribe(Newcomer first) {
    followers.add(first.follower());
    builtIns.call(
        channel,
        Names.SUBSCRIBE_CHANNEL,
        ChannelCalls.subscribe(channel, first.options()),
        new Call.Outcome() {
          @Override
          public void onReply(RawJson reply) {
            onSubscribed(first, reply);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            phase = Phase.IDLE;
            followers.clear();
            List<Newcomer> failed = List.copyOf(waiting);
            waiting.clear();
            failed.forEach(newcomer -> newcomer.onFailure(failure));
            reconcile();
          }
        });
  }

  private void onSubscribed(Newcomer first, RawJson reply) {
    phase = Phase.SUBSCRIBED;
    ChannelPage page = page(reply);
    cursor = page.head();
    if (waiting.remove(first)) {
      first.begin(page);
    }
    List<Newcomer> others = List.copyOf(waiting);
    waiting.clear();
    others.forEach(this::join);
    reconcile();
  }

  private void unsubscribe() {
    builtIns.call(
        channel,
        Names.UNSUBSCRIBE_CHANNEL,
        ChannelCalls.channel(channel),
        new Call.Outcome() {
          @Override
          public void onReply(RawJson reply) {
            phase = Phase.IDLE;
            reconcile();
          }

          @Override
          public void onFailure(RuntimeException failure) {
            phase = Phase.IDLE; // lost with its connection, or overwritten by the next subscribe
            reconcile();
          }
        });
  }

  @Override
  public boolean wanted() {
    return phase == Phase.RESTORING;
  }

  @Override
  public RawJson payload() {
    return ChannelCalls.resume(channel, cursor);
  }

  @Override
  public void onRestored(RawJson reply) {
    phase = Phase.SUBSCRIBED;
    ChannelPage page = page(reply);
    ChannelPosition asked = cursor;
    cursor = page.head();
    present().forEach(follower -> follower.onReconnected(asked, page));
    reconcile();
  }

  @Override
  public void onRefused(RuntimeException failure) {
    phase = Phase.IDLE;
    endAll();
    reconcile();
  }

  private void endAll() {
    List<Follower> ended = present();
    followers.clear();
    ended.forEach(Follower::end);
  }
}
