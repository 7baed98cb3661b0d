// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.internal.session.TestNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a connection is sent of its inbox, and what counts as handled. */
class MesaInboxTest {
  /** Of one read. */
  private static final int PAGE = HistoryRequest.MAX_MESSAGES;

  private static final String ALIVE = "{\"op\":11,\"d\":{}}";

  private final MesaRoom room = MesaRoom.keeping(2 * PAGE);

  @Test
  void whatWaitedHasSequencesAndWhatComesThenHasNone() {
    room.keep("ann", 1, 3);

    TestNode.Client ann = room.connect("ann");
    room.keep("ann", 4);
    room.turn(ann);

    assertThat(notes(ann)).containsExactly("1 s1", "2 s2", "3 s3", "4");
  }

  @Test
  void whatWasNotFollowedByAWordOfTheClientComesAgain() {
    room.keep("ann", 1, 2);
    TestNode.Client first = room.connect("ann");
    room.tell(first, ALIVE);
    room.keep("ann", 3, 4);
    room.turn(first);
    first.transport().end();

    assertThat(notes(room.connect("ann"))).containsExactly("3 s1", "4 s2");
  }

  @Test
  void anAcknowledgementBesideAReplayCountsForWhatWasWrittenAlone() {
    room.keep("ann", 1, PAGE + 2);
    TestNode.Client first = room.connect();
    room.topics.hold();
    room.tell(first, MesaRoom.authentication("ann"));
    answerUntilNotes(first, PAGE);
    assertThat(room.topics.waiting()).as("the second page is being read").isEqualTo(1);

    room.tell(first, ALIVE);
    room.topics.release();
    room.turn(first);

    int last = PAGE + 2;
    assertThat(notes(first)).containsExactly((last - 1) + " s" + (last - 1), last + " s" + last);
    first.transport().end();
    assertThat(notes(room.connect("ann"))).containsExactly((last - 1) + " s1", last + " s2");
  }

  @Test
  void anAcknowledgementThatIsUnderWayDoesNotCountForWhatIsWrittenMeanwhile() {
    room.keep("ann", 1);
    TestNode.Client first = room.connect("ann");
    room.topics.hold();
    room.tell(first, ALIVE);
    room.keep("ann", 2);
    room.turn(first);
    room.topics.release();
    room.turn(first);
    first.transport().end();

    assertThat(notes(first)).containsExactly("1 s1", "2");
    assertThat(notes(room.connect("ann"))).containsExactly("2 s1");
  }

  @Test
  void whatWasWrittenMeanwhileIsAcknowledgedByTheNextWord() {
    room.keep("ann", 1);
    TestNode.Client first = room.connect("ann");
    room.topics.hold();
    room.tell(first, ALIVE);
    room.keep("ann", 2);
    room.turn(first);
    room.topics.release();
    room.turn(first);

    room.tell(first, ALIVE);
    first.transport().end();

    assertThat(notes(room.connect("ann"))).isEmpty();
  }

  @Test
  void anAcknowledgementThatFailsIsTriedAgainByTheNextWord() {
    room.keep("ann", 1);
    TestNode.Client first = room.connect("ann");
    room.topics.hold();
    room.tell(first, ALIVE);
    room.topics.answer(false);
    room.topics.release();
    room.turn(first);

    room.tell(first, ALIVE);
    first.transport().end();

    assertThat(notes(room.connect("ann"))).isEmpty();
  }

  @Test
  void whatDoesNotFitTheOutboxIsNotAcknowledged() {
    TestNode.Client first = room.connect("ann");
    first.transport().setWritableBytes(0);
    room.keep("ann", 1);
    room.turn(first);
    room.tell(first, ALIVE);
    first.transport().end();

    assertThat(notes(room.connect("ann"))).containsExactly("1 s1");
  }

  @Test
  void aReadThatFailsIsTriedAgainAndMissesNothing() {
    room.keep("ann", 1, 2);
    TestNode.Client ann = room.connect();
    room.topics.hold();
    room.tell(ann, MesaRoom.authentication("ann"));
    room.topics.answer(false);
    room.topics.release();
    room.turn(ann);
    room.keep("ann", 3);
    room.turn(ann);
    assertThat(notes(ann)).isEmpty();

    room.node.scheduler.advance(Duration.ofSeconds(1));
    room.turn(ann);

    assertThat(notes(ann)).containsExactly("1 s1", "2 s2", "3 s3");
  }

  @Test
  void aGapInWhatIsKeptIsLeftOutAndTheRestIsNumberedFromOne() {
    MesaRoom few = MesaRoom.keeping(3);
    few.keep("ann", 1);
    TestNode.Client first = few.connect("ann");
    few.tell(first, ALIVE);
    first.transport().end();
    few.keep("ann", 2, 9);

    TestNode.Client second = few.connect("ann");
    few.tell(second, ALIVE);
    few.keep("ann", 10);
    few.turn(second);

    assertThat(notes(second)).containsExactly("7 s1", "8 s2", "9 s3", "10");
    second.transport().end();
    assertThat(notes(few.connect("ann"))).containsExactly("10 s1");
  }

  @Test
  void aGapInWhatIsHeardIsReadAgain() {
    TestNode.Client ann = room.connect("ann");
    room.topics.skip(2);
    room.keep("ann", 1, 3);
    room.turn(ann);

    assertThat(notes(ann)).containsExactly("1", "2", "3");
  }

  @Test
  void theSameIdentityAgainOpensNothingAnew() {
    room.keep("ann", 1);
    TestNode.Client ann = room.connect("ann");
    room.tell(ann, MesaRoom.authentication("ann"));
    room.keep("ann", 2);
    room.turn(ann);

    assertThat(notes(ann)).containsExactly("1 s1", "2");
  }

  @Test
  void anotherIdentityGetsNothingOfEither() {
    room.keep("ann", 1);
    room.keep("bob", 7);
    TestNode.Client client = room.connect("ann");
    assertThat(notes(client)).containsExactly("1 s1");

    room.tell(client, MesaRoom.authentication("bob"));
    room.keep("ann", 2);
    room.keep("bob", 8);
    room.turn(client);

    assertThat(client.transport().closeCode()).isEqualTo(1012);
    assertThat(notes(client)).isEmpty();
    client.transport().end();
    assertThat(notes(room.connect("bob"))).containsExactly("7 s1", "8 s2");
    // The credentials of somebody else are a word of this client too.
    assertThat(notes(room.connect("ann"))).containsExactly("2 s1");
  }

  /** Answers reads one after the other until the client has so many notes, and reads these. */
  private void answerUntilNotes(TestNode.Client client, int count) {
    int seen = 0;
    while (seen < count) {
      room.topics.answer(true);
      room.turn(client);
      seen += notes(client).size();
    }
  }

  /** The notes that came since the last call: the payload, and the sequence if there is one. */
  private static List<String> notes(TestNode.Client client) {
    return client.transport().sent().stream()
        .filter(frame -> frame.contains("\"NOTE\""))
        .map(
            frame ->
                frame
                    .replaceAll("^\\{\"op\":0,\"d\":(\\d+),\"t\":\"NOTE\"", "$1")
                    .replaceAll(",\"s\":(\\d+)", " s$1")
                    .replace("}", ""))
        .toList();
  }
}
