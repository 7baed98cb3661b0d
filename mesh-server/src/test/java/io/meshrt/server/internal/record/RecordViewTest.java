// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.RawJson;
import io.meshrt.patch.PatchLimits;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Version;
import org.junit.jupiter.api.Test;

class RecordViewTest {
  private final RecordView view = new RecordView("r", PatchLimits.defaults());

  @Test
  void patchThatFollowsIsApplied() {
    read(3, "{\"a\":1}");

    assertThat(hear(3, 4, "2")).isEqualTo(RecordView.Outcome.NEWS);
    assertThat(view.state().version()).isEqualTo(version(4));
    assertThat(view.state().json()).hasToString("{\"a\":2}");
  }

  @Test
  void whatArrivesLateBehindTheReadIsOld() {
    read(3, "{\"a\":1}");

    assertThat(fits(1, 2)).isTrue();
    assertThat(hear(1, 2, "9")).isEqualTo(RecordView.Outcome.KNOWN);
    assertThat(hear(2, 3, "9")).isEqualTo(RecordView.Outcome.KNOWN);
    assertThat(view.state().json()).hasToString("{\"a\":1}");
  }

  @Test
  void lowerNumbersBehindTheReadsOwnPublicationDoNotFit() {
    read(3, "{\"a\":1}");
    hear(2, 3, "1");

    assertThat(fits(1, 2)).isFalse();
  }

  @Test
  void publicationBehindAHoleDoesNotFit() {
    read(3, "{\"a\":1}");

    assertThat(fits(4, 5)).isFalse();
  }

  @Test
  void sameNumberWithAnotherStampDoesNotFit() {
    read(3, "{\"a\":1}");
    hear(3, 4, "2");
    RecordChange other =
        new RecordChange(
            RecordChange.Kind.VALUE, "r", "s4x", new Version(5, "s5"), RawJson.parse("1"));

    assertThat(view.fits(other)).isFalse();
  }

  @Test
  void patchThatCannotBeAppliedChangesNothing() {
    read(3, "[]");

    assertThat(hear(3, 4, "2")).isEqualTo(RecordView.Outcome.MISFIT);
    assertThat(view.state().version()).isEqualTo(version(3));
  }

  @Test
  void readingTheSameIsNoNews() {
    read(3, "1");

    assertThat(read(3, "1")).isEqualTo(RecordView.Outcome.KNOWN);
    assertThat(read(4, "2")).isEqualTo(RecordView.Outcome.NEWS);
  }

  @Test
  void lowerNumberThatWasReadIsNews() {
    read(9, "1");

    assertThat(read(4, "2")).isEqualTo(RecordView.Outcome.NEWS);
    assertThat(view.state().version().number()).isEqualTo(4);
  }

  @Test
  void valueThatLeftItsVersionBehindWasDeleted() {
    read(9, "1");
    Stored remembered = new Stored(version(10), null);

    assertThat(view.read(remembered, false)).isEqualTo(RecordView.Outcome.NEWS);
    assertThat(view.state().isDeleted()).isTrue();
    assertThat(view.state().version().number()).isEqualTo(10);
    assertThat(view.read(remembered, false)).isEqualTo(RecordView.Outcome.KNOWN);
  }

  @Test
  void valueWhoseTimeIsOverIsDeletedWithItsLastVersion() {
    read(9, "1");

    assertThat(view.read(Stored.ABSENT, true)).isEqualTo(RecordView.Outcome.NEWS);
    assertThat(view.state().isDeleted()).isTrue();
    assertThat(view.state().version().number()).isEqualTo(9);
    assertThat(view.read(Stored.ABSENT, true)).isEqualTo(RecordView.Outcome.KNOWN);
  }

  @Test
  void valueThatIsGoneWithoutATraceWasLostAndNotDeleted() {
    read(9, "1");

    assertThat(view.read(Stored.ABSENT, false)).isEqualTo(RecordView.Outcome.NEWS);
    assertThat(view.state().exists()).isFalse();
    assertThat(view.state().isDeleted()).isFalse();
    assertThat(view.state().version()).isEqualTo(Version.ABSENT);
    assertThat(view.read(Stored.ABSENT, false)).isEqualTo(RecordView.Outcome.KNOWN);
  }

  @Test
  void nothingIsKnownBeforeTheFirstRead() {
    assertThat(fits(7, 8)).isTrue();
    assertThat(hear(7, 8, "1")).isEqualTo(RecordView.Outcome.KNOWN);
    assertThat(view.state()).isNull();
  }

  private RecordView.Outcome read(long number, String json) {
    return view.read(new Stored(version(number), json.getBytes(UTF_8)), false);
  }

  private boolean fits(long base, long number) {
    return view.fits(change(base, number, "0"));
  }

  private RecordView.Outcome hear(long base, long number, String value) {
    return view.hear(change(base, number, value));
  }

  private static RecordChange change(long base, long number, String value) {
    RawJson patch = RawJson.parse("[{\"op\":\"replace\",\"path\":\"/a\",\"value\":" + value + "}]");
    return new RecordChange(RecordChange.Kind.PATCH, "r", "s" + base, version(number), patch);
  }

  private static Version version(long number) {
    return new Version(number, "s" + number);
  }
}
