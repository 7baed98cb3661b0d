// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.Position;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the subscribers of a node are told of what cannot be read any more. */
class ChannelGapTest extends ChannelTopicBench {
  @Test
  void aHoleThatNobodyAnnouncedIsAGap() {
    subscribe(at("e", 4));

    hear("e", 5, 8);

    assertThat(told()).containsExactly("5", "gap 7", "8");
  }

  @Test
  void aNewEpochIsOneGapAndGoesOnWithWhatWasHeardInIt() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("f", 3));
    hear("f", 4);
    history.answer(at("e", 5), page("f", 4, false));
    history.answer(at("f", 3), page("f", 4, true, 4));
    hear("f", 5);

    assertThat(told()).containsExactly("5", "gap 3", "4", "5");
    assertThat(metrics.channelCounts().gaps()).isEqualTo(1);
  }

  @Test
  void aNewEpochWithoutNewsIsAGapAtItsHead() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("f", 3));
    history.answer(at("e", 5), page("f", 3, false));
    hear("f", 4);

    assertThat(told()).containsExactly("5", "gap 3", "4");
  }

  @Test
  void aLateMessageOfTheOldEpochIsNotTold() {
    subscribe(at("e", 4));
    hear("e", 5);
    topic.onGap(at("e", 5), at("f", 3));
    history.answer(at("e", 5), page("f", 3, false));

    topic.onGap(at("f", 3), at("e", 6));
    hear("e", 6);
    history.answer(at("f", 3), page("f", 3, true));
    hear("f", 4);

    assertThat(told()).containsExactly("5", "gap 3", "4");
  }

  @Test
  void whileTheClusterHasForgottenAndDoesNotKnowItNothingIsTold() {
    subscribe(at("e", 8));
    hear("e", 9);

    topic.onGap(at("e", 9), at("e", 9));
    history.answer(at("e", 9), page("e", 3, false));
    List<String> meanwhile = told();
    scheduler.advance(ChannelTopic.RETRY);
    topic.onGap(at("e", 9), at("f", 3));
    history.answer(at("e", 9), page("f", 3, false));
    history.answer(at("f", 3), page("f", 3, true));

    assertThat(meanwhile).containsExactly("9");
    assertThat(told()).containsExactly("gap 3");
  }

  @Test
  void allThatWasLostIsOneGapAlsoWhenNumbersBeginAnew() {
    subscribe(at("e", 4));
    hear("e", 5);

    topic.onGap(at("e", 5), at("e", 5));
    history.answer(at("e", 5), new History(Position.NONE, List.of(), false, false));
    topic.onGap(at("e", 5), at("f", 1));
    hear("f", 1);
    history.answer(at("e", 5), page("f", 1, false, 1));
    hear("f", 2);

    assertThat(told()).containsExactly("5", "gap -", "1", "2");
  }

  @Test
  void gapsWithMessagesBetweenThemAreToldEach() {
    subscribe(at("e", 4));

    hear("e", 7, 9);

    assertThat(told()).containsExactly("gap 6", "7", "gap 8", "9");
  }
}
