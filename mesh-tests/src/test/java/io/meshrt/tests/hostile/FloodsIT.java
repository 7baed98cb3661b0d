// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.connection.AddressLimits;
import io.meshrt.testkit.RawFrame;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.harness.V1Socket;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * More of one thing than anyone needs. {@code CommandLimitsIT} has the rates, the bytes and the
 * malformed messages, {@code SlowReaderIT} those who do not read what they ask for.
 */
class FloodsIT extends HostileSuite {
  private static final int MAX_CONNECTIONS = 20;
  private static final int MANY = 5_000;

  private static final Pattern ANSWER = Pattern.compile("\"id\":(\\d+)");

  private final MeterRegistry registry = new SimpleMeterRegistry();

  @Override
  MeshServerBuilder configured(MeshServerBuilder builder) {
    return super.configured(builder)
        .meterRegistry(registry)
        .maxConnections(MAX_CONNECTIONS)
        .addressLimits(AddressLimits.defaults().withMaxConnections(MAX_CONNECTIONS - 5))
        .trustedProxies("127.0.0.1/32");
  }

  @Test
  void connectionsBeyondTheLimitAreRefusedAndTheOthersServed() throws Exception {
    awaitNobodyButTheNeighbour();
    List<Attacker> open = new ArrayList<>();
    try {
      for (int i = 1; i < MAX_CONNECTIONS; i++) {
        open.add(Attacker.open(Tongue.V1, from("10.0.0." + i)));
      }
      for (int i = 0; i < 50; i++) {
        assertThat(refusal(from("10.0.1." + i))).isEqualTo(503);
      }
      assertHarmless("");
    } finally {
      for (Attacker attacker : open) {
        attacker.close();
      }
    }
    await().until(() -> server().connections().count() == 1);
    Attacker.open(Tongue.V1, port()).close();
  }

  @Test
  void connectionsOfOneAddressBeyondTheLimitAreRefused() throws Exception {
    awaitNobodyButTheNeighbour();
    List<Attacker> open = new ArrayList<>();
    try {
      for (int i = 0; i < MAX_CONNECTIONS - 5; i++) {
        open.add(Attacker.open(Tongue.V1, from("10.1.1.1")));
      }
      for (int i = 0; i < 50; i++) {
        assertThat(refusal(from("10.1.1.1"))).isEqualTo(429);
      }
      open.add(Attacker.open(Tongue.V1, from("10.1.1.2")));
      assertHarmless("");
    } finally {
      for (Attacker attacker : open) {
        attacker.close();
      }
    }
    await().until(() -> server().connections().count() == 1);
  }

  @ParameterizedTest
  @EnumSource
  void pingsAreAnsweredAndWhatNobodyAskedForIsNot(Tongue tongue) throws Exception {
    try (Attacker attacker = Attacker.open(tongue, port())) {
      byte[] ping = RawFrame.of(9, new byte[125]).masked();
      byte[] pong = RawFrame.of(10, new byte[125]).masked();
      ByteArrayOutputStream flood = new ByteArrayOutputStream();
      for (int i = 0; i < MANY; i++) {
        flood.writeBytes(ping);
        flood.writeBytes(pong);
        if (tongue == Tongue.V1) {
          flood.writeBytes(RawFrame.text("{\"id\":" + i + ",\"payload\":1}").masked());
        }
      }
      Thread sender = new Thread(() -> send(attacker, flood.toByteArray()));
      sender.start();

      assertNeighbourIsAnswered();
      assertThat(attacker.ask("echo", "1").path("payload").asInt()).isEqualTo(1);
      sender.join();
      assertThat(attacker.ask("echo", "2").path("payload").asInt()).isEqualTo(2);
      assertHarmless(attacker.heard());
    }
  }

  /** Unknown ones, refused ones and pongs of the framework's own, all together. */
  @ParameterizedTest
  @EnumSource
  void everyCommandIsAnsweredOnce(Tongue tongue) throws Exception {
    try (Attacker attacker = Attacker.open(tongue, port())) {
      Thread sender = new Thread(() -> send(attacker, commands(1_000, 1_000 + MANY)));
      sender.start();

      assertNeighbourIsAnswered();
      Map<Long, Integer> answers = new TreeMap<>();
      while (answers.size() < MANY) {
        answers.merge(attacker.next().path("id").asLong(), 1, Integer::sum);
      }
      sender.join();
      assertThat(answers.values()).containsOnly(1);
      assertHarmless(attacker.heard());
    }
  }

  /** Who asks and asks and does not read is answered so far as there is room, and no further. */
  @ParameterizedTest
  @EnumSource
  void whoOnlyAsksDelaysNobody(Tongue tongue) throws Exception {
    try (Attacker attacker = Attacker.open(tongue, port())) {
      Thread sender = new Thread(() -> sendAll(attacker, commands(1_000, 1_000 + 2 * MANY)));
      sender.start();
      for (int i = 0; i < 50; i++) {
        assertNeighbourIsAnswered();
      }
      attacker.closeCode();
      sender.join();

      String heard = attacker.heard();
      Map<Long, Integer> answers = new TreeMap<>();
      Matcher id = ANSWER.matcher(heard);
      while (id.find()) {
        answers.merge(Long.parseLong(id.group(1)), 1, Integer::sum);
      }
      assertThat(answers.values()).containsOnly(1);
      assertHarmless(heard);
    }
    await().until(() -> server().connections().count() == 1);
  }

  private static byte[] commands(int from, int to) {
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    for (int id = from; id < to; id++) {
      String name = id % 3 == 0 ? "nobody " + id : id % 3 == 1 ? "echo" : "mesh/join-room";
      flood.writeBytes(RawFrame.text(V1Socket.request(id, name, Map.of())).masked());
      flood.writeBytes(RawFrame.text("{\"command\":\"pong\"}").masked());
    }
    return flood.toByteArray();
  }

  static Stream<Arguments> limited() {
    return Stream.of(
        Arguments.of("join-room", "roomName", 64),
        Arguments.of("subscribe-presence", "roomName", 128),
        Arguments.of("subscribe-channel", "channel", 128),
        Arguments.of("subscribe-record", "recordId", 128),
        Arguments.of("subscribe-collection", "collectionId", 128));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("limited")
  void subscriptionsBeyondTheLimitAreRefused(String command, String field, int limit)
      throws Exception {
    try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
      for (int i = 1; i <= limit + 50; i++) {
        JsonNode answer = attacker.askBuiltIn(command, "{\"" + field + "\":\"name " + i + "\"}");

        assertThat(answer.at("/error/code").asText()).isEqualTo(i <= limit ? "" : "ELIMIT");
      }
      assertHarmless(attacker.heard());
    }
  }

  /** No name that a client makes up becomes a tag, or stays subscribed to behind it. */
  @ParameterizedTest
  @EnumSource(names = {"V1", "MESH"})
  void distinctNamesLeaveNothingBehind(Tongue tongue) throws Exception {
    awaitNobodyButTheNeighbour();
    try (Attacker attacker = Attacker.open(tongue, port())) {
      everyBuiltIn(attacker, tongue, "first");
      everyBuiltIn(attacker, tongue, "second"); // what comes behind an answer has come as well
      await().untilAsserted(() -> assertThat(gauges().values()).containsOnly(0.0));
      long meters = registry.getMeters().size();
      Map<String, Double> before = gauges();
      for (int i = 0; i < (tongue == Tongue.V1 ? 80 : 20); i++) {
        everyBuiltIn(attacker, tongue, "name " + i);
      }
      assertThat((long) registry.getMeters().size()).isEqualTo(meters);
      await().untilAsserted(() -> assertThat(gauges()).isEqualTo(before));
      assertHarmless(attacker.heard());
    }
  }

  /** What others did before has left nothing to be counted. */
  private void awaitNobodyButTheNeighbour() {
    await().until(() -> server().connections().count() == 1);
  }

  /** Begins and ends something under a name, in every way there is. */
  private static void everyBuiltIn(Attacker attacker, Tongue tongue, String name) throws Exception {
    String json = V1Socket.JSON.writeValueAsString(name);
    for (BuiltInRequest request : BuiltInRequest.ALL) {
      if (request.isKnownTo(tongue)
          && request.fields().containsValue(FieldKind.NAME)
          && !request.name().startsWith("publish-")) {
        String field =
            request.fields().entrySet().stream()
                .filter(entry -> entry.getValue() == FieldKind.NAME)
                .findFirst()
                .orElseThrow()
                .getKey();
        attacker.askBuiltIn(request.name(), request.payload(field, json));
      }
    }
    for (String end :
        List.of(
            "presence:roomName", "record:recordId", "channel:channel", "collection:collectionId")) {
      String[] parts = end.split(":", 2);
      attacker.askBuiltIn("unsubscribe-" + parts[0], "{\"" + parts[1] + "\":" + json + "}");
    }
    attacker.askBuiltIn("leave-room", "{\"roomName\":" + json + "}");
    attacker.ask("no such " + name, null);
  }

  private Map<String, Double> gauges() {
    Map<String, Double> values = new TreeMap<>();
    for (String name : List.of("channel", "record", "collection")) {
      String metric = "mesh." + name + ".subscriptions";
      values.put(metric, registry.get(metric).gauge().value());
    }
    values.put("views", registry.get("mesh.collection.views").gauge().value());
    return values;
  }

  private RawWebSocket.Builder from(String address) {
    return Tongue.V1.to(port()).header("X-Forwarded-For", address);
  }

  private static int refusal(RawWebSocket.Builder builder) throws Exception {
    try {
      builder.open().close();
      return 101;
    } catch (RawWebSocket.UpgradeRefused refused) {
      return refused.status();
    }
  }

  /** Sends and ends, or is cut off. */
  private static void sendAll(Attacker attacker, byte[] bytes) {
    try {
      attacker.socket().send(bytes);
      attacker.socket().halfClose();
    } catch (IOException e) {
      // Closed already, which is for the reader to see.
    }
  }

  private static void send(Attacker attacker, byte[] bytes) {
    try {
      attacker.socket().send(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
