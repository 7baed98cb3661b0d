// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.cluster.Position;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the subscribers of a node are told when the node has missed something. */
class ChannelTopicTest extends ChannelTopicBench {
  @Test
  void whatIsHeardIsTold() {
    subscribe(at("e", 4));

    hear("e", 5, 6);

    assertThat(told()).containsExactly("5", "6");
  }

  @Test
  void whatWasMissedIsReadAndComesBeforeWhatFollows() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 8));
    hear("e", 8, 9);
    List<String> meanwhile = told();
    history.answer(at("e", 5), page("e", 8, true, 6, 7, 8));

    assertThat(meanwhile).containsExactly("5");
    assertThat(told()).containsExactly("6", "7", "8", "9");
    assertThat(metrics.channelCounts().recovered()).isEqualTo(3);
    assertThat(metrics.channelCounts().gaps()).isZero();
  }

  @Test
  void pagesAreReadUntilTheHead() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 9));
    history.answer(at("e", 5), page("e", 9, true, 6, 7));
    history.answer(at("e", 7), page("e", 9, true, 8, 9));
    hear("e", 10);

    assertThat(told()).containsExactly("5", "6", "7", "8", "9", "10");
  }

  @Test
  void nothingWasMissedAfterAll() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 5));
    history.answer(at("e", 5), page("e", 5, true));
    hear("e", 6);

    assertThat(told()).containsExactly("5", "6");
  }

  @Test
  void aFurtherGapWhileReadingIsReadToo() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 6));
    topic.onGap(at("e", 6), at("e", 8));
    hear("e", 9);
    history.answer(at("e", 5), page("e", 6, true, 6));
    history.answer(at("e", 6), page("e", 9, true, 7, 8, 9));

    assertThat(told()).containsExactly("5", "6", "7", "8", "9");
  }

  @Test
  void whatIsNotKeptAnyMoreIsOneGap() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 9));
    hear("e", 10);
    history.answer(at("e", 5), page("e", 10, false, 8, 9, 10));

    assertThat(told()).containsExactly("5", "gap 7", "8", "9", "10");
  }

  @Test
  void whatIsNotKeptAtAllIsAGapUpToWhatWasHeard() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 7));
    hear("e", 8, 9);
    history.answer(at("e", 5), page("e", 9, false));

    assertThat(told()).containsExactly("5", "gap 7", "8", "9");
    assertThat(history.isIdle()).isTrue();
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void whatIsNotKeptAndDoesNotArriveEitherIsAGapAfterAWhile() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 9));
    hear("e", 7);
    history.answer(at("e", 5), page("e", 9, false));
    List<String> atOnce = told();
    scheduler.advance(ChannelTopic.RETRY);
    history.answer(at("e", 7), page("e", 9, false));
    hear("e", 10);

    assertThat(atOnce).containsExactly("5", "gap 6", "7");
    assertThat(told()).containsExactly("gap 9", "10");
  }

  @Test
  void aReadThatFailsIsTriedAgain() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 7));
    history.fail();
    hear("e", 8);
    scheduler.advance(ChannelTopic.RETRY);
    history.answer(at("e", 5), page("e", 8, true, 6, 7, 8));

    assertThat(told()).containsExactly("5", "6", "7", "8");
  }

  @Test
  void withoutNumbersAGapIsToldOnceUntilSomethingFollows() {
    subscribe(Position.NONE);
    hearUnnumbered("a");

    topic.onGap(Position.NONE, Position.NONE);
    topic.onGap(Position.NONE, Position.NONE);
    hearUnnumbered("b");
    topic.onGap(Position.NONE, Position.NONE);

    assertThat(told()).containsExactly("\"a\"", "gap -", "\"b\"", "gap -");
    assertThat(history.isIdle()).isTrue();
  }

  @Test
  void numbersThatCameWithAGapAreReadFromTheFirst() {
    subscribe(Position.NONE);
    hearUnnumbered("a");

    topic.onGap(Position.NONE, at("e", 2));
    hear("e", 3);
    history.answer(at("e", 0), page("e", 3, true, 1, 2, 3));

    assertThat(told()).containsExactly("\"a\"", "gap 0", "1", "2", "3");
  }

  @Test
  void whatDoesNotFitWhileReadingIsReadInTheEnd() {
    subscribe(at("e", 0));
    hear("e", 1);
    int end = ChannelTopic.MAX_HELD + 10;

    topic.onGap(at("e", 1), at("e", 2));
    for (int offset = 3; offset <= end; offset++) {
      hear("e", offset);
    }
    history.answer(at("e", 1), page("e", 2, true, 2));
    history.answer(at("e", 2), page("e", end, true, IntStream.rangeClosed(3, end).toArray()));

    assertThat(session.isOpen()).isFalse(); // much more than an outbox holds
    assertThat(metrics.channelCounts().recovered()).isEqualTo(1 + end - 2);
    assertThat(metrics.channelCounts().gaps()).isZero();
  }

  @Test
  void withoutSubscribersNothingIsRead() {
    hear("e", 5);
    topic.onGap(at("e", 5), at("e", 9));
    subscribe(at("e", 9));

    hear("e", 10);

    assertThat(told()).containsExactly("10");
    assertThat(history.isIdle()).isTrue();
  }

  @Test
  void aReadForNobodyIsGivenUp() {
    subscribe(at("e", 4));
    hear("e", 5);
    topic.onGap(at("e", 5), at("e", 9));
    assertThat(told()).containsExactly("5");
    subscribers.remove(session).join();
    history.fail();

    subscribe(at("e", 9));
    hear("e", 10);

    assertThat(told()).containsExactly("10");
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void aGapFromBeforeTheSubscriptionIsNotTold() {
    subscribe(at("e", 1));
    hear("e", 2);
    topic.onGap(at("e", 2), at("e", 8));
    assertThat(told()).containsExactly("2");

    subscribe(at("e", 9));
    history.answer(at("e", 2), page("e", 10, false, 8, 9, 10));

    assertThat(told()).containsExactly("10");
  }
}
