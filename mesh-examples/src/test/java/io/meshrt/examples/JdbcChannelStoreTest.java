// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.ChannelStore.SinceMessage;
import io.meshrt.server.channel.ChannelStore.SinceTime;
import io.meshrt.server.channel.StoredMessage;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table keeps what a store has to keep. */
class JdbcChannelStoreTest {
  private static final SinceTime BEGINNING = new SinceTime(0);

  private JdbcConnectionPool database;
  private JdbcChannelStore store;

  @BeforeEach
  void open() throws SQLException {
    database = JdbcConnectionPool.create("jdbc:h2:mem:test;MODE=PostgreSQL", "sa", "");
    database.setMaxConnections(2);
    store = new JdbcChannelStore(database);
  }

  @AfterEach
  void close() {
    database.dispose();
  }

  @Test
  void aRepeatedBatchIsHarmless() throws SQLException {
    store.append(List.of(message(1, 10), message(2, 11)));

    store.append(List.of(message(1, 10), message(2, 11)));
    store.append(List.of(message(2, 99), message(3, 12)));

    assertThat(store.read("chat:1", BEGINNING, 10))
        .containsExactly(message(1, 10), message(2, 11), message(3, 12));
  }

  @Test
  void whatIsReadIsWhatWasAppended() throws SQLException {
    StoredMessage large = message("e", 1, 10, "\"ü€😀 " + "x".repeat(256 * 1024) + "\"");

    store.append(List.of(large));

    assertThat(store.read("chat:1", BEGINNING, 10)).containsExactly(large);
    assertThat(store.read("chat:2", BEGINNING, 10)).isEmpty();
  }

  @Test
  void pagesByPositionMissNothingWhereTimesAreTheSame() throws SQLException {
    List<StoredMessage> all = new ArrayList<>();
    for (int i = 1; i <= 25; i++) {
      all.add(message(i, 10 + i / 10));
    }
    store.append(all);

    List<StoredMessage> read = new ArrayList<>(store.read("chat:1", BEGINNING, 4));
    List<StoredMessage> page = read;
    while (!page.isEmpty()) {
      String last = read.get(read.size() - 1).id();
      page = store.read("chat:1", new SinceMessage(last), 4);
      read.addAll(page);
    }

    assertThat(read).containsExactlyElementsOf(all);
  }

  @Test
  void aTimeIsLeftOutItselfAndAnUnknownMessageIsTheBeginning() throws SQLException {
    store.append(List.of(message(1, 10), message(2, 10), message(3, 11)));

    assertThat(offsets(new SinceTime(10))).containsExactly(3L);
    assertThat(offsets(new SinceMessage("e-1"))).containsExactly(2L, 3L);
    for (String unknown :
        List.of("e-7", "other-1", "", "-", "e-", "-1", "e-99999999999999999999")) {
      assertThat(offsets(new SinceMessage(unknown))).as(unknown).containsExactly(1L, 2L, 3L);
    }
  }

  @Test
  void epochsFollowEachOtherInTime() throws SQLException {
    store.append(List.of(message("old", 7, 10, "1"), message("old", 8, 11, "2")));
    store.append(List.of(message("new", 1, 12, "3")));

    assertThat(store.read("chat:1", new SinceMessage("old-7"), 10))
        .extracting(StoredMessage::id)
        .containsExactly("old-8", "new-1");
  }

  @Test
  void aBatchThatFailsLeavesNothingBehind() throws SQLException {
    StoredMessage unfit = new StoredMessage("x".repeat(256), new ChannelPosition("e", 3), 12, "3");

    assertThatThrownBy(() -> store.append(List.of(message(1, 10), unfit)))
        .isInstanceOf(SQLException.class);

    assertThat(store.read("chat:1", BEGINNING, 10)).isEmpty();
    store.append(List.of(message(1, 10)));
    assertThat(store.read("chat:1", BEGINNING, 10)).hasSize(1);
  }

  private List<Long> offsets(ChannelStore.Since since) throws SQLException {
    return store.read("chat:1", since, 10).stream()
        .map(message -> message.position().offset())
        .toList();
  }

  private static StoredMessage message(long offset, long timeMillis) {
    return message("e", offset, timeMillis, "\"" + offset + "\"");
  }

  private static StoredMessage message(String epoch, long offset, long timeMillis, String json) {
    return new StoredMessage("chat:1", new ChannelPosition(epoch, offset), timeMillis, json);
  }
}
