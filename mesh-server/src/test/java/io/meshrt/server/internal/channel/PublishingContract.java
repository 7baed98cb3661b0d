// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.fakes.LivePeer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What clients may publish. */
abstract class PublishingContract extends ChannelContract {
  @Test
  void nothingMayBePublishedUntilExposed() {
    LivePeer peer = first().v1("anna");

    assertThat(publish(peer, "\"hello\"", "").get("code").asText()).isEqualTo("EACCESS");
  }

  @Test
  void whomAGuardAdmitsPublishesToAll() {
    first()
        .channels
        .exposePublish(
            Pattern.compile("chat:.*"),
            (connection, name) -> connection.identity().isPresent(),
            true);
    LivePeer anna = first().v1("anna");
    LivePeer there = subscribed(second());
    subscribe(anna, "");

    JsonNode refused = publish(first().v1(), "\"no\"", "");
    JsonNode accepted = publish(anna, "{\"hi\":1}", "");

    assertThat(refused.get("code").asText()).isEqualTo("EACCESS");
    assertThat(accepted).hasToString("{\"success\":true}");
    assertThat(there.told(1)).containsExactly("chat:1 {\"hi\":1}");
    assertThat(anna.told(1)).containsExactly("chat:1 {\"hi\":1}");
  }

  @Test
  void withoutEchoAPublisherDoesNotHearItself() {
    first().channels.exposePublish(CHAT, (connection, name) -> true, false);
    LivePeer anna = subscribed(first());
    LivePeer there = subscribed(second());

    publish(anna, "\"mine\"", "");
    get(second().channels.publish(CHAT, "of another"));

    assertThat(there.told(2)).containsExactly("chat:1 \"mine\"", "chat:1 \"of another\"");
    assertThat(anna.told(1)).containsExactly("chat:1 \"of another\"");
  }

  @Test
  void withoutEchoOthersReadItInTheHistory() {
    nodes().forEach(node -> node.channels.policy(CHAT, ChannelPolicy.history(10)));
    first().channels.exposePublish(CHAT, (connection, name) -> true, false);
    LivePeer anna = first().v1();

    JsonNode accepted = publish(anna, "\"mine\"", "");

    assertThat(accepted.get("offset").asLong()).isEqualTo(1);
    assertThat(messages(subscribe(second().v1(), ",\"historyLimit\":5").get("history")))
        .containsExactly("\"mine\"");
  }

  @Test
  void aRepeatUnderTheSameIdIsNotPublishedAgainAlsoOnAnotherConnection() {
    nodes().forEach(node -> node.channels.policy(CHAT, ChannelPolicy.history(10)));
    nodes().forEach(node -> node.channels.exposePublish(CHAT, (connection, name) -> true, true));

    JsonNode once = publish(first().v1("anna"), "1", ",\"id\":\"a\"");
    JsonNode again = publish(second().v1("anna"), "1", ",\"id\":\"a\"");
    JsonNode other = publish(second().v1("otto"), "2", ",\"id\":\"a\"");

    assertThat(again).isEqualTo(once);
    assertThat(other.get("offset").asLong()).isEqualTo(2);
  }

  @Test
  void aBadRequestNamesItsField() {
    LivePeer peer = first().v1();

    assertThat(
            peer.result("mesh/publish-channel", "{\"channel\":\"chat:1\"}").get("message").asText())
        .contains("message");
    assertThat(publish(peer, "1", ",\"id\":\"\"").get("message").asText()).contains("id");
    assertThat(publish(peer, "1", ",\"id\":\"" + "x".repeat(129) + "\"").get("code").asText())
        .isEqualTo("EBADREQUEST");
  }

  @Test
  void onlyV1KnowsIt() {
    first().channels.exposePublish(CHAT, (connection, name) -> true, true);

    assertThat(
            first()
                .legacy()
                .ask("mesh/publish-channel", "{\"channel\":\"chat:1\",\"message\":\"hello\"}"))
        .contains("ENOTFOUND");
  }

  private static JsonNode publish(LivePeer peer, String message, String more) {
    return peer.result(
        "mesh/publish-channel", "{\"channel\":\"chat:1\",\"message\":" + message + more + "}");
  }
}
