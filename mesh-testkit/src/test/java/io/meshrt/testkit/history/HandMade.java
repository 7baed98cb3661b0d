// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.testkit.history.Violation.Kind;
import java.util.List;

/** A log of one channel written by hand, with one publisher and some followers. */
final class HandMade {
  static final ChannelPosition NONE = ChannelPosition.NONE;

  final ChannelLog log = new ChannelLog();

  static ChannelPosition at(String epoch, long offset) {
    return new ChannelPosition(epoch, offset);
  }

  FollowerLog begun(String name) {
    FollowerLog follower = log.follower(name, "news");
    follower.begun();
    return follower;
  }

  PublishAttempt publishing(String message) {
    return log.publishing("bob", "news", message);
  }

  void published(String message, ChannelPosition position) {
    publishing(message).ok(position);
  }

  /** Messages m1 to m(count) at the offsets 1 to count. */
  void published(String epoch, int count) {
    for (int i = 1; i <= count; i++) {
      published("m" + i, at(epoch, i));
    }
  }

  /** Hears messages m(first) to m(last), at the offsets of their numbers. */
  static void hear(FollowerLog follower, String epoch, int first, int last) {
    for (int i = first; i <= last; i++) {
      follower.heard("m" + i, at(epoch, i));
    }
  }

  /** What is wrong, as kind and message. */
  List<String> wrong() {
    return log.check().violations().stream()
        .map(violation -> violation.kind() + " " + violation.message())
        .toList();
  }

  List<Kind> kinds() {
    return log.check().violations().stream().map(Violation::kind).toList();
  }
}
