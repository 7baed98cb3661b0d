// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.testkit.history.PublishAttempt.End;
import io.meshrt.testkit.history.Violation.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Judges what the publishers of one channel were told. */
final class PublicationRules {
  private final ChannelFacts facts;
  private final List<Violation> violations;
  private final Tally tally;

  /** An acknowledged message and its place. */
  private record Placed(Publication publication, End end) {
    String epoch() {
      return end.position().epoch();
    }

    long offset() {
      return end.position().offset();
    }
  }

  PublicationRules(ChannelFacts facts, List<Violation> violations, Tally tally) {
    this.facts = facts;
    this.violations = violations;
    this.tally = tally;
  }

  void check() {
    facts.publications().forEach(this::count);
    facts.publications().forEach(this::checkPlaces);
    facts.conflicts().forEach(this::checkConflict);
    Map<String, List<Placed>> epochs = new HashMap<>();
    for (Publication publication : facts.publications()) {
      publication
          .acknowledged()
          .filter(end -> end.position().isNumbered())
          .ifPresent(
              end ->
                  epochs
                      .computeIfAbsent(end.position().epoch(), added -> new ArrayList<>())
                      .add(new Placed(publication, end)));
    }
    epochs.values().forEach(this::checkTime);
    epochs.values().forEach(this::checkPublishers);
  }

  private void count(Publication publication) {
    if (publication.acknowledged().isPresent()) {
      tally.acknowledged++;
    } else if (publication.failed()) {
      tally.failed++;
    } else {
      tally.unknown++;
    }
  }

  private void checkPlaces(Publication publication) {
    Map<String, ChannelPosition> byEpoch = new HashMap<>();
    for (ChannelPosition position : facts.positionsOf(publication.message())) {
      ChannelPosition other = byEpoch.putIfAbsent(position.epoch(), position);
      if (other != null && position.isNumbered()) {
        boolean twiceAccepted = publication.positions().size() > 1;
        report(
            twiceAccepted ? Kind.DOUBLED : Kind.CONFLICT,
            publication,
            "has the positions " + other + " and " + position);
      }
    }
  }

  private void checkConflict(ChannelPosition position, Iterable<String> messages) {
    if (!facts.isOver(position.epoch())) {
      violations.add(
          new Violation(
              Kind.CONFLICT, facts.channel(), "all", String.join(", ", messages), "" + position));
    }
  }

  /** What was published after another one was acknowledged lies behind it. */
  private void checkTime(List<Placed> placed) {
    TreeMap<Long, Placed> highestBy = new TreeMap<>();
    Placed highest = null;
    for (Placed next : sorted(placed, Comparator.comparingLong(one -> one.end().at()))) {
      highest = highest == null || next.offset() > highest.offset() ? next : highest;
      highestBy.put(next.end().at(), highest);
    }
    for (Placed later : placed) {
      Map.Entry<Long, Placed> before = highestBy.lowerEntry(later.publication().invokedAt());
      if (before != null) {
        checkOrder(before.getValue(), later);
      }
    }
  }

  /** What one publisher published lies in the order of its calls. */
  private void checkPublishers(List<Placed> placed) {
    Map<String, List<Placed>> own = new HashMap<>();
    for (Placed one : placed) {
      if (!one.publication().repeated()) {
        String publisher = one.publication().first().publisher();
        own.computeIfAbsent(publisher, added -> new ArrayList<>()).add(one);
      }
    }
    for (List<Placed> calls : own.values()) {
      List<Placed> ordered =
          sorted(calls, Comparator.comparingLong(one -> one.publication().invokedAt()));
      for (int i = 1; i < ordered.size(); i++) {
        if (ordered.get(i - 1).end().at() > ordered.get(i).publication().invokedAt()) {
          checkOrder(ordered.get(i - 1), ordered.get(i)); // else it was done already
        }
      }
    }
  }

  private void checkOrder(Placed earlier, Placed later) {
    boolean wrong = later.offset() <= earlier.offset();
    if (wrong && !facts.isOver(later.epoch())) {
      report(
          Kind.REORDERED,
          later.publication(),
          "at "
              + later.end().position()
              + ", was published after "
              + earlier.publication().message()
              + " at "
              + earlier.end().position());
    }
  }

  private static List<Placed> sorted(List<Placed> placed, Comparator<Placed> order) {
    return placed.stream().sorted(order).toList();
  }

  private void report(Kind kind, Publication publication, String detail) {
    violations.add(
        new Violation(
            kind, facts.channel(), publication.first().publisher(), publication.message(), detail));
  }
}
