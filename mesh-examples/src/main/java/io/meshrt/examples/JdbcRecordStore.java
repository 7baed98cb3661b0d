// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.record.RecordStore;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.StoredRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Keeps records in a table, with SQL that PostgreSQL (15 and later) and H2 understand. What is
 * older than what is there is left out; a deletion stays as a row without JSON.
 */
public final class JdbcRecordStore implements RecordStore {
  private final DataSource database;

  /** Makes the table if there is none. */
  public JdbcRecordStore(DataSource database) throws SQLException {
    this.database = database;
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      // snippet: table
      statement.execute(
          """
          create table if not exists kept_record (
            id varchar(255) primary key,
            number bigint not null, stamp varchar(64) not null, json text)
          """);
      // end
    }
  }

  @Override
  public void save(List<StoredRecord> records) throws SQLException {
    // snippet: save
    String sql =
        """
        merge into kept_record kept
        using (values (cast(? as varchar), cast(? as bigint),
                       cast(? as varchar), cast(? as text)))
          as given (id, number, stamp, json)
        on kept.id = given.id
        when matched and given.stamp > kept.stamp then
          update set number = given.number, stamp = given.stamp, json = given.json
        when not matched then
          insert (id, number, stamp, json)
          values (given.id, given.number, given.stamp, given.json)
        """;
    try (Connection connection = database.getConnection();
        PreparedStatement merge = connection.prepareStatement(sql)) {
      connection.setAutoCommit(false);
      for (StoredRecord record : records) {
        merge.setString(1, record.id());
        merge.setLong(2, record.version().number());
        merge.setString(3, record.version().stamp());
        merge.setString(4, record.json()); // null when it was deleted
        merge.addBatch();
      }
      merge.executeBatch();
      connection.commit(); // without it nothing is kept, and all are given again
    }
    // end
  }

  @Override
  public List<StoredRecord> read(String after, int limit) throws SQLException {
    // snippet: read
    String sql = "select id, number, stamp, json from kept_record where id > ? order by id limit ?";
    try (Connection connection = database.getConnection();
        PreparedStatement page = connection.prepareStatement(sql)) {
      page.setString(1, after);
      page.setInt(2, limit);
      List<StoredRecord> records = new ArrayList<>();
      try (ResultSet row = page.executeQuery()) {
        while (row.next()) {
          RecordVersion version = new RecordVersion(row.getLong(2), row.getString(3));
          records.add(new StoredRecord(row.getString(1), version, row.getString(4)));
        }
      }
      return records;
    }
    // end
  }
}
