// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.client.record.WriteOptions;
import io.meshrt.client.record.WriteStrategy;
import io.meshrt.core.protocol.CommandException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RecordTransactionTest {
  private final ClientRig rig = new ClientRig();

  @Test
  void operationsGoTogetherAndVersionsComeBack() {
    FakeSocket socket = rig.connected();

    CompletableFuture<Map<String, RecordVersion>> done =
        rig.run(
            rig.client.transaction(
                transaction -> {
                  transaction.write("bank/a", 90, upon(3));
                  transaction.write("bank/b", Map.of("k", 1), merging());
                  transaction.delete("bank/c");
                  transaction.delete("bank/d", new RecordVersion(1, "s1"));
                }));
    assertThat(socket.takeOne())
        .isEqualTo(
            "{\"id\":1,\"command\":\"mesh/transaction\",\"payload\":{\"operations\":["
                + "{\"op\":\"write\",\"recordId\":\"bank/a\",\"value\":90,"
                + "\"options\":{\"ifVersion\":3,\"ifStamp\":\"s3\"}},"
                + "{\"op\":\"write\",\"recordId\":\"bank/b\",\"value\":{\"k\":1},"
                + "\"options\":{\"strategy\":\"merge\"}},"
                + "{\"op\":\"delete\",\"recordId\":\"bank/c\"},"
                + "{\"op\":\"delete\",\"recordId\":\"bank/d\","
                + "\"options\":{\"ifVersion\":1,\"ifStamp\":\"s1\"}}]}}");
    socket.receive(
        Frames.reply(
            1,
            "{\"id\":\"x\",\"results\":["
                + "{\"op\":\"write\",\"recordId\":\"bank/a\",\"success\":true,"
                + "\"version\":4,\"stamp\":\"s4\"},"
                + "{\"op\":\"delete\",\"recordId\":\"bank/c\",\"success\":true,"
                + "\"version\":0,\"stamp\":\"\"}]}"));

    assertThat(done.join())
        .isEqualTo(
            Map.of("bank/a", new RecordVersion(4, "s4"), "bank/c", new RecordVersion(0, "")));
  }

  @Test
  void conflictSaysWhichRecordHasAnotherVersion() {
    FakeSocket socket = rig.connected();
    CompletableFuture<?> done =
        rig.run(rig.client.transaction(transaction -> transaction.write("bank/a", 90, upon(3))));

    socket.receive(
        "{\"id\":1,\"error\":{\"code\":\"ECONFLICT\",\"message\":\"no\","
            + "\"data\":{\"recordId\":\"bank/a\",\"version\":5,\"stamp\":\"s5\"}}}");

    assertThat(failure(done)).isInstanceOf(CommandException.class);
    assertFailed(done, "ECONFLICT");
  }

  @Test
  void whatCannotBeDescribedIsNotSent() {
    FakeSocket socket = rig.connected();

    CompletableFuture<?> nothing = rig.run(rig.client.transaction(transaction -> {}));
    CompletableFuture<?> twice =
        rig.run(
            rig.client.transaction(
                transaction -> {
                  transaction.write("a", 1);
                  transaction.delete("a");
                }));
    CompletableFuture<?> nameless =
        rig.run(rig.client.transaction(transaction -> transaction.write("", 1)));
    CompletableFuture<?> thrown =
        rig.run(
            rig.client.transaction(
                transaction -> {
                  transaction.write("a", 1);
                  throw new IllegalStateException("on purpose");
                }));

    assertThat(failure(nothing)).isInstanceOf(IllegalArgumentException.class);
    assertThat(failure(twice)).isInstanceOf(IllegalArgumentException.class);
    assertThat(failure(nameless)).isInstanceOf(IllegalArgumentException.class);
    assertThat(failure(thrown)).isInstanceOf(IllegalStateException.class);
    assertThat(socket.takeSent()).isEmpty();
  }

  @Test
  void olderServersHaveTransactionsWithoutConditions() {
    FakeSocket socket = rig.connected(Frames.RT_ASSIGN_ID);
    CompletableFuture<Map<String, RecordVersion>> done =
        rig.run(rig.client.transaction(transaction -> transaction.write("w:1", 1)));
    assertThat(socket.takeOne())
        .isEqualTo(
            "{\"id\":1,\"command\":\"rt/transaction\",\"payload\":{\"operations\":["
                + "{\"op\":\"write\",\"recordId\":\"w:1\",\"value\":1}]}}");
    socket.receive(
        Frames.legacyReply(
            1,
            "rt/transaction",
            "{\"id\":\"x\",\"results\":["
                + "{\"op\":\"write\",\"recordId\":\"w:1\",\"success\":true,\"version\":3}]}"));
    CompletableFuture<?> refused =
        rig.run(rig.client.transaction(transaction -> transaction.delete("doc:9")));
    socket.receive(
        Frames.legacyReply(
            2,
            "rt/transaction",
            "{\"error\":\"Record \\\"doc:9\\\" is not writable by this connection.\","
                + "\"code\":\"ETXN\",\"name\":\"TransactionError\"}"));
    socket.takeSent();

    CompletableFuture<?> conditional =
        rig.run(rig.client.transaction(transaction -> transaction.write("w:1", 1, upon(3))));

    assertThat(done.join()).isEqualTo(Map.of("w:1", new RecordVersion(3, "")));
    assertFailed(refused, "ETXN");
    assertFailed(conditional, "ENOTFOUND");
    assertThat(socket.takeSent()).isEmpty();
  }

  private static WriteOptions upon(long version) {
    return WriteOptions.defaults().withIfVersion(new RecordVersion(version, "s" + version));
  }

  private static WriteOptions merging() {
    return WriteOptions.defaults().withStrategy(WriteStrategy.MERGE);
  }
}
