// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.testkit.history.FollowerLog.Entry;
import io.meshrt.testkit.history.FollowerLog.Gap;
import io.meshrt.testkit.history.FollowerLog.Heard;
import io.meshrt.testkit.history.PublishAttempt.End;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a log knows of one channel, whoever told it. Not thread-safe. */
final class ChannelFacts {
  private final String channel;
  private final Map<String, Publication> publications;
  private final Map<String, Heard> firstHeard = new HashMap<>();
  private final Map<String, Set<ChannelPosition>> positions = new HashMap<>();
  private final Map<ChannelPosition, Set<String>> owners = new HashMap<>();
  private String newestEpoch = "";
  private long newestAt;

  /** A message that is in the channel, since when at the latest, and where. */
  record Accepted(Publication publication, long at, ChannelPosition position) {}

  ChannelFacts(String channel, Map<String, Publication> publications, List<FollowerLog> followers) {
    this.channel = channel;
    this.publications = publications;
    publications
        .values()
        .forEach(
            publication ->
                publication
                    .attempts()
                    .forEach(attempt -> learn(publication.message(), attempt.end())));
    followers.stream()
        .filter(follower -> follower.channel().equals(channel))
        .forEach(follower -> follower.entries().forEach(this::learn));
  }

  private void learn(String message, End end) {
    if (end.outcome() == PublishAttempt.Outcome.OK) {
      learn(message, end.position(), end.at());
    }
  }

  private void learn(Entry entry) {
    if (entry instanceof Heard heard) {
      firstHeard.merge(
          heard.message(), heard, (one, other) -> one.at() <= other.at() ? one : other);
      learn(heard.message(), heard.position(), heard.at());
    } else if (entry instanceof Gap gap) {
      learn(gap.resumesAfter(), gap.at());
    }
  }

  private void learn(String message, ChannelPosition position, long at) {
    positions.computeIfAbsent(message, added -> new LinkedHashSet<>()).add(position);
    if (position.isNumbered()) {
      owners.computeIfAbsent(position, added -> new LinkedHashSet<>()).add(message);
    }
    learn(position, at);
  }

  private void learn(ChannelPosition position, long at) {
    if (position.isNumbered() && at >= newestAt) {
      newestEpoch = position.epoch();
      newestAt = at;
    }
  }

  String channel() {
    return channel;
  }

  Collection<Publication> publications() {
    return publications.values();
  }

  Optional<Publication> publication(String message) {
    return Optional.ofNullable(publications.get(message));
  }

  /** Whatever anybody was told to be the place of a message. */
  Set<ChannelPosition> positionsOf(String message) {
    return positions.getOrDefault(message, Set.of());
  }

  /** Positions that were told of more than one message. */
  Map<ChannelPosition, Set<String>> conflicts() {
    Map<ChannelPosition, Set<String>> several = new HashMap<>(owners);
    several.values().removeIf(messages -> messages.size() < 2);
    return several;
  }

  boolean isReused(ChannelPosition position) {
    return owners.getOrDefault(position, Set.of()).size() > 1;
  }

  /** Whether the channel has another epoch since. */
  boolean isOver(String epoch) {
    return !epoch.equals(newestEpoch);
  }

  /** Since when a message is surely in the channel; empty if nobody knows that it is. */
  Optional<Accepted> accepted(Publication publication) {
    Heard heard = firstHeard.get(publication.message());
    Optional<End> acknowledged = publication.acknowledged();
    if (acknowledged.isPresent()) {
      End end = acknowledged.get();
      return Optional.of(new Accepted(publication, end.at(), end.position()));
    }
    return heard == null
        ? Optional.empty()
        : Optional.of(new Accepted(publication, heard.at(), heard.position()));
  }
}
