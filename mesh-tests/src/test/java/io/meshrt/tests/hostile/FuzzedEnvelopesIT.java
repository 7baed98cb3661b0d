// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.testkit.RawFrame;
import io.meshrt.tests.harness.V1Socket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages made by {@link EnvelopeGrammar}, many at a time on one connection after the other. */
class FuzzedEnvelopesIT extends HostileSuite {
  private static final int ENVELOPES = Boolean.getBoolean("mesh.full") ? 1_000_000 : 10_000;
  private static final int AT_ONCE = 250;
  private static final int WARM_UP = 2_000;
  private static final List<Tongue> TONGUES = List.of(Tongue.values());
  private static final long LAST_ID = 1_000_000;

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void eachIsAnsweredProtestedOrIgnoredAndNoneIsAFailureOfTheServer() throws Exception {
    for (int first = 0; first < WARM_UP; first += AT_ONCE) {
      talk(-1L - first);
    }
    Memory before = Memory.now();
    for (int first = 0; first < ENVELOPES; first += AT_ONCE) {
      talk(first);
    }
    await().until(() -> server().connections().count() == 1);
    before.assertBack();
  }

  private void talk(long seed) throws IOException {
    Tongue tongue = TONGUES.get((int) Math.floorMod(seed / AT_ONCE, 4L));
    EnvelopeGrammar grammar = new EnvelopeGrammar(seed, tongue);
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    for (long id = 1; id <= AT_ONCE; id++) {
      messages.writeBytes(RawFrame.text(grammar.next(id)).masked());
    }
    // Built-ins run one after the other, so its answer is the last of theirs.
    String last = tongue == Tongue.BARE ? "unsubscribe-channel" : "leave-room";
    Map<String, String> payload = Map.of("roomName", "last", "channel", "last");
    String request = V1Socket.request(LAST_ID, tongue.name(last), payload);
    messages.writeBytes(RawFrame.text(request).masked());
    try (Attacker attacker = Attacker.open(tongue, port())) {
      attacker.socket().send(messages.toByteArray());

      JsonNode answer = attacker.answer(LAST_ID);
      assertThat(answer.has("error")).as("%s", answer).isFalse();
      String heard = attacker.heard();
      assertThat(heard).doesNotContain("ESERVER");
      trouble().forget();
      assertHarmless(heard);
    } catch (IOException | AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
  }
}
