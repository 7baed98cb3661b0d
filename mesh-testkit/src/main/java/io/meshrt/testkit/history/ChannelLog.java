// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Everything that happened to some channels, in the order of writing down: what was published and
 * how that came out, what followers heard, what was done to the world. Thread-safe.
 *
 * <pre>{@code
 * ChannelLog log = new ChannelLog();
 * FollowerLog ann = log.follower("ann", "news");
 * client.subscribe("news", String.class, ann.listener()).join();
 * ann.begun();
 * log.publishing("bob", "news", "n1").ofClient(bob.publish("news", "n1"));
 * // ... wait until everything has arrived
 * log.check().requireClean();
 * }</pre>
 *
 * <p>Messages have names, each given to one message of a channel only. Whatever is published again
 * under the same name, with the same id, is the same message.
 *
 * <p>{@link #check} decides by these rules:
 *
 * <ul>
 *   <li>What was acknowledged, or heard by anybody, reaches once each follower that had begun
 *       before it was published, unless it lies within a gap which that follower was told of.
 *   <li>What was published more than once may be there once in each epoch, as the cluster may have
 *       lost it in between.
 *   <li>What was not acknowledged and did not fail is there once, or not at all.
 *   <li>What failed is not there, nor is what nobody published.
 *   <li>Followers hear messages in the order of their positions, and another epoch only behind a
 *       gap.
 *   <li>What is published after something was acknowledged has a later position; so has what one
 *       publisher published later without waiting. Messages that were published again are left out
 *       of the second rule.
 *   <li>A position belongs to one message, and a message has one position.
 *   <li>Between two incidents a follower is told of one gap at most, before the first of none; for
 *       logs with incidents.
 * </ul>
 *
 * Where the cluster has lost the end of an epoch, it may have given its positions once more before
 * it noticed; that is no fault where another epoch follows, and what was lost so counts as within
 * the gap that leads there.
 */
public final class ChannelLog {
  private final AtomicLong clock = new AtomicLong();
  private final Map<String, Map<String, Publication>> publications = new ConcurrentHashMap<>();
  private final Map<String, String> texts = new ConcurrentHashMap<>();
  private final List<FollowerLog> followers = new CopyOnWriteArrayList<>();
  private final List<Long> incidents = new CopyOnWriteArrayList<>();

  /** An empty log. */
  public ChannelLog() {}

  /**
   * A message is about to be published. To be called before it is.
   *
   * @param publisher who does it; what one publisher does is expected in the order of its calls
   * @param message its name
   */
  public PublishAttempt publishing(String publisher, String channel, String message) {
    PublishAttempt attempt = new PublishAttempt(publisher, clock);
    publications
        .computeIfAbsent(channel, added -> new ConcurrentHashMap<>())
        .computeIfAbsent(message, added -> new Publication(channel, message))
        .add(attempt);
    return attempt;
  }

  /** Somebody is about to follow a channel; one log for each subscription. */
  public FollowerLog follower(String name, String channel) {
    FollowerLog follower = new FollowerLog(name, channel, clock, this::shared);
    followers.add(follower);
    return follower;
  }

  private String shared(String text) {
    return texts.computeIfAbsent(text, added -> added);
  }

  /** Something is about to happen after which followers may be told of a gap. */
  public void incident() {
    incidents.add(clock.incrementAndGet());
  }

  /**
   * Judges what is written down so far. What has not arrived counts as lost, so this is for when
   * everything had its time.
   */
  public Verdict check() {
    List<FollowerLog> all = List.copyOf(followers);
    List<Violation> violations = new ArrayList<>();
    Tally tally = new Tally();
    Map<String, ChannelFacts> facts = new ConcurrentHashMap<>();
    publications.forEach(
        (channel, named) -> facts.put(channel, new ChannelFacts(channel, named, all)));
    for (FollowerLog follower : all) {
      facts.computeIfAbsent(
          follower.channel(), channel -> new ChannelFacts(channel, Map.of(), all));
    }
    facts.values().forEach(channel -> new PublicationRules(channel, violations, tally).check());
    for (FollowerLog follower : all) {
      ChannelFacts channel = facts.get(follower.channel());
      if (channel != null) {
        new FollowerRules(follower, channel, List.copyOf(incidents), violations, tally).check();
      }
    }
    return tally.verdict(violations);
  }
}
