// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.testkit.history.ChannelFacts.Accepted;
import io.meshrt.testkit.history.FollowerLog.Entry;
import io.meshrt.testkit.history.FollowerLog.Gap;
import io.meshrt.testkit.history.FollowerLog.Heard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gaps one follower was told of, and what lies within them. */
final class Excuses {
  private final List<Span> spans = new ArrayList<>();
  private final ChannelFacts facts;

  /**
   * A gap, by positions and by time.
   *
   * @param after what lies behind this may be missing; without a number nothing is known of it
   * @param until and nothing that lies behind this; the same
   * @param told when it was told
   * @param notBefore what was accepted before this is not missing
   * @param notAfter nor what was published after this
   */
  private record Span(
      ChannelPosition after, ChannelPosition until, long told, long notBefore, long notAfter) {}

  Excuses(List<Entry> entries, ChannelFacts facts) {
    this.facts = facts;
    long notBefore = 0;
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i) instanceof Heard heard) {
        notBefore = facts.publication(heard.message()).map(Publication::invokedAt).orElse(0L);
      } else if (entries.get(i) instanceof Gap gap) {
        spans.add(span(gap, notBefore, i + 1 < entries.size() ? entries.get(i + 1) : null));
      }
    }
  }

  private static Span span(Gap gap, long notBefore, @Nullable Entry next) {
    ChannelPosition until = gap.resumesAfter();
    if (!until.isNumbered() && next instanceof Heard heard && heard.position().isNumbered()) {
      until = new ChannelPosition(heard.position().epoch(), heard.position().offset() - 1);
    }
    long notAfter = next == null ? Long.MAX_VALUE : next.at();
    return new Span(gap.last(), until, gap.at(), notBefore, notAfter);
  }

  boolean cover(Accepted missing) {
    return spans.stream().anyMatch(span -> covers(span, missing));
  }

  private boolean covers(Span span, Accepted missing) {
    ChannelPosition position = missing.position();
    boolean sameEpoch = span.after().sameEpoch(span.until());
    if (position.isNumbered() && position.sameEpoch(span.after())) {
      boolean behind =
          position.offset() > span.after().offset() || (!sameEpoch && facts.isReused(position));
      return behind && (!sameEpoch || position.offset() <= span.until().offset());
    }
    if (position.isNumbered() && position.sameEpoch(span.until())) {
      return position.offset() <= span.until().offset();
    }
    return !sameEpoch
        && missing.publication().invokedAt() < span.notAfter()
        && missing.at() > span.notBefore();
  }
}
