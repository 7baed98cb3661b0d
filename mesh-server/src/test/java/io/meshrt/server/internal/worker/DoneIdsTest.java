// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ids are known to whoever holds the partition next, as long and as many as is said. */
class DoneIdsTest {
  private final Map<String, Stored> stored = new HashMap<>();

  private void write(List<Write> writes) {
    writes.forEach(w -> stored.put(w.key(), new Stored(new Version(1, "s"), w.value())));
  }

  @Test
  void whatWasWrittenIsKnownToTheNext() {
    DoneIds ids = DoneIds.load(stored, 0);
    for (int i = 0; i < 2 * DoneIds.PAGE_IDS + 3; i++) {
      ids.add("a" + i, 0);
    }
    write(ids.writes());
    ids.add("late", 0);
    ids.writes(); // fails
    ids.onNotWritten();
    write(ids.writes());
    DoneIds next = DoneIds.load(stored, 0);
    next.add("b", 0);
    write(next.writes());

    DoneIds last = DoneIds.load(stored, 0);

    assertThat(last.contains("a0")).isTrue();
    assertThat(last.contains("a" + (2 * DoneIds.PAGE_IDS + 2))).isTrue();
    assertThat(last.contains("late")).isTrue();
    assertThat(last.contains("b")).isTrue();
    assertThat(last.contains("c")).isFalse();
    assertThat(last.writes()).isEmpty();
  }

  @Test
  void oldIdsAndTheOldestOfTooManyAreForgotten() {
    DoneIds ids = DoneIds.load(stored, 0);
    ids.add("old", 0);
    ids.add("young", DoneIds.WINDOW.toNanos());
    boolean kept = ids.contains("old");
    ids.add("other", DoneIds.WINDOW.toNanos() + 1);
    boolean forgotten = !ids.contains("old");
    for (int i = 0; i < DoneIds.PAGES * DoneIds.PAGE_IDS; i++) {
      ids.add("n" + i, DoneIds.WINDOW.toNanos() + 1);
    }

    assertThat(kept).isTrue();
    assertThat(forgotten).isTrue();
    assertThat(ids.contains("young")).isFalse();
    assertThat(ids.contains("n0")).isTrue();
  }

  @Test
  void whatIsNoPageIsAbsent() {
    for (String garbage : new String[] {"", "x", "-7", "99999999999"}) {
      stored.put("page", new Stored(new Version(1, "s"), garbage.getBytes(UTF_8)));

      DoneIds ids = DoneIds.load(stored, 0);
      ids.add("a", 0);

      assertThat(ids.writes()).extracting(Write::key).contains("done.0");
    }
  }
}
