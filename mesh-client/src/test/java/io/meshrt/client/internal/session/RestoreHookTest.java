// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.ClientLimits;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.fake.FakeConnector;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.fake.ManualLoop;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.callback.ErrorReports;
import io.meshrt.client.internal.callback.MessageListeners;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RestoreHookTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final ManualLoop loop = new ManualLoop();
  private final FakeConnector connector = new FakeConnector(loop);
  private final List<Boolean> reconnects = new ArrayList<>();

  @Test
  void hooksRunAfterEachConnectAheadOfWaitingCalls() {
    ClientSession session = session();
    session.addRestoreHook(
        (dialect, calls, reconnected) -> {
          reconnects.add(reconnected);
          calls.submitFirst(Call.builtIn("subscribe-x", RawJson.TRUE, TIMEOUT, new Nobody()));
        });
    session.connect(failure -> {});
    session.submit(Call.of("echo", false, RawJson.TRUE, TIMEOUT, new Nobody()));

    FakeSocket first = connector.next().accept();
    first.receive(Frames.welcome());
    List<String> afterConnect = first.takeSent();
    first.closeFromServer(1006, "");
    session.submit(Call.of("echo", false, RawJson.TRUE, TIMEOUT, new Nobody()));
    loop.advance(Duration.ofSeconds(1));
    FakeSocket second = connector.next().accept();
    second.receive(Frames.welcome());

    assertThat(afterConnect)
        .containsExactly(
            "{\"id\":1,\"command\":\"mesh/subscribe-x\",\"payload\":true}",
            "{\"id\":2,\"command\":\"echo\",\"payload\":true}");
    assertThat(second.takeSent()).isEqualTo(afterConnect);
    assertThat(reconnects).containsExactly(false, true);
  }

  private ClientSession session() {
    ClientLimits limits = ClientLimits.defaults();
    ErrorReports errors = new ErrorReports(loop, Runnable::run);
    SessionOptions options =
        new SessionOptions(
            URI.create("ws://localhost:1"),
            Map.of(),
            null,
            TIMEOUT,
            ReconnectPolicy.defaults(),
            null,
            1,
            limits,
            null);
    return new ClientSession(
        loop,
        options,
        new ClientSession.Rooms(
            connector,
            new StatusBoard(Runnable::run),
            errors,
            new MessageListeners(Runnable::run, errors, 10, 1_000),
            new ServerCommands(loop, Runnable::run, new JsonValues(), 1)),
        new SplittableRandom(1));
  }

  private static final class Nobody implements Call.Outcome {
    @Override
    public void onReply(RawJson payload) {}

    @Override
    public void onFailure(RuntimeException failure) {}
  }
}
