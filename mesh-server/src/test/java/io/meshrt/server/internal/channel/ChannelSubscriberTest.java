// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.metrics.Limit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one session gets, from the moment it is subscribed. */
class ChannelSubscriberTest extends ChannelTopicBench {
  private final ChannelSubscriber subscriber = newSubscriber();

  @Test
  void nothingComesBeforeTheAnswer() {
    subscriber.onPush(push(1, 10));

    assertThat(told()).isEmpty();
  }

  @Test
  void behindTheAnswerComesWhatIsNotInIt() {
    subscriber.onPush(push(1, 10));
    subscriber.onPush(push(2, 10));

    subscriber.release(at("e", 1));

    assertThat(told()).containsExactly(text(2, 10));
  }

  @Test
  void soManyAreHeldAndBeyondThemIsAGap() {
    for (int i = 1; i <= ChannelSubscriber.MAX_HELD; i++) {
      subscriber.onPush(push(i, 1));
    }
    assertThat(metrics.hits(Limit.CHANNEL_HELD)).isZero();

    subscriber.onPush(push(ChannelSubscriber.MAX_HELD + 1, 1));
    subscriber.release(at("e", 1));

    assertThat(metrics.hits(Limit.CHANNEL_HELD)).isEqualTo(1);
    assertThat(told()).containsExactly("gap 512", text(513, 1));
  }

  @Test
  void soManyBytesAreHeldAndBeyondThemIsAGap() {
    int quarter = ChannelSubscriber.MAX_HELD_BYTES / 4;
    for (int i = 1; i <= 4; i++) {
      subscriber.onPush(push(i, quarter));
    }
    assertThat(metrics.hits(Limit.CHANNEL_HELD)).isZero();

    subscriber.onPush(push(5, 3));
    subscriber.release(at("e", 0));

    assertThat(metrics.hits(Limit.CHANNEL_HELD)).isEqualTo(1);
    assertThat(told()).containsExactly("gap 4", text(5, 3));
  }

  @Test
  void whoContinuesGetsWhatTheOtherHasNotSent() {
    subscriber.release(at("e", 1));
    subscriber.onPush(push(2, 1));
    ChannelSubscriber next = newSubscriber();
    next.continueBehind(subscriber);

    next.onPush(push(2, 1));
    next.onPush(push(3, 1));
    next.release(at("e", 3));

    assertThat(told()).containsExactly(text(2, 1), text(3, 1));
  }

  @Test
  void whoHasEndedSendsNothing() {
    subscriber.release(at("e", 1));
    subscriber.onPush(push(2, 1));

    subscriber.end(false).join();
    subscriber.onPush(push(3, 1));
    subscriber.onGap(new Position("e", 9));

    assertThat(told()).containsExactly(text(2, 1));
  }

  @Test
  void whatIsHeardInAnotherTermWaitsForTheGuard() {
    subscribe(at("e", 4));
    hear("e", 5);

    term = 7;
    hear("e", 6);
    stale.get(0).resume(7);
    term = 8;
    hear("e", 7);
    List<String> before = told();
    stale.get(1).resume(8);
    hear("e", 8);

    assertThat(before).containsExactly("5");
    assertThat(stale).hasSize(2);
    assertThat(told()).containsExactly("6", "7", "8");
  }

  @Test
  void whoIsNotAdmittedInAnotherTermIsToldAndGetsNothing() {
    subscribe(at("e", 4));
    term = 8;
    hear("e", 5);

    stale.get(0).end(true).join();
    hear("e", 6);

    assertThat(stale).hasSize(1);
    assertThat(told()).containsExactly("revoked");
  }

  @Test
  void whatIsHeldForTheAnswerInAnotherTermWaitsForTheGuardToo() {
    ChannelSubscriber early = newSubscriber();
    subscribers.add(early).join();
    hear("e", 5);
    term = 8;
    hear("e", 6);

    early.release(at("e", 4));
    List<String> before = told();
    early.resume(8);

    assertThat(before).containsExactly("5");
    assertThat(stale).containsExactly(early);
    assertThat(told()).containsExactly("6");
  }

  /** A text of so many bytes as JSON, where there is room for the number. */
  private static String text(int number, int bytes) {
    String digits = Integer.toString(number);
    return bytes < 10 ? digits : "\"" + digits + "x".repeat(bytes - 2 - digits.length()) + "\"";
  }

  private static ChannelPush push(int offset, int bytes) {
    byte[] json = text(offset, bytes).getBytes(UTF_8);
    return new ChannelPush("c", new Publication(at("e", offset), 1, json), 6);
  }
}
