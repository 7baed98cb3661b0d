// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.client.MeshClient;
import io.meshrt.client.channel.ChannelHistory;
import io.meshrt.client.channel.HistoryQuery;
import io.meshrt.server.MeshServer;
import io.meshrt.server.persistence.MirrorOptions;
import java.sql.SQLException;
import java.time.Instant;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * A channel that outlives its servers: what one published, the next one reads from a database.
 * Given a file, such as {@code jdbc:h2:./archive;MODE=PostgreSQL}, it remembers what it said when
 * it ran before.
 */
public final class ChannelArchive {
  private static final String CHANNEL = "log:orders";
  private static final String IN_MEMORY = "jdbc:h2:mem:archive;MODE=PostgreSQL;DB_CLOSE_DELAY=-1";

  private ChannelArchive() {}

  /**
   * Publishes on one server and reads on another one.
   *
   * @param args JDBC URL of an H2 database; none for one in memory
   */
  public static void main(String[] args) throws SQLException {
    JdbcConnectionPool database =
        JdbcConnectionPool.create(args.length == 0 ? IN_MEMORY : args[0], "sa", "");
    try {
      JdbcChannelStore store = new JdbcChannelStore(database);
      try (MeshServer yesterday = server(store)) {
        for (int order = 1; order <= 3; order++) {
          yesterday.publishToChannel(CHANNEL, "order " + order).join();
        }
      } // hands over what the store does not have yet
      try (MeshServer today = server(store)) {
        print(today);
      }
    } finally {
      database.dispose();
    }
  }

  // snippet: server
  static MeshServer server(JdbcChannelStore store) {
    MeshServer server = MeshServer.builder().port(0).build();
    server.exposeChannel(CHANNEL);
    server.channels().mirror(CHANNEL, store, MirrorOptions.defaults());
    server.start();
    return server;
  }

  // end

  private static void print(MeshServer server) {
    try (MeshClient client = MeshClient.builder("ws://localhost:" + server.port()).build()) {
      client.connect().join();
      // snippet: since
      ChannelHistory<String> page =
          client
              .channels()
              .history(CHANNEL, String.class, HistoryQuery.since(Instant.EPOCH, 100))
              .join();
      page.messages().forEach(message -> System.out.println("kept: " + message.message()));
      // end
    }
  }
}
