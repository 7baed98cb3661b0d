// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.hook.Hooks;
import io.meshrt.server.hook.ObservedMessage;
import io.meshrt.server.hook.SentMessage;
import io.meshrt.tests.harness.Outcomes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What observers are told, and that one which always throws changes nothing. */
abstract class HookSuite extends IdentityWorld {
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();

  @Override
  final void setUp(MeshServer server) {
    server.observe(new Throwing());
    server.observe(Hooks.logging());
    server.observe(new Telling());
    server.registerCommand("echo", context -> context.payload(String.class));
    server.registerCommand(
        "fail",
        context -> {
          throw new IllegalStateException("meant to be told");
        });
  }

  private static String who(Connection connection) {
    return connection.identity().map(identity -> identity.id()).orElse("nobody");
  }

  @Test
  void eachHookIsToldInOrder() throws Exception {
    MeshClient ann = client(0, "ann");
    List<String> heard = heard(ann, "news", String.class);
    assertThat(Outcomes.result(ann.command("echo", "hello", String.class))).isEqualTo("hello");
    assertThat(Outcomes.code(ann.command("fail", 1, String.class))).isEqualTo("ESERVER");
    await().until(() -> told.contains("error ann meant to be told"));
    awaitHearing(ann, "ann");
    await().until(() -> Outcomes.result(node(0).identities().isOnline("ann")));
    Outcomes.result(node(0).message("news", "x").to("ann", "bob"));
    await().until(() -> heard.equals(List.of("x")));
    ann.close();
    await().until(() -> told.contains("disconnect ann 1000"));
    await().until(() -> told.contains("undeliverable news [bob]"));

    assertThat(told.stream().filter(event -> event.contains("ann") || event.contains("receive")))
        .containsSubsequence(
            "connect ann",
            "authenticate ann true",
            "receive echo \"hello\"",
            "receive fail 1",
            "error ann meant to be told",
            "disconnect ann 1000");
    assertThat(told).contains("send news \"x\" IDENTITIES 2");
    assertThat(told.stream().filter("connect ann"::equals)).hasSize(1);
  }

  @Test
  void whatIsKeptIsNotUndeliverable() throws Exception {
    Outcomes.result(node(0).message("kept", 1).kept().to("bob"));
    Outcomes.result(node(0).message("pushed", 1).to("bob"));

    await().until(() -> told.contains("undeliverable pushed [bob]"));
    assertThat(told)
        .contains("send kept 1 IDENTITIES 1")
        .doesNotContain("undeliverable kept [bob]");
  }

  @Test
  void aHookThatThrowsIsReportedOnceAndHarmsNobody() throws Exception {
    MeshClient ann = client(0, "ann");
    for (int i = 0; i < 5; i++) {
      assertThat(Outcomes.result(ann.command("echo", "" + i, String.class))).isEqualTo("" + i);
    }

    await().until(() -> told.stream().filter(event -> event.startsWith("receive")).count() == 5);
    await().until(() -> errors.size() == 7);
    assertThat(errors).allMatch("always"::equals);
  }

  /** Throws at everything, errors included. */
  private static final class Throwing implements Hooks {
    private static IllegalStateException always() {
      return new IllegalStateException("always");
    }

    @Override
    public void onConnect(Connection connection) {
      throw always();
    }

    @Override
    public void onDisconnect(Connection connection, int code, String reason) {
      throw always();
    }

    @Override
    public void onAuthenticate(Connection connection, boolean first) {
      throw always();
    }

    @Override
    public void onReceive(ObservedMessage message, Connection connection) {
      throw always();
    }

    @Override
    public void onSend(SentMessage message) {
      throw always();
    }

    @Override
    public void onUndeliverable(SentMessage message, Set<String> ids) {
      throw always();
    }

    @Override
    public void onError(Throwable error, @Nullable Connection connection) {
      throw always();
    }
  }

  private final class Telling implements Hooks {
    @Override
    public void onConnect(Connection connection) {
      told.add("connect " + who(connection));
    }

    @Override
    public void onDisconnect(Connection connection, int code, String reason) {
      told.add("disconnect " + who(connection) + " " + code);
    }

    @Override
    public void onAuthenticate(Connection connection, boolean first) {
      told.add("authenticate " + who(connection) + " " + first);
    }

    @Override
    public void onReceive(ObservedMessage message, Connection connection) {
      told.add("receive " + message.name() + " " + message.payload());
    }

    @Override
    public void onSend(SentMessage message) {
      told.add(
          String.join(
              " ",
              "send",
              message.name(),
              message.payload().toString(),
              message.target().name(),
              "" + message.ids().size()));
    }

    @Override
    public void onUndeliverable(SentMessage message, Set<String> ids) {
      told.add("undeliverable " + message.name() + " " + ids);
    }

    @Override
    public void onError(Throwable error, @Nullable Connection connection) {
      if ("always".equals(error.getMessage())) {
        errors.add("always");
      } else {
        told.add(
            "error " + (connection == null ? "-" : who(connection)) + " " + error.getMessage());
      }
    }
  }
}
