// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicDeliveryTest {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final AtomicInteger regressions = new AtomicInteger();
  private final HeardTopic heard = new HeardTopic();
  private TopicDelivery delivery;

  @BeforeEach
  void listen() {
    delivery =
        new TopicDelivery(
            new Topic("channel", "x"), tasks::add, 5, () -> regressions.incrementAndGet());
    delivery.add(heard);
  }

  @Test
  void nothingIsCalledBeforeTheExecutorRuns() {
    offer("e", 1);
    delivery.drain();

    assertThat(heard.all()).isEmpty();
    run();
    assertThat(heard.all()).containsExactly("m@1");
  }

  @Test
  void jumpIsToldBeforeThePublicationThatShowsIt() {
    base("e", 3);
    offer("e", 4);
    offer("e", 7);
    run();

    assertThat(heard.gaps()).containsExactly("4..7");
    assertThat(heard.all()).containsExactly("m@4", "m@7");
  }

  @Test
  void firstPublicationBeforeTheBaseIsNoGap() {
    offer("e", 8);
    base("e", 9);
    offer("e", 9);
    run();

    assertThat(heard.gaps()).isEmpty();
  }

  @Test
  void firstPublicationAfterABaseWithoutNumberIsNumberOne() {
    delivery.offerBase(Position.NONE);
    offer("e", 2);
    run();

    assertThat(heard.gaps()).containsExactly("0..2");
  }

  @Test
  void newEpochIsAGap() {
    base("e", 3);
    offer("f", 1);
    run();

    assertThat(heard.gaps()).containsExactly("3..1");
    assertThat(heard.gapHeads()).containsExactly(new Position("f", 1));
  }

  @Test
  void headBeyondWhatWasHeardIsAGapOnce() {
    base("e", 3);
    head("e", 5);
    head("e", 5);
    run();

    assertThat(heard.gaps()).containsExactly("3..5");
  }

  @Test
  void announcedPublicationsMayStillArrive() {
    base("e", 3);
    head("e", 5);
    offer("e", 4);
    offer("e", 5);
    offer("e", 6);
    run();

    assertThat(heard.gaps()).containsExactly("3..5");
    assertThat(heard.all()).containsExactly("m@4", "m@5", "m@6");
  }

  @Test
  void numberThatWasHeardIsNotDeliveredAgain() {
    base("e", 3);
    offer("e", 4);
    offer("e", 4);
    offer("e", 2);
    run();

    assertThat(heard.all()).containsExactly("m@4");
    assertThat(regressions).hasValue(2);
  }

  @Test
  void whatIsLeftOfAnEpochThatIsOverIsNeitherHeardNorALoss() {
    offer("e", 1);
    offer("e", 2);
    delivery.offerHead(new Position("f", 2));
    offer("e", 2);
    offer("e", 3);
    offer("f", 3);
    run();

    assertThat(heard.all()).containsExactly("m@1", "m@2", "m@3");
    assertThat(heard.publications().get(2).position().epoch()).isEqualTo("f");
    assertThat(heard.gaps()).containsExactly("2..2");
    assertThat(regressions).hasValue(0);
  }

  @Test
  void epochThatComesBackIsHeardAgain() {
    offer("e", 1);
    delivery.offerHead(new Position("f", 1));
    delivery.offerHead(new Position("e", 5));
    offer("e", 6);
    run();

    assertThat(heard.all()).containsExactly("m@1", "m@6");
  }

  @Test
  void overflowIsAGap() {
    for (int i = 0; i < 5; i++) {
      delivery.offer(new Publication(Position.NONE, 1, new byte[0]));
    }
    run();
    assertThat(heard.gaps()).isEmpty();

    for (int i = 0; i < 6; i++) {
      delivery.offer(new Publication(Position.NONE, 1, new byte[0]));
    }
    run();

    assertThat(heard.publications()).hasSize(10);
    assertThat(heard.gaps()).hasSize(1);
  }

  @Test
  void failingListenerDoesNotStopTheOthers() {
    TopicDelivery other = new TopicDelivery(new Topic("channel", "x"), Runnable::run, 5, () -> {});
    other.add(
        new TopicListener() {
          @Override
          public void onPublication(Publication publication) {
            throw new IllegalStateException("as the test wants it");
          }

          @Override
          public void onGap(Position lastHeard, Position head) {}
        });
    other.add(heard);

    other.offer(new Publication(Position.NONE, 1, new byte[0]));
    other.drain();

    assertThat(heard.publications()).hasSize(1);
  }

  private void offer(String epoch, long offset) {
    delivery.offer(new Publication(new Position(epoch, offset), 1, new byte[] {'m'}));
  }

  private void base(String epoch, long offset) {
    delivery.offerBase(new Position(epoch, offset));
  }

  private void head(String epoch, long offset) {
    delivery.offerHead(new Position(epoch, offset));
  }

  private void run() {
    delivery.drain();
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }
}
