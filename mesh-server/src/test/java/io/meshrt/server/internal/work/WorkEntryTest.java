// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.work;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.worker.WorkClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Work and answers arrive as they were sent, to the last digit. */
class WorkEntryTest {
  private static final ObjectNode CLAIMS = JsonNodeFactory.instance.objectNode().put("a", 1);

  private final Identity ann =
      Identity.of("ann").withClaims(CLAIMS).withExpiry(Instant.ofEpochMilli(5_000));
  private final WorkClient client =
      new WorkClient(
          "n1-7",
          "n1",
          Optional.of(ann),
          Optional.of(CLAIMS),
          "::1",
          "/p",
          "q=\n1",
          Map.of("x-device", List.of("a", "\n")));

  @Test
  void commandsComeBackAsTheyWere() {
    RawJson payload = RawJson.parse("{\"n\":1.00,\"text\":\"a\\nb\"}");
    WorkEntry entry = WorkEntry.command("id1", client, "buy", payload, 1234, true);

    WorkEntry read = WorkEntry.decode(entry.outgoing().payload()).orElseThrow();

    assertThat(read.payload()).isEqualTo(payload);
    assertThat(read.order()).isEqualTo("ann");
    assertThat(read.startByMillis()).isEqualTo(1234);
    assertThat(read.answered()).isTrue();
    assertThat(read.command()).isEqualTo("buy");
    Identity identity = read.client().identity().orElseThrow();
    assertThat(identity.claims()).isEqualTo(CLAIMS);
    assertThat(identity.expiresAt()).contains(Instant.ofEpochMilli(5_000));
    assertThat(read.client().metadata()).contains(CLAIMS);
    assertThat(read.client().queryString()).isEqualTo("q=\n1");
    assertThat(read.client().headers()).isEqualTo(client.headers());
  }

  @Test
  void eventsGoByTheirConnectionAndHaveOneIdWhoeverTells() {
    WorkEntry own = WorkEntry.event(WorkEntry.Kind.DISCONNECTED, client, 4001, "bye");
    WorkEntry other =
        WorkEntry.event(WorkEntry.Kind.DISCONNECTED, WorkClient.gone("n1-7", "n1"), 1006, "");

    assertThat(own.id()).isEqualTo(other.id());
    assertThat(own.partition()).isEqualTo(other.partition());
    assertThat(WorkEntry.decode(own.outgoing().payload()).orElseThrow().code()).isEqualTo(4001);
  }

  @Test
  void whatIsNoWorkIsNotRead() {
    assertThat(WorkEntry.decode("nothing".getBytes(UTF_8))).isEmpty();
    assertThat(WorkEntry.decode("{}\nnull".getBytes(UTF_8))).isEmpty();
    assertThat(WorkEntry.decode(new byte[0])).isEmpty();
    String event =
        new String(WorkEntry.event(WorkEntry.Kind.CONNECTED, client, 0, "").encode(), UTF_8);
    assertThat(WorkEntry.decode(event.replace("\nnull", "\n{\"a\":").getBytes(UTF_8))).isEmpty();
  }

  @Test
  void halfACharacterInAnIdGoesWithIt() {
    WorkClient odd = WorkClient.gone("n\ud800-7", "n\ud800");

    WorkEntry read =
        WorkEntry.decode(WorkEntry.event(WorkEntry.Kind.DISCONNECTED, odd, 1006, "").encode())
            .orElseThrow();

    assertThat(read.client()).isEqualTo(odd);
  }

  @Test
  void whatIsNoAnswerIsNotRead() {
    JsonNodeFactory json = JsonNodeFactory.instance;

    assertThat(WorkAnswer.decode(json.objectNode().put("id", "i").put("payload", "{\"a\":")))
        .isEmpty();
    assertThat(WorkAnswer.decode(json.objectNode().put("id", "i").put("payload", ""))).isEmpty();
    assertThat(WorkAnswer.decode(json.objectNode().put("id", "i").put("code", " "))).isEmpty();
    assertThat(WorkAnswer.decode(json.textNode("what")).orElseThrow().id()).isEmpty();
  }

  @Test
  void answersComeBackAsTheyWere() {
    RawJson payload = RawJson.parse("0.12345678901234567890");
    CommandException refused = new CommandException("ENO", "no", IntNode.valueOf(3));

    WorkAnswer answer =
        WorkAnswer.decode(new WorkAnswer("i", payload, null).encode()).orElseThrow();
    WorkAnswer nothing = WorkAnswer.decode(new WorkAnswer("i", null, null).encode()).orElseThrow();
    WorkAnswer failure =
        WorkAnswer.decode(new WorkAnswer("i", null, refused).encode()).orElseThrow();

    assertThat(answer.payload()).isEqualTo(payload);
    assertThat(nothing.payload()).isNull();
    assertThat(nothing.failure()).isNull();
    CommandException told = Objects.requireNonNull(failure.failure());
    assertThat(told.code()).isEqualTo("ENO");
    assertThat(told.data()).contains(IntNode.valueOf(3));
  }

  @Test
  void nobodyBeginsWhenItIsDecidedThatNobodyDid() {
    for (int millis : new int[] {100, 1_000, 30_000, 120_000}) {
      Duration timeout = Duration.ofMillis(millis);

      assertThat(WorkTime.untilStart(timeout)).isLessThan(WorkTime.untilDecision(timeout));
      assertThat(WorkTime.untilDecision(timeout)).isLessThan(timeout);
    }
    assertThat(WorkTime.untilStart(Duration.ofHours(1))).isEqualTo(WorkGroup.KEPT);
  }
}
