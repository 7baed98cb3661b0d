// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.meshrt.client.MeshClient;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.tests.harness.Outcomes;
import org.junit.jupiter.api.Test;

/** Inboxes are bounded, and say so. */
abstract class BoundSuite extends InboxSuite {
  private static final int MAX_BYTES = 256 * 1024;

  /** What a message takes around a text of n characters: its name, two quotes, the members. */
  private static final int AROUND = "{\"name\":\"note\",\"payload\":\"\"}".length();

  @Override
  io.meshrt.server.inbox.InboxOptions kept() {
    return io.meshrt.server.inbox.InboxOptions.defaults().withMaxMessages(100).withMaxDevices(2);
  }

  @Test
  void whatIsNotKeptAnyMoreIsAGapOfThatSize() throws Exception {
    keep(0, "ann", 1, 150);
    InboxLog log = new InboxLog();

    open(named(1, "ann"), log);

    assertThat(log.awaitTold("150").get(0)).isEqualTo("gap");
    assertThat(log.texts()).isEqualTo(numbers(51, 150));
    assertThat(log.gaps).hasSize(1);
    assertThat(log.gaps.get(0).missed()).hasValue(50);
  }

  @Test
  void asManyAsAreKeptAreNoGap() throws Exception {
    for (int kept : new int[] {99, 100}) {
      InboxLog log = new InboxLog();
      keep(0, "ann-" + kept, 1, kept);
      open(named(1, "ann-" + kept), log);
      assertThat(log.awaitTold("" + kept)).isEqualTo(numbers(1, kept));
    }
    InboxLog log = new InboxLog();
    keep(0, "ann", 1, 101);
    open(named(0, "ann"), log);
    log.awaitTold("101");
    assertThat(log.gaps.get(0).missed()).hasValue(1);
  }

  @Test
  void whoWasAwayTooLongIsToldHowMuchItMissed() throws Exception {
    keep(0, "ann", 1, 10);
    InboxLog before = new InboxLog();
    MeshClient ann = named(0, "ann");
    open(ann, before, PROMPT);
    before.awaitTold("10");
    awaitHandled("ann", 10);
    ann.close();
    InboxLog after = new InboxLog();

    keep(1, "ann", 11, 130);
    open(named(1, "ann"), after, PROMPT);

    after.awaitTold("130");
    assertThat(after.gaps).hasSize(1);
    assertThat(after.gaps.get(0).missed()).hasValue(20);
    assertThat(after.texts()).isEqualTo(numbers(31, 130));
  }

  @Test
  void oneDeviceTooManyIsRefused() throws Exception {
    keep(0, "ann", 1, 1);
    for (String device : new String[] {"one", "two"}) {
      open(
          named(0, "ann"),
          new InboxLog(),
          InboxOptions.defaults().withDevice(device).withFromEnd());
    }
    InboxOptions third = InboxOptions.defaults().withDevice("three").withFromEnd();

    assertThat(Outcomes.code(named(1, "ann").inbox(new InboxLog(), third))).isEqualTo("ELIMIT");
    open(named(1, "ann"), new InboxLog(), InboxOptions.defaults().withDevice("two").withFromEnd());
    open(named(1, "bob"), new InboxLog(), third);
  }

  @Test
  void oneDeviceTooManyIsRefusedAlsoWhereItHasHandledNothing() throws Exception {
    keep(0, "ann", 1, 1);
    int acknowledged = 0;
    for (String device : new String[] {"one", "two"}) {
      InboxLog log = new InboxLog();
      MeshClient ann = named(0, "ann");
      open(ann, log, PROMPT.withDevice(device));
      log.awaitTold("1");
      awaitAcknowledgements(++acknowledged);
      ann.close();
    }

    assertThat(Outcomes.code(named(1, "ann").inbox(new InboxLog(), PROMPT.withDevice("three"))))
        .isEqualTo("ELIMIT");
    assertThat(Outcomes.code(named(1, "ann").inbox(new InboxLog()))).isEqualTo("ELIMIT");
    keep(0, "ann", 2, 2);
    InboxLog again = new InboxLog();
    open(named(1, "ann"), again, PROMPT.withDevice("two"));
    assertThat(again.awaitTold("2")).containsExactly("2");
  }

  @Test
  void oneByteTooManyIsRefused() throws Exception {
    for (int bytes : new int[] {MAX_BYTES - 1, MAX_BYTES}) {
      String text = "x".repeat(bytes - AROUND);
      Outcomes.result(node(0).inboxes().keep("ann", "note", text));
    }
    String larger = "x".repeat(MAX_BYTES + 1 - AROUND);

    assertThat(Outcomes.code(node(0).inboxes().keep("ann", "note", larger))).isEqualTo("ETOOLARGE");
    InboxLog log = new InboxLog();
    open(named(1, "ann"), log);
    keep(0, "ann", 3, 3);
    log.awaitTold("3");
    assertThat(log.messages).hasSize(3);
  }

  @Test
  void whatCannotBeKeptIsSaidAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> node(0).inboxes().keep("", "note", 1))
        .withMessageContaining("identityId");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> node(0).inboxes().keep("ann", "mesh/note", 1))
        .withMessageContaining("reserved");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> node(0).inboxes().keep("ann", "note", 1, "i".repeat(201)));
    assertThatIllegalArgumentException().isThrownBy(() -> node(0).exposeChannel("mesh/inbox"));
  }
}
