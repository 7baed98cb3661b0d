// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.StoredMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Keeps publications in a table, with the SQL of PostgreSQL, which H2 understands in its {@code
 * MODE=PostgreSQL}. A message that is there already is not added again.
 */
public final class JdbcChannelStore implements ChannelStore {
  private final DataSource database;

  /** Makes the table if there is none. */
  public JdbcChannelStore(DataSource database) throws SQLException {
    this.database = database;
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      // snippet: table
      statement.execute(
          """
          create table if not exists channel_message (
            channel varchar(255), epoch varchar(128), place bigint,
            time_millis bigint not null, json text not null,
            primary key (channel, epoch, place))
          """);
      statement.execute(
          """
          create index if not exists channel_message_by_time
            on channel_message (channel, time_millis, place)
          """);
      // end
    }
  }

  @Override
  public void append(List<StoredMessage> messages) throws SQLException {
    // snippet: append
    String sql =
        """
        insert into channel_message (channel, epoch, place, time_millis, json)
        values (?, ?, ?, ?, ?) on conflict do nothing
        """;
    try (Connection connection = database.getConnection();
        PreparedStatement insert = connection.prepareStatement(sql)) {
      connection.setAutoCommit(false);
      for (StoredMessage message : messages) {
        insert.setString(1, message.channel());
        insert.setString(2, message.position().epoch());
        insert.setLong(3, message.position().offset());
        insert.setLong(4, message.timeMillis());
        insert.setString(5, message.json());
        insert.addBatch();
      }
      insert.executeBatch();
      connection.commit(); // without it nothing is kept, and all are given again
    }
    // end
  }

  @Override
  public List<StoredMessage> read(String channel, Since since, int limit) throws SQLException {
    // snippet: read
    String sql =
        """
        select epoch, place, time_millis, json from channel_message
        where channel = ? and (time_millis, place) > (?, ?)
        order by time_millis, place limit ?
        """;
    try (Connection connection = database.getConnection();
        PreparedStatement page = connection.prepareStatement(sql)) {
      Key after = keyOf(connection, channel, since); // time and place of the last one
      page.setString(1, channel);
      page.setLong(2, after.timeMillis());
      page.setLong(3, after.place());
      page.setInt(4, limit);
      return messages(channel, page);
    }
    // end
  }

  /** Where a page begins, in the order of the messages. */
  private record Key(long timeMillis, long place) {}

  private static Key keyOf(Connection connection, String channel, Since since) throws SQLException {
    if (since instanceof SinceTime time) {
      return new Key(time.timeMillis(), Long.MAX_VALUE);
    }
    ChannelPosition position = positionOf(((SinceMessage) since).id());
    String sql =
        "select time_millis from channel_message where channel = ? and epoch = ? and place = ?";
    try (PreparedStatement known = connection.prepareStatement(sql)) {
      known.setString(1, channel);
      known.setString(2, position.epoch());
      known.setLong(3, position.offset());
      try (ResultSet row = known.executeQuery()) {
        return row.next()
            ? new Key(row.getLong(1), position.offset())
            : new Key(Long.MIN_VALUE, 0); // everything is later than what nobody knows
      }
    }
  }

  private static ChannelPosition positionOf(String id) {
    int dash = id.lastIndexOf('-');
    String offset = id.substring(dash + 1);
    boolean isPosition = dash > 0 && offset.matches("\\d{1,18}");
    return isPosition
        ? new ChannelPosition(id.substring(0, dash), Long.parseLong(offset))
        : ChannelPosition.NONE;
  }

  private static List<StoredMessage> messages(String channel, PreparedStatement page)
      throws SQLException {
    List<StoredMessage> messages = new ArrayList<>();
    try (ResultSet row = page.executeQuery()) {
      while (row.next()) {
        ChannelPosition position = new ChannelPosition(row.getString(1), row.getLong(2));
        messages.add(new StoredMessage(channel, position, row.getLong(3), row.getString(4)));
      }
    }
    return messages;
  }
}
