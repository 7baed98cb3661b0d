// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.StoredMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A store in memory, which may fail. */
final class ListStore implements ChannelStore {
  private static final Comparator<StoredMessage> ORDER =
      Comparator.comparing(StoredMessage::timeMillis)
          .thenComparing(message -> message.position().offset());

  /** How often it still fails to append. */
  final AtomicInteger failures = new AtomicInteger();

  final AtomicInteger largestBatch = new AtomicInteger();

  // Guarded by this.
  private final List<StoredMessage> messages = new ArrayList<>();

  @Override
  public synchronized void append(List<StoredMessage> batch) {
    largestBatch.accumulateAndGet(batch.size(), Math::max);
    if (failures.getAndDecrement() > 0) {
      throw new IllegalStateException("meant to be logged");
    }
    for (StoredMessage message : batch) {
      if (messages.stream().noneMatch(known -> isSame(known, message))) {
        messages.add(message);
      }
    }
  }

  @Override
  public synchronized List<StoredMessage> read(String channel, Since since, int limit) {
    return messages(channel).stream()
        .filter(isBehind(channel, since))
        .sorted(ORDER)
        .limit(limit)
        .toList();
  }

  synchronized List<StoredMessage> messages(String channel) {
    return messages.stream().filter(message -> message.channel().equals(channel)).toList();
  }

  private Predicate<StoredMessage> isBehind(String channel, Since since) {
    if (since instanceof SinceTime time) {
      return message -> message.timeMillis() > time.timeMillis();
    }
    String id = ((SinceMessage) since).id();
    return messages(channel).stream()
        .filter(message -> message.id().equals(id))
        .findFirst()
        .<Predicate<StoredMessage>>map(known -> message -> ORDER.compare(message, known) > 0)
        .orElse(message -> true);
  }

  private static boolean isSame(StoredMessage one, StoredMessage other) {
    return one.channel().equals(other.channel()) && one.position().equals(other.position());
  }
}
