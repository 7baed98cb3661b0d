// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.schedule.ManualScheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LetterBoxTest {
  private static final Topic BOX = new Topic("node", "n7");
  private static final String EPOCH = "e1";

  private final ManualScheduler scheduler = new ManualScheduler();
  private final Reads reads = new Reads();
  private final List<Long> handed = new ArrayList<>();
  private int lost;
  private final LetterBox box =
      new LetterBox(
          reads, BOX, scheduler, letter -> handed.add(letter.body().asLong()), () -> lost++);

  /** Topics of which a test answers the reads. */
  private static final class Reads implements Topics {
    final ArrayDeque<HistoryQuery> queries = new ArrayDeque<>();
    final ArrayDeque<CompletableFuture<History>> answers = new ArrayDeque<>();

    @Override
    public CompletableFuture<Registration> listen(Topic topic, TopicListener listener) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Position> publish(Topic topic, Outgoing message) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<History> read(Topic topic, HistoryQuery query) {
      queries.add(query);
      answers.add(new CompletableFuture<>());
      return answers.getLast();
    }

    void answer(boolean more, long... offsets) {
      List<Publication> page = LongStream.of(offsets).mapToObj(LetterBoxTest::letter).toList();
      Position head = new Position(EPOCH, 100);
      answers.remove().complete(new History(head, page, true, more));
    }
  }

  private static Position at(long offset) {
    return new Position(EPOCH, offset);
  }

  private static Publication letter(long offset) {
    byte[] payload = Letter.tell("k", IntNode.valueOf((int) offset)).encode();
    return new Publication(at(offset), 1_000 + offset, payload);
  }

  @Test
  void lettersAreHandedOnInOrder() {
    box.onPublication(letter(1));
    box.onPublication(letter(2));

    assertThat(handed).containsExactly(1L, 2L);
  }

  @Test
  void missedLettersAreReadBeforeLaterOnes() {
    box.onPublication(letter(1));

    box.onGap(at(1), at(5));
    box.onPublication(letter(5));
    box.onPublication(letter(6));
    assertThat(handed).containsExactly(1L);
    assertThat(reads.queries.remove().after()).isEqualTo(at(1));
    reads.answer(true, 2, 3);
    assertThat(reads.queries.remove().after()).isEqualTo(at(3));
    reads.answer(false, 4, 5);

    assertThat(handed).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    box.onPublication(letter(7));
    assertThat(handed).endsWith(7L);
  }

  @Test
  void gapWhileReadingIsReadToo() {
    box.onPublication(letter(1));

    box.onGap(at(1), at(3));
    box.onGap(at(1), at(4));
    reads.answer(false, 2, 3);
    reads.answer(false, 4);

    assertThat(handed).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void failedReadIsTriedAgain() {
    box.onPublication(letter(1));
    box.onGap(at(1), at(2));

    reads.answers.remove().completeExceptionally(CommandException.unavailable("down"));
    scheduler.advance(Duration.ofSeconds(1));
    reads.answer(false, 2);

    assertThat(handed).containsExactly(1L, 2L);
  }

  @Test
  void gapBeforeTheFirstLetterReadsFromWhereListeningBegan() {
    box.onGap(at(4), at(6));
    assertThat(reads.queries.remove().after()).isEqualTo(at(4));
    reads.answer(false, 5, 6);

    assertThat(handed).containsExactly(5L, 6L);
  }

  @Test
  void nobodyWaitsWhileALetterIsHandedOn() {
    AtomicReference<LetterBox> busy = new AtomicReference<>();
    LetterBox other =
        new LetterBox(
            reads,
            BOX,
            scheduler,
            letter -> {
              if (handed.isEmpty()) {
                CompletableFuture.runAsync(() -> busy.get().onPublication(letter(2)))
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
              }
              handed.add(letter.body().asLong());
            },
            () -> {});
    busy.set(other);

    other.onPublication(letter(1));

    assertThat(handed).containsExactly(1L, 2L);
  }

  @Test
  void whatIsNoLetterIsSkipped() {
    box.onPublication(new Publication(at(1), 1, "garbage".getBytes(UTF_8)));
    box.onPublication(new Publication(at(2), 1, "[1]".getBytes(UTF_8)));
    box.onPublication(letter(3));

    assertThat(handed).containsExactly(3L);
  }

  @Test
  void lettersThatAreNotKeptAnyMoreAreToldAsLost() {
    box.onPublication(letter(1));
    boolean before = box.isBehind();

    box.onGap(at(1), at(5));
    boolean reading = box.isBehind();
    reads.answers.remove().complete(new History(at(5), List.of(letter(4)), false, true));
    int told = lost;
    reads.answer(false, 5);

    assertThat(before).isFalse();
    assertThat(reading).isTrue();
    assertThat(told).isEqualTo(1);
    assertThat(lost).isEqualTo(1);
    assertThat(box.isBehind()).isFalse();
  }

  @Test
  void anotherEpochIsALossToo() {
    box.onPublication(letter(1));
    byte[] payload = Letter.tell("k", IntNode.valueOf(9)).encode();

    box.onPublication(new Publication(new Position("e2", 1), 1, payload));

    assertThat(handed).containsExactly(1L, 9L);
    assertThat(lost).isEqualTo(1);
  }
}
