// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import io.meshrt.client.ClientError;
import io.meshrt.client.channel.ChannelMessage;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.channel.SubscriptionState;
import io.meshrt.client.internal.builtin.BuiltIns;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.dialect.ChannelItem;
import io.meshrt.core.codec.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One listener's subscription, from the moment it is asked for. Begun on the state thread, told the
 * outcome there; the application may use it from any thread.
 */
final class Subscription<T> implements ChannelSubscription<T>, Newcomer, Call.Outcome {
  private final BuiltIns builtIns;
  private final String channel;
  private final SubscribeOptions options;
  private final Asking asking;
  private final MessageReader<T> reader;
  private final Follower follower;
  private final CompletableFuture<ChannelSubscription<T>> future = new CompletableFuture<>();
  private volatile List<ChannelMessage<T>> history = List.of();
  private volatile @Nullable ChannelLine line; // once begun
  private volatile boolean closed;

  Subscription(
      BuiltIns builtIns,
      String channel,
      SubscribeOptions options,
      Asking asking,
      MessageReader<T> reader,
      Follower follower) {
    this.builtIns = builtIns;
    this.channel = channel;
    this.options = options;
    this.asking = asking;
    this.reader = reader;
    this.follower = follower;
    CompletionStage<ChannelSubscription<T>> outcome = future;
    outcome.whenComplete(
        (subscription, failure) -> {
          if (failure != null) {
            close(); // who cancelled it gets no handle
          }
        });
  }

  CompletableFuture<ChannelSubscription<T>> future() {
    return future;
  }

  void begin(ChannelLine taken) {
    if (!closed) {
      line = taken;
      taken.add(this);
    }
  }

  @Override
  public Follower follower() {
    return follower;
  }

  @Override
  public SubscribeOptions options() {
    return options;
  }

  @Override
  public Asking asking() {
    return asking;
  }

  @Override
  public void onAccepted(List<ChannelItem> items) {
    builtIns
        .callbacks()
        .execute(
            () -> {
              history = read(items);
              future.complete(this);
            });
  }

  private List<ChannelMessage<T>> read(List<ChannelItem> items) {
    List<ChannelMessage<T>> messages = new ArrayList<>();
    for (ChannelItem item : items) {
      try {
        messages.add(reader.read(item));
      } catch (RuntimeException | StackOverflowError e) {
        builtIns.errors().reportListener(ClientError.Subject.CHANNEL, channel, e);
      }
    }
    return List.copyOf(messages);
  }

  @Override
  public void onReply(RawJson payload) {
    onAccepted(List.of());
  }

  @Override
  public void onFailure(RuntimeException failure) {
    builtIns.callbacks().execute(() -> future.completeExceptionally(failure));
  }

  @Override
  public String channel() {
    return channel;
  }

  @Override
  public List<ChannelMessage<T>> history() {
    return history;
  }

  @Override
  public SubscriptionState state() {
    return closed ? SubscriptionState.ENDED : follower.state();
  }

  @Override
  public ChannelPosition position() {
    return follower.cursor();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    follower.silence();
    builtIns.loop().execute(this::end);
  }

  private void end() {
    ChannelLine taken = line; // begun after close looked, perhaps
    if (taken != null) {
      taken.remove(this);
    }
  }
}
