// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names that look alike, that mean something to Redis, to patterns or to programs, and that name
 * nothing but what was called so. {@link FieldKind#NAME} has those that are refused.
 */
abstract class NamesSuite extends HostileSuite {
  /** Pairs; who has the first has nothing of the second. */
  static Stream<Arguments> names() {
    return Stream.of(
            "é|e\u0301",
            "\ufb01|fi",
            "\uff41|a",
            "\u0430|a",
            "\u212a|K",
            "A|a",
            "\u0130|i",
            "a\u200b|a",
            "\ufeffa|a",
            "a\u2028|a",
            "a |a",
            "a\u00a0|a ",
            "%61|a",
            "a/../b|b",
            "a//b|a/b",
            "*|anything",
            "news.?|news.1",
            "news.[12]|news.1",
            "news.{1,2}|news.1",
            "new\\\\s|new\\s",
            "chat:.*|chat:1",
            "(a+)+b|aab",
            "{a}|a",
            "a}b{c|b",
            "a:b|b",
            "mesh:room:a|a",
            "channel:{a}|a",
            "room:a|a",
            "__keyspace@0__:a|a",
            "mesh/noop|noop",
            "ping|pong",
            "__proto__|constructor",
            "null|undefined",
            "0|00",
            "'; DROP TABLE a; --|a",
            "${jndi:ldap://a}|a",
            "<script>|script",
            "\\u0061|a",
            "\ud83d\ude00|\ud83d\ude01",
            "\uffff|\ufffd")
        .map(
            pair -> {
              int at = pair.lastIndexOf('|');
              return Arguments.of(pair.substring(0, at), pair.substring(at + 1));
            });
  }

  @ParameterizedTest
  @MethodSource("names")
  void channelsOfDifferentNamesShareNothing(String name, String other) throws Exception {
    try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
      assertTaken(attacker.askBuiltIn("subscribe-channel", payload("channel", name)));
      Outcomes.result(server().publishToChannel(other, "others", 10));
      Outcomes.result(server().publishToChannel(name, "mine", 10));

      JsonNode push = attacker.next();
      assertThat(push.path("command").asText()).isEqualTo("mesh/subscription-message");
      assertThat(push.at("/payload/channel").asText()).isEqualTo(name);
      assertThat(push.at("/payload/message").asText()).isEqualTo("mine");
      JsonNode history = attacker.askBuiltIn("get-channel-history", payload("channel", name));
      assertThat(history.toString()).contains("mine").doesNotContain("others");
      JsonNode ended = attacker.askBuiltIn("unsubscribe-channel", payload("channel", other));
      assertThat(ended.path("payload").asBoolean(true)).isFalse();
      assertHarmless(attacker.heard());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void recordsOfDifferentNamesShareNothing(String name, String other) throws Exception {
    try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
      Outcomes.result(server().publishRecordUpdate(other, "others"));
      JsonNode empty = attacker.askBuiltIn("subscribe-record", payload("recordId", name));
      assertThat(empty.at("/payload/record").toString()).isNotEqualTo("\"others\"");
      ObjectNode write = V1Socket.JSON.createObjectNode();
      write.put("recordId", name).put("newValue", "mine");
      assertTaken(attacker.askBuiltIn("publish-record-update", write.toString()));

      JsonNode theirs = attacker.askBuiltIn("get-record", payload("recordId", other));
      assertThat(theirs.at("/payload/record").asText()).isEqualTo("others");
      JsonNode own = attacker.askBuiltIn("get-record", payload("recordId", name));
      assertThat(own.at("/payload/record").asText()).isEqualTo("mine");
      assertHarmless(attacker.heard());
      Outcomes.result(server().deleteRecord(other));
      Outcomes.result(server().deleteRecord(name));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void roomsOfDifferentNamesShareNothing(String name, String other) throws Exception {
    try (Attacker attacker = Attacker.open(Tongue.V1, port());
        Attacker another = Attacker.open(Tongue.V1, port())) {
      assertTaken(another.askBuiltIn("join-room", payload("roomName", other)));
      JsonNode joined = attacker.askBuiltIn("join-room", payload("roomName", name));
      assertThat(joined.at("/payload/present")).hasSize(1);
      JsonNode watched = attacker.askBuiltIn("subscribe-presence", payload("roomName", name));
      assertThat(watched.at("/payload/present")).hasSize(1);

      Outcomes.result(server().rooms().broadcast(other, "told", "others"));
      Outcomes.result(server().rooms().broadcast(name, "told", "mine"));
      JsonNode push = attacker.next();
      while (!push.path("command").asText().equals("told")) {
        push = attacker.next();
      }
      assertThat(push.path("payload").asText()).isEqualTo("mine");
      assertHarmless(attacker.heard());
    }
  }

  /** What there is in Redis and on topics, in the place of "mesh" the prefix of the deployment. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mesh:nodes",
        "mesh:{.a}:channel",
        "mesh:{.a}:channel:t",
        "mesh:{.a}:channel:l",
        "mesh:{.a}:record:v",
        "mesh:{.a}:room",
        "mesh:{.a}:room:m",
        "mesh:{.a}:presence",
        "mesh:{.}:everyone",
        "mesh:{.}:channel.told",
        "mesh:{.}:record.changes",
        "mesh:{records}:catalog",
        "mesh:groups:room:0",
        "{.a}:room",
        ".a",
        "a}:room",
        "everyone",
        "channel.told",
        "record.changes"
      })
  void whatIsCalledLikeSomethingInternalIsSomethingElse(String pattern) throws Exception {
    String name = pattern.replace("mesh:", prefix() + ":");
    try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
      assertTaken(attacker.askBuiltIn("subscribe-channel", payload("channel", name)));
      assertTaken(attacker.askBuiltIn("subscribe-record", payload("recordId", name)));
      assertTaken(attacker.askBuiltIn("join-room", payload("roomName", name)));
      assertTaken(attacker.askBuiltIn("subscribe-presence", payload("roomName", name)));
      attacker.askBuiltIn("publish-channel", payload("channel", name, "message", "forged"));
      attacker.askBuiltIn("publish-record-update", payload("recordId", name, "newValue", "forged"));
      Outcomes.result(server().publishToChannel("a", "others", 10));
      Outcomes.result(server().publishRecordUpdate("a", "others"));
      Outcomes.result(server().rooms().broadcast("a", "told", "others"));
      Outcomes.result(server().publishToChannel(name, "the end", 10));
      heardUpTo("the end", attacker);

      String heard = attacker.heard();
      assertThat(heard).contains("forged").doesNotContain("others");
      assertHarmless(heard);
      JsonNode record = attacker.askBuiltIn("get-record", payload("recordId", "a"));
      assertThat(record.at("/payload/record").asText()).isEqualTo("others");
      JsonNode history = attacker.askBuiltIn("get-channel-history", payload("channel", "a"));
      assertThat(history.toString()).contains("others").doesNotContain("forged");
    }
    Outcomes.result(server().deleteRecord(name));
    Outcomes.result(server().deleteRecord("a"));
  }

  /** What comes before the names of all that is in Redis. */
  String prefix() {
    return "mesh";
  }

  private static void heardUpTo(String message, Attacker attacker) throws IOException {
    JsonNode push = attacker.next();
    while (!push.at("/payload/message").asText().equals(message)) {
      push = attacker.next();
    }
  }

  private static String payload(String field, String name, String other, String value) {
    return V1Socket.JSON.createObjectNode().put(field, name).put(other, value).toString();
  }

  private static void assertTaken(JsonNode answer) throws IOException {
    assertThat(answer.at("/payload/success").asBoolean()).as("%s", answer).isTrue();
  }

  private static String payload(String field, String name) {
    return V1Socket.JSON.createObjectNode().put(field, name).toString();
  }
}
