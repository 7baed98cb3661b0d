// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.Generation;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.internal.dialect.GenerationDecision.Next;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationDecisionTest {
  private static final EnvelopeReader READER =
      new EnvelopeReader(JsonLimits.forMessages(1_000_000));

  /**
   * What comes, one step after the other, and what is decided. W welcome, M and R an assigned id, P
   * a push, Q nothing for a while, T no answer to the probes; m and r answers to the probes: m+
   * true, m- unknown, m! refused, m? something else.
   */
  @ParameterizedTest
  @CsvSource({
    "auto, W, V1",
    "auto, M, MESH",
    "auto, R, REALTIME",
    "auto, M R, MESH",
    "auto, P W M, MESH",
    "auto, P M, MESH",
    "auto, P W, wait",
    "auto, Q, probe",
    "auto, Q W, V1",
    "auto, Q M, MESH",
    "auto, Q m+, MESH",
    "auto, Q r+, REALTIME",
    "auto, Q m-, wait",
    "auto, Q m- r+, REALTIME",
    "auto, Q r- m+, MESH",
    "auto, Q m- r-, BARE",
    "auto, Q r- m-, BARE",
    "auto, Q m!, MESH",
    "auto, Q m- r!, REALTIME",
    "auto, Q m? r?, wait",
    "auto, Q m- T, unclear",
    "auto, Q T, unclear",
    "auto, m+, wait",
    "V1, W, V1",
    "V1, M, refused",
    "V1, P, refused",
    "V1, Q, wait",
    "MESH, M, MESH",
    "MESH, R, wait",
    "MESH, W, wait",
    "MESH, Q, MESH",
    "REALTIME, R, REALTIME",
    "REALTIME, M R, REALTIME",
    "REALTIME, Q, REALTIME",
    "BARE, '', BARE"
  })
  void decisionTable(String wanted, String steps, String outcome) {
    GenerationDecision decision =
        new GenerationDecision(wanted.equals("auto") ? null : Generation.valueOf(wanted));

    Next next = decision.onOpen();
    for (String step : steps.isEmpty() ? List.<String>of() : List.of(steps.split(" "))) {
      if (next != Next.DECIDED) {
        next = take(decision, step);
      }
    }

    assertThat(describe(decision, next)).isEqualTo(outcome);
  }

  @Test
  void malformedWelcomeIsRefusedWithItsField() {
    GenerationDecision decision = new GenerationDecision(null);

    Next next = frame(decision, "{\"command\":\"mesh/welcome\",\"payload\":{}}");

    assertThat(next).isEqualTo(Next.REFUSED);
    assertThat(decision.problem()).contains("connectionId");
  }

  @Test
  void greetingCarriesWhatTheServerSaid() {
    GenerationDecision v1 = new GenerationDecision(null);
    GenerationDecision legacy = new GenerationDecision(null);

    frame(v1, Frames.welcome());
    frame(legacy, Frames.MESH_ASSIGN_ID);

    assertThat(v1.greeting().connectionId()).isEqualTo("n1-conn-7");
    assertThat(v1.greeting().welcome().maxRunningCommands()).isEqualTo(64);
    assertThat(legacy.greeting().connectionId()).isEqualTo("conn-41");
    assertThat(legacy.greeting().welcome()).isNull();
  }

  @Test
  void subprotocolIsOfferedUnlessALegacyGenerationIsWanted() {
    List<Generation> offering = new ArrayList<>();
    for (Generation generation : Generation.values()) {
      if (GenerationDecision.offersSubprotocol(generation)) {
        offering.add(generation);
      }
    }

    assertThat(offering).containsExactly(Generation.V1);
    assertThat(GenerationDecision.offersSubprotocol(null)).isTrue();
  }

  private static Next take(GenerationDecision decision, String step) {
    return switch (step) {
      case "W" -> frame(decision, Frames.welcome());
      case "M" -> frame(decision, Frames.MESH_ASSIGN_ID);
      case "R" -> frame(decision, Frames.RT_ASSIGN_ID);
      case "P" -> frame(decision, "{\"command\":\"news\",\"payload\":1}");
      case "Q" -> quiet(decision);
      case "T" -> decision.onProbesUnanswered();
      default ->
          frame(
              decision,
              Frames.legacyReply(step.charAt(0) == 'm' ? 11 : 12, "noop", answer(step.charAt(1))));
    };
  }

  private static Next quiet(GenerationDecision decision) {
    Next next = decision.onQuiet();
    if (next == Next.PROBE) {
      assertThat(decision.probes(11)).hasSize(2);
    }
    return next;
  }

  private static String answer(char kind) {
    return switch (kind) {
      case '+' -> "true";
      case '-' -> "{\"error\":\"no\",\"code\":\"ENOTFOUND\",\"name\":\"CommandError\"}";
      case '!' -> "{\"error\":\"log in\",\"code\":\"EUNAUTHORIZED\",\"name\":\"Error\"}";
      default -> "{}";
    };
  }

  private static String describe(GenerationDecision decision, Next next) {
    return switch (next) {
      case WAIT -> "wait";
      case PROBE -> "probe";
      case REFUSED -> "refused";
      case UNCLEAR -> "unclear";
      case DECIDED -> decision.greeting().dialect().generation().name();
    };
  }

  private static Next frame(GenerationDecision decision, String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return decision.onFrame(READER.read(bytes, 0, bytes.length));
  }
}
