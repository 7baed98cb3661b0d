// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.channel;

import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.StoredMessage;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** A store that all nodes of a test share. */
final class MemoryStore implements ChannelStore {
  private static final Comparator<StoredMessage> OLDEST_FIRST =
      Comparator.comparingLong(StoredMessage::timeMillis)
          .thenComparingLong(message -> message.position().offset());

  private final Map<String, StoredMessage> messages = new ConcurrentHashMap<>();

  int size() {
    return messages.size();
  }

  @Override
  public void append(List<StoredMessage> added) {
    added.forEach(message -> messages.put(message.id(), message));
  }

  @Override
  public List<StoredMessage> read(String channel, Since since, int limit) {
    return messages.values().stream()
        .sorted(OLDEST_FIRST)
        .filter(later(since))
        .limit(limit)
        .toList();
  }

  private Predicate<StoredMessage> later(Since since) {
    if (since instanceof SinceTime time) {
      return message -> message.timeMillis() > time.timeMillis();
    }
    StoredMessage last = messages.get(((SinceMessage) since).id());
    return message -> last == null || OLDEST_FIRST.compare(message, last) > 0;
  }
}
