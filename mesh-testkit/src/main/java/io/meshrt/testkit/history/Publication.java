// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.testkit.history.PublishAttempt.Outcome;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A message and the calls that published it. */
record Publication(String channel, String message, List<PublishAttempt> attempts) {
  Publication(String channel, String message) {
    this(channel, message, new CopyOnWriteArrayList<>());
  }

  void add(PublishAttempt attempt) {
    attempts.add(attempt);
  }

  PublishAttempt first() {
    return attempts.get(0);
  }

  boolean repeated() {
    return attempts.size() > 1;
  }

  long invokedAt() {
    return attempts.stream().mapToLong(PublishAttempt::invokedAt).min().orElse(0);
  }

  boolean failed() {
    return attempts.stream().allMatch(attempt -> attempt.outcome() == Outcome.ERROR);
  }

  /** When it was first acknowledged, and where it is. */
  Optional<PublishAttempt.End> acknowledged() {
    return attempts.stream()
        .map(PublishAttempt::end)
        .filter(end -> end.outcome() == Outcome.OK)
        .min(Comparator.comparingLong(PublishAttempt.End::at));
  }

  List<ChannelPosition> positions() {
    return attempts.stream()
        .map(PublishAttempt::end)
        .filter(end -> end.outcome() == Outcome.OK)
        .map(PublishAttempt.End::position)
        .distinct()
        .toList();
  }
}
