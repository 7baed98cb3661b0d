// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.channel;

import static org.awaitility.Awaitility.await;

import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.channel.ChannelMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A listener that writes down what it is told. */
class Log<T> implements ChannelListener<T> {
  final List<String> told = new CopyOnWriteArrayList<>();
  final List<ChannelMessage<T>> messages = new CopyOnWriteArrayList<>();

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
    told.add("recovered");
  }

  @Override
  public void onGap(ChannelGap gap) {
    told.add("gap");
  }

  @Override
  public void onEnded() {
    told.add("ended");
  }

  /** Waits until something is told. */
  List<String> awaitTold(String last) {
    await().atMost(Duration.ofSeconds(30)).until(() -> told.contains(last));
    return told;
  }

  /** The messages alone. */
  List<String> texts() {
    return messages.stream().map(message -> String.valueOf(message.message())).toList();
  }
}
