// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.testkit.history.FollowerLog.Entry;
import io.meshrt.testkit.history.FollowerLog.Gap;
import io.meshrt.testkit.history.FollowerLog.Heard;
import io.meshrt.testkit.history.Violation.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges what one follower heard. Used once. */
final class FollowerRules {
  private final FollowerLog follower;
  private final ChannelFacts facts;
  private final List<Long> incidents;
  private final List<Violation> violations;
  private final Tally tally;

  private final List<Entry> entries;

  /** The epoch in which each message was heard last. */
  private final Map<String, String> epochs = new HashMap<>();

  private final Set<String> leftEpochs = new HashSet<>();

  /** What comes next lies behind this, if that is known. */
  private ChannelPosition last = ChannelPosition.NONE;

  FollowerRules(
      FollowerLog follower,
      ChannelFacts facts,
      List<Long> incidents,
      List<Violation> violations,
      Tally tally) {
    this.follower = follower;
    this.facts = facts;
    this.incidents = incidents;
    this.violations = violations;
    this.tally = tally;
    this.entries = follower.entries();
  }

  void check() {
    for (Entry entry : entries) {
      if (entry instanceof Heard heard) {
        onMessage(heard);
      } else if (entry instanceof Gap gap) {
        onGap(gap);
      }
    }
    checkNotices();
    checkLosses();
  }

  private void onMessage(Heard heard) {
    tally.deliveries++;
    String message = heard.message();
    String before = epochs.put(message, heard.position().epoch());
    if (before != null && !isAcceptedAgain(heard, before)) {
      report(Kind.DOUBLED, message, "came again at " + heard.position());
      return;
    }
    boolean exists =
        facts.publication(message).filter(publication -> !publication.failed()).isPresent();
    if (!exists) {
      report(Kind.FORGED, message, "failed, or was never published, and came");
    }
    checkOrder(message, heard.position());
    moveTo(heard.position());
  }

  /** Whether the cluster has lost a message, and then it was published again. */
  private boolean isAcceptedAgain(Heard heard, String before) {
    boolean repeated = facts.publication(heard.message()).filter(Publication::repeated).isPresent();
    return repeated && !before.isEmpty() && !before.equals(heard.position().epoch());
  }

  private void checkOrder(String message, ChannelPosition position) {
    if (!position.isNumbered() || !last.isNumbered()) {
      return;
    }
    if (position.sameEpoch(last)) {
      if (position.offset() <= last.offset()) {
        report(Kind.REORDERED, message, "at " + position + " came behind " + last);
      }
    } else if (leftEpochs.contains(position.epoch())) {
      report(
          Kind.REORDERED, message, "at " + position + ", an epoch that was over, behind " + last);
    } else {
      report(Kind.UNANNOUNCED, message, "at " + position + " came behind " + last);
    }
  }

  private void onGap(Gap gap) {
    tally.gaps++;
    moveTo(gap.resumesAfter());
  }

  private void moveTo(ChannelPosition position) {
    if (last.isNumbered() && !position.sameEpoch(last)) {
      leftEpochs.add(last.epoch());
    }
    last = position;
  }

  private void checkNotices() {
    if (incidents.isEmpty()) {
      return;
    }
    int next = 0;
    int told = 1; // before the first incident there is nothing to tell
    for (Entry entry : entries) {
      while (next < incidents.size() && incidents.get(next) < entry.at()) {
        next++;
        told = 0;
      }
      if (entry instanceof Gap gap && ++told > 1) {
        String detail = "behind incident " + next + " of " + incidents.size() + ": " + gap;
        report(Kind.EXTRA_GAP, "", detail);
      }
    }
  }

  private void checkLosses() {
    Excuses excuses = new Excuses(entries, facts);
    for (Publication publication : facts.publications()) {
      if (!epochs.containsKey(publication.message())) {
        facts
            .accepted(publication)
            .filter(accepted -> follower.followed(publication.invokedAt(), accepted.at()))
            .ifPresent(
                accepted -> {
                  if (excuses.cover(accepted)) {
                    tally.excused++;
                  } else {
                    report(Kind.LOST, publication.message(), "was at " + accepted.position());
                  }
                });
      }
    }
  }

  private void report(Kind kind, String message, String detail) {
    violations.add(new Violation(kind, facts.channel(), follower.name(), message, detail));
  }
}
