// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.StoredRecord;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table keeps what a store has to keep. */
class JdbcRecordStoreTest {
  private JdbcConnectionPool database;
  private JdbcRecordStore store;

  @BeforeEach
  void open() throws SQLException {
    database = JdbcConnectionPool.create("jdbc:h2:mem:test;MODE=PostgreSQL", "sa", "");
    database.setMaxConnections(2);
    store = new JdbcRecordStore(database);
  }

  @AfterEach
  void close() {
    database.dispose();
  }

  @Test
  void theNewerStampStaysWhateverTheNumberSays() throws SQLException {
    store.save(List.of(record("a", 9, "s3", "9"), record("b", 1, "s1", "1")));

    store.save(List.of(record("a", 1, "s4", "1"), record("b", 2, "s0", "2")));
    store.save(List.of(record("a", 8, "s2", "8")));

    assertThat(store.read("", 10))
        .containsExactly(record("a", 1, "s4", "1"), record("b", 1, "s1", "1"));
  }

  @Test
  void anOlderValueDoesNotBringBackWhatWasDeleted() throws SQLException {
    store.save(List.of(record("a", 1, "s1", "1")));
    store.save(List.of(record("a", 1, "s3", null)));

    store.save(List.of(record("a", 1, "s2", "late")));
    assertThat(store.read("", 10)).containsExactly(record("a", 1, "s3", null));

    store.save(List.of(record("a", 2, "s4", "again")));
    assertThat(store.read("", 10)).containsExactly(record("a", 2, "s4", "again"));
  }

  @Test
  void whatIsReadIsWhatWasSavedAndRepeatingIsHarmless() throws SQLException {
    StoredRecord large = record("ü€😀", 1, "s1", "\"ü€😀 " + "x".repeat(256 * 1024) + "\"");

    store.save(List.of(large));
    store.save(List.of(large));

    assertThat(store.read("", 10)).containsExactly(large);
  }

  @Test
  void pagesHaveEachRecordOnce() throws SQLException {
    List<StoredRecord> all = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      all.add(record("r" + (char) ('a' + i), i + 1, "s" + i, "1"));
    }
    store.save(all);

    List<StoredRecord> read = new ArrayList<>();
    List<StoredRecord> page = store.read("", 4);
    while (!page.isEmpty()) {
      read.addAll(page);
      page = store.read(read.get(read.size() - 1).id(), 4);
    }

    assertThat(read).containsExactlyElementsOf(all);
  }

  @Test
  void aBatchThatFailsLeavesNothingBehind() throws SQLException {
    assertThatThrownBy(
            () ->
                store.save(
                    List.of(record("a", 1, "s1", "1"), record("x".repeat(256), 1, "s1", "1"))))
        .isInstanceOf(SQLException.class);

    assertThat(store.read("", 10)).isEmpty();
  }

  private static StoredRecord record(String id, long number, String stamp, String json) {
    return new StoredRecord(id, new RecordVersion(number, stamp), json);
  }
}
