// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Version;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordChangeTest {
  private static final List<RecordChange> CHANGES =
      List.of(
          new RecordChange(
              RecordChange.Kind.PATCH,
              "käse/~\n\u0000",
              "b1",
              new Version(Long.MAX_VALUE, "s1"),
              RawJson.parse("[{\"op\":\"remove\",\"path\":\"/a\"}]")),
          new RecordChange(
              RecordChange.Kind.VALUE, "b", "", new Version(1, "s2"), RawJson.parse("[1]")),
          RecordChange.deleted("c", "s0", new Version(7, "s3")));

  @Test
  void changesAreReadAsTheyWereWritten() {
    List<List<RecordChange>> commits = List.of(CHANGES, CHANGES.subList(1, 2));

    assertThat(RecordChange.decode(RecordChange.encode(commits))).contains(commits);
  }

  @Test
  void whatIsCutOffIsNoChange() {
    byte[] whole = RecordChange.encode(List.of(CHANGES.subList(0, 1)));

    for (int length = 1; length < whole.length; length++) {
      assertThat(RecordChange.decode(Arrays.copyOf(whole, length))).as("%d", length).isEmpty();
    }
  }

  @Test
  void otherPayloadsAreNoChanges() {
    assertThat(RecordChange.decode("{\"a\":1}".getBytes(UTF_8))).isEmpty();
    assertThat(RecordChange.decode(new byte[] {'P', -1, -1, 0})).isEmpty();
    assertThat(RecordChange.decode("N".getBytes(UTF_8))).isEmpty();
  }

  @Test
  void busCarriesLittleBesidesThePatch() {
    RawJson patch = RawJson.parse("[{\"op\":\"replace\",\"path\":\"/a\",\"value\":2}]");
    RecordChange change =
        new RecordChange(
            RecordChange.Kind.PATCH, "id", "0123456789abc", new Version(3, "x"), patch);

    assertThat(RecordChange.encode(List.of(List.of(change))).length)
        .isLessThan(patch.length() + 40);
  }
}
