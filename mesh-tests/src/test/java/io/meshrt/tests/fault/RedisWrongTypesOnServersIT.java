// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our keys hold something else for a while. */
class RedisWrongTypesOnServersIT extends ServersUnderFault {
  /** All at once: whatever is written goes to the real keys, or is refused. */
  private static final String PUT_ASIDE =
      """
      for _, key in ipairs(KEYS) do
        if redis.call('EXISTS', key) == 1 then redis.call('RENAME', key, 'aside:' .. key) end
        redis.call('SET', key, 'junk')
      end
      return #KEYS
      """;

  private static final String PUT_BACK =
      """
      for _, key in ipairs(KEYS) do
        redis.call('DEL', key)
        if redis.call('EXISTS', 'aside:' .. key) == 1 then
          redis.call('RENAME', 'aside:' .. key, key)
        end
      end
      return #KEYS
      """;

  @Test
  @Timeout(300)
  void callsThatNeedThemFailUntilTheyAreBack() throws Exception {
    ThrowingRunnable refused = load().refusedFromNow(Actor::needsKeys);
    List<String> keys = names("KEYS", "mesh:*");

    run(PUT_ASIDE, keys);
    Load.within(PATIENCE, refused);
    load().awaitAnswers(20, PATIENCE);
    run(PUT_BACK, keys);

    awaitAllWorks();
    assertAllAgree();
  }

  private void run(String script, List<String> keys) {
    List<String> command = new ArrayList<>(List.of("EVAL", script, "" + keys.size()));
    command.addAll(keys);
    assertThat(redis().command(command.toArray(String[]::new)))
        .isEqualTo(":" + keys.size() + "\r\n");
  }
}
