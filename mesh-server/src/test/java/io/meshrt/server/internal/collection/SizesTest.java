// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import java.util.List;
import org.junit.jupiter.api.Test;

class SizesTest {
  private final RecordedMetrics metrics = new RecordedMetrics();
  private final Sizes sizes =
      new Sizes(CollectionLimits.defaults().withMaxMembers(3).withMaxBytes(10), metrics);

  @Test
  void asManyBytesAsMayBeAreTaken() {
    sizes.check(List.of(member(4), member(5)));
    sizes.check(List.of(member(4), member(6)));

    assertThat(metrics.hits(Limit.COLLECTION_SIZE)).isZero();
  }

  @Test
  void oneByteMoreIsTooMuch() {
    assertThatThrownBy(() -> sizes.check(List.of(member(5), member(6))))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.code()).isEqualTo("ELIMIT"));
    assertThat(metrics.hits(Limit.COLLECTION_SIZE)).isEqualTo(1);
  }

  @Test
  void oneRecordMoreIsTooMuch() {
    sizes.check(2);
    sizes.check(3);

    assertThatThrownBy(() -> sizes.check(4)).isInstanceOf(CommandException.class);
  }

  private static Member member(int bytes) {
    return new Member(
        "r", new Version(1, "s"), RawJson.parse("\"" + "x".repeat(bytes - 2) + "\""), null);
  }
}
