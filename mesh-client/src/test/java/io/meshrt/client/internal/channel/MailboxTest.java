// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.fake.ManualLoop;
import io.meshrt.client.internal.callback.ErrorReports;
import io.meshrt.client.internal.dialect.ChannelItem;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits is given to whom it waited for. */
class MailboxTest {
  private static final ThreadLocal<@Nullable Runnable> WHILE_READ = new ThreadLocal<>();

  private final List<String> told = new ArrayList<>();
  private int life;

  /** A text, while which is read something happens. */
  private record Text(String text) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Text {
      Runnable meanwhile = WHILE_READ.get();
      if (meanwhile != null) {
        meanwhile.run();
      }
    }
  }

  private final class Lives implements Successive<Text> {
    @Override
    public ChannelListener<Text> present() {
      int now = life;
      return message -> told.add(now + " " + (message == null ? "" : message.text()));
    }

    @Override
    public void onMessage(@Nullable Text message) {
      throw new AssertionError("given to nobody");
    }
  }

  private final Mailbox<Text> mailbox =
      new Mailbox<>(
          "news",
          new Lives(),
          MessageReader.of(new JsonValues(), Text.class),
          Runnable::run,
          new ErrorReports(new ManualLoop(), Runnable::run),
          10,
          1_000);

  @AfterEach
  void forget() {
    WHILE_READ.remove();
  }

  @Test
  void whatWasTakenForOneListenerIsGivenToItThoughItHasASuccessor() {
    WHILE_READ.set(
        () -> {
          mailbox.clear();
          life = 1;
        });

    offer("a");
    WHILE_READ.remove();
    offer("b");

    assertThat(told).containsExactly("0 a", "1 b");
  }

  private void offer(String text) {
    mailbox.offer(
        new ChannelItem(RawJson.parse("\"" + text + "\""), new ChannelPosition("e", 1), 1));
  }
}
