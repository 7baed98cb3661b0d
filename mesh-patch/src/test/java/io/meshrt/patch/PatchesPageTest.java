// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What docs/patches.md shows. */
class PatchesPageTest {
  private final ObjectMapper mapper = new ObjectMapper();

  @Test
  void snippetsDoWhatThePageSays() throws Exception {
    JsonNode before = mapper.readTree("{\"count\": 1, \"tags\": [\"a\", \"b\"]}");
    JsonNode after = mapper.readTree("{\"count\": 2, \"tags\": [\"b\"]}");

    Optional<Patch> patch = JsonDiff.between(before, after);

    JsonNode json = patch.orElseThrow().toJson();
    assertThat(json.toString())
        .isEqualTo(
            "[{\"op\":\"replace\",\"path\":\"/count\",\"value\":2},"
                + "{\"op\":\"remove\",\"path\":\"/tags/0\"}]");
    assertThat(Patch.fromJson(json).applyTo(before)).isEqualTo(after);

    PatchLimits wide = PatchLimits.defaults().withMaxValueBytes(1024 * 1024);
    assertThat(patch.orElseThrow().applyTo(before, wide)).isEqualTo(after);

    Patch back = JsonDiff.between(after, before).orElseThrow();
    List<Patch> both = List.of(patch.orElseThrow(), back);
    assertThat(Patch.compose(both, before, wide).orElseThrow().isEmpty()).isTrue();
    assertThat(Patch.concatenate(both, wide).orElseThrow().applyTo(before)).isEqualTo(before);
  }
}
