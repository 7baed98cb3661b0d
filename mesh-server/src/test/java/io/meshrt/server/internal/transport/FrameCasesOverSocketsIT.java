// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.internal.websocket.FrameCase;
import io.meshrt.core.internal.websocket.Slicing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shared frame case against a server that echoes, however TCP brings the bytes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrameCasesOverSocketsIT {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int SEED = 6455;
  private static final int ROUNDS = FULL ? 10 : 1;

  // Larger streams come in random slices instead.
  private static final int MAX_SINGLE_BYTES = FULL ? 1 << 20 : 8 * 1024;

  private SSLContext tls;
  private TestServer plain;
  private TestServer secure;

  static List<FrameCase> cases() {
    return FrameCase.all();
  }

  /** Of each category the first case that goes on, that the client ends, and that we end. */
  static List<FrameCase> casesOverTls() {
    Map<String, FrameCase> chosen = new LinkedHashMap<>();
    for (FrameCase frameCase : FrameCase.all()) {
      if (frameCase.acceptsAnotherFrame()) {
        boolean byClient = frameCase.expected().end().equals("open");
        String kind = frameCase.staysOpen() + " " + byClient;
        chosen.putIfAbsent(frameCase.category() + " " + kind, frameCase);
      }
    }
    return List.copyOf(chosen.values());
  }

  @BeforeAll
  void start() throws Exception {
    int maxMessageBytes = FrameCase.all().get(0).maxMessageBytes();
    UnaryOperator<TransportOptions> limits =
        options -> options.withMessageLimits(maxMessageBytes, Duration.ofSeconds(10));
    tls = TestServer.tls();
    plain = TestServer.start(limits);
    secure = TestServer.start(options -> limits.apply(options).withSslContext(tls));
  }

  @AfterAll
  void stop() {
    plain.close();
    secure.close();
    for (TestServer server : List.of(plain, secure)) {
      for (FakeConnection connection : server.acceptor.connections) {
        assertThat(connection.events).noneMatch(event -> event.startsWith("called"));
        assertThat(connection.events).filteredOn(event -> event.startsWith("closed:")).hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void holdsWhenSentAtOnce(FrameCase frameCase) throws Exception {
    try (RawClient client = plain.open()) {
      client.send(frameCase.stream());

      checkAnswers(client, frameCase);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void holdsWhenSentInSlices(FrameCase frameCase) throws Exception {
    boolean large = frameCase.stream().length > MAX_SINGLE_BYTES;
    try (RawClient client = plain.open()) {
      Slicing slicing = large ? Slicing.random(new Random(SEED)) : Slicing.SINGLE_BYTES;
      sendSliced(client, frameCase.stream(), slicing);

      checkAnswers(client, frameCase);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void holdsWhenSentInRandomSlices(FrameCase frameCase) throws Exception {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      try (RawClient client = plain.open()) {
        sendSliced(client, frameCase.stream(), Slicing.random(random));

        checkAnswers(client, frameCase);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void holdsInTheSegmentOfTheUpgradeRequest(FrameCase frameCase) throws Exception {
    byte[] request = RawClient.request("/").getBytes(StandardCharsets.US_ASCII);
    try (RawClient client = RawClient.connect(plain.port())) {
      client.send(RawClient.join(request, frameCase.stream()));

      assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
      checkAnswers(client, frameCase);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void holdsWhenAnotherFrameFollowsInTheSameSegment(FrameCase frameCase) throws Exception {
    if (!frameCase.acceptsAnotherFrame()) {
      return;
    }
    try (RawClient client = plain.open()) {
      client.send(RawClient.join(frameCase.stream(), EchoTalk.following()));

      new EchoTalk(client, frameCase.expected()).goOnAfterFollowing();
    }
  }

  @ParameterizedTest
  @MethodSource("casesOverTls")
  void holdsOverTls(FrameCase frameCase) throws Exception {
    try (RawClient client = RawClient.connectTls(secure.port(), tls).upgrade()) {
      client.send(frameCase.stream());

      checkAnswers(client, frameCase);
    }
  }

  @ParameterizedTest
  @MethodSource("casesOverTls")
  void holdsOverTlsWhenEachByteIsARecord(FrameCase frameCase) throws Exception {
    try (RawClient client = RawClient.connectTls(secure.port(), tls).upgrade()) {
      sendSliced(client, frameCase.stream(), Slicing.SINGLE_BYTES);

      checkAnswers(client, frameCase);
    }
  }

  private static void sendSliced(RawClient client, byte[] stream, Slicing slicing)
      throws Exception {
    for (int from = 0; from < stream.length; ) {
      int to = from + slicing.next(stream.length - from);
      client.send(Arrays.copyOfRange(stream, from, to));
      from = to;
    }
  }

  private static void checkAnswers(RawClient client, FrameCase frameCase) throws Exception {
    EchoTalk talk = new EchoTalk(client, frameCase.expected());
    talk.awaitAnswers();
    if (!frameCase.acceptsAnotherFrame()) {
      talk.endWithin();
    } else if (frameCase.staysOpen()) {
      talk.goOn();
    }
  }
}
