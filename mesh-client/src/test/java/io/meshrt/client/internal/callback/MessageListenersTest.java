// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.ClientError;
import io.meshrt.client.fake.ManualLoop;
import io.meshrt.core.codec.RawJson;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageListenersTest {
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private final ErrorReports errors = new ErrorReports(new ManualLoop(), Runnable::run);
  private final List<ClientError> reported = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();

  @Test
  void messagesBeyondTheNumberAreDroppedAndReported() {
    MessageListeners listeners = new MessageListeners(waiting::add, errors, 2, 1_000);
    errors.add(reported::add);
    listeners.add("a", (name, payload) -> heard.add(payload.toString()));

    for (int i = 1; i <= 5; i++) {
      listeners.deliver("a", RawJson.ofNumber(i));
    }
    assertThat(reported).extracting(ClientError::count).containsExactly(1L);
    runAll();
    listeners.deliver("a", RawJson.ofNumber(6));
    runAll();

    assertThat(heard).containsExactly("1", "2", "6");
    assertThat(reported).extracting(ClientError::count).containsExactly(1L, 2L);
    assertThat(reported)
        .allMatch(error -> error.kind() == ClientError.Kind.MESSAGES_DROPPED)
        .allMatch(error -> error.name().equals("a"));
  }

  @Test
  void messagesBeyondTheBytesAreDroppedAndReported() {
    MessageListeners listeners = new MessageListeners(waiting::add, errors, 100, 8);
    errors.add(reported::add);
    listeners.add("a", (name, payload) -> heard.add(payload.toString()));

    listeners.deliver("a", RawJson.TRUE);
    listeners.deliver("a", RawJson.TRUE);
    listeners.deliver("a", RawJson.ofNumber(1));
    runAll();

    assertThat(heard).containsExactly("true", "true");
    assertThat(reported).hasSize(1);
  }

  @Test
  void slowListenerDoesNotTouchTheOthers() {
    MessageListeners listeners = new MessageListeners(waiting::add, errors, 1, 1_000);
    listeners.add("a", (name, payload) -> heard.add("first"));
    listeners.deliver("a", RawJson.TRUE);
    listeners.add("a", (name, payload) -> heard.add("second"));

    listeners.deliver("a", RawJson.TRUE);
    runAll();

    assertThat(heard).containsExactlyInAnyOrder("first", "second");
  }

  @Test
  void closeDropsWhatWaits() {
    MessageListeners listeners = new MessageListeners(waiting::add, errors, 10, 1_000);
    var registration = listeners.add("a", (name, payload) -> heard.add("x"));
    listeners.deliver("a", RawJson.TRUE);

    registration.close();
    runAll();

    assertThat(heard).isEmpty();
  }

  private void runAll() {
    Runnable task = waiting.poll();
    while (task != null) {
      task.run();
      task = waiting.poll();
    }
  }
}
