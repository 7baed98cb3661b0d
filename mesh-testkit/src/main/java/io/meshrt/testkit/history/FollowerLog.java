// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.channel.ChannelMessage;
import io.meshrt.client.channel.ChannelPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one follower of one channel heard. What a follower hears must be written down in its order;
 * otherwise thread-safe.
 */
public final class FollowerLog {
  private final String name;
  private final String channel;
  private final AtomicLong clock;
  private final UnaryOperator<String> sharing;

  // Guarded by this.
  private final List<Entry> entries = new ArrayList<>();
  private long begunAt = Long.MAX_VALUE;
  private long endedAt = Long.MAX_VALUE;

  /** Something that was heard. */
  sealed interface Entry permits Heard, Gap {
    long at();
  }

  /** A message. */
  record Heard(long at, String message, ChannelPosition position) implements Entry {}

  /** A gap between two positions. */
  record Gap(long at, ChannelPosition last, ChannelPosition resumesAfter) implements Entry {}

  /**
   * Nothing was heard yet.
   *
   * @param sharing gives the one copy of a text that is kept: many followers hear the same
   */
  FollowerLog(String name, String channel, AtomicLong clock, UnaryOperator<String> sharing) {
    this.name = name;
    this.channel = channel;
    this.clock = clock;
    this.sharing = sharing;
  }

  /** The subscription was acknowledged: what is published from now on is to be heard. */
  public synchronized void begun() {
    begunAt = Math.min(begunAt, clock.incrementAndGet());
  }

  /** The subscription is about to end, or was ended: what is published from now on need not be. */
  public synchronized void ended() {
    endedAt = Math.min(endedAt, clock.incrementAndGet());
  }

  /** A message came. */
  public synchronized void heard(String message, ChannelPosition position) {
    entries.add(new Heard(clock.incrementAndGet(), sharing.apply(message), shared(position)));
  }

  /** A gap was told. */
  public synchronized void gap(ChannelPosition last, ChannelPosition resumesAfter) {
    entries.add(new Gap(clock.incrementAndGet(), shared(last), shared(resumesAfter)));
  }

  /** Whether a message has come. */
  public synchronized boolean hasHeard(String message) {
    for (int i = entries.size() - 1; i >= 0; i--) {
      if (entries.get(i) instanceof Heard heard && heard.message().equals(message)) {
        return true;
      }
    }
    return false;
  }

  /** Epoch of what came last, message or gap; empty where it has no number. */
  public synchronized String epoch() {
    if (entries.isEmpty()) {
      return "";
    }
    Entry last = entries.get(entries.size() - 1);
    return last instanceof Heard heard
        ? heard.position().epoch()
        : ((Gap) last).resumesAfter().epoch();
  }

  /** The gaps that were told, in their order. */
  public synchronized List<ChannelGap> toldGaps() {
    return entries.stream()
        .filter(Gap.class::isInstance)
        .map(Gap.class::cast)
        .map(gap -> new ChannelGap(gap.last(), gap.resumesAfter()))
        .toList();
  }

  /** Writes down what a client hears; messages are their own names. */
  public ChannelListener<String> listener() {
    return listener(Function.identity());
  }

  /** Writes down what a client hears; {@code naming} finds the name of a message. */
  public <T> ChannelListener<T> listener(Function<T, String> naming) {
    return new Listener<>(naming);
  }

  private ChannelPosition shared(ChannelPosition position) {
    return new ChannelPosition(sharing.apply(position.epoch()), position.offset());
  }

  String name() {
    return name;
  }

  /** Who follows what. */
  @Override
  public String toString() {
    return name + " on " + channel;
  }

  /** The channel that is followed. */
  public String channel() {
    return channel;
  }

  synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** Whether it followed while something was published and accepted. */
  synchronized boolean followed(long invokedAt, long acceptedAt) {
    return invokedAt > begunAt && acceptedAt < endedAt;
  }

  private final class Listener<T> implements ChannelListener<T> {
    private final Function<T, String> naming;

    Listener(Function<T, String> naming) {
      this.naming = naming;
    }

    @Override
    public void onMessage(@Nullable T message) {
      throw new IllegalStateException("the form with a position is overridden");
    }

    @Override
    public void onMessage(ChannelMessage<T> message) {
      T value = message.message();
      if (value == null) {
        throw new IllegalArgumentException("a message without a name");
      }
      heard(naming.apply(value), message.position());
    }

    @Override
    public void onGap(ChannelGap gap) {
      gap(gap.last(), gap.resumesAfter());
    }

    @Override
    public void onEnded() {
      ended();
    }
  }
}
