// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.channel.ChannelMessage;
import io.meshrt.client.channel.ChannelPosition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listener that writes down what it is told. */
final class ChannelLog<T> implements ChannelListener<T> {
  final List<String> told = new ArrayList<>();
  final List<ChannelMessage<T>> messages = new ArrayList<>();

  @Override
  public void onMessage(@Nullable T message) {
    throw new AssertionError("the other form is overridden");
  }

  @Override
  public void onMessage(ChannelMessage<T> message) {
    messages.add(message);
    told.add(String.valueOf(message.message()));
  }

  @Override
  public void onRecovered(long count) {
    told.add("recovered " + count);
  }

  @Override
  public void onGap(ChannelGap gap) {
    told.add("gap " + text(gap.last()) + " to " + text(gap.resumesAfter()));
  }

  @Override
  public void onEnded() {
    told.add("ended");
  }

  static String text(ChannelPosition position) {
    return position.isNumbered() ? position.epoch() + position.offset() : "?";
  }
}
