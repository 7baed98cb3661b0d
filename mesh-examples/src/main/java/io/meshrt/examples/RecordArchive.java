// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.MeshServer;
import io.meshrt.server.persistence.MirrorOptions;
import io.meshrt.server.record.RecordValue;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;

/**
 * A record that outlives its servers: what one wrote, the next one has when it starts. Given a
 * file, such as {@code jdbc:h2:./records;MODE=PostgreSQL}, it goes on counting where it was.
 */
public final class RecordArchive {
  private static final String VISITS = "count:visits";
  private static final String IN_MEMORY = "jdbc:h2:mem:records;MODE=PostgreSQL;DB_CLOSE_DELAY=-1";

  private RecordArchive() {}

  /**
   * Writes on one server and reads on another one.
   *
   * @param args JDBC URL of an H2 database; none for one in memory
   */
  public static void main(String[] args) throws SQLException {
    JdbcConnectionPool database =
        JdbcConnectionPool.create(args.length == 0 ? IN_MEMORY : args[0], "sa", "");
    try {
      JdbcRecordStore store = new JdbcRecordStore(database);
      try (MeshServer yesterday = server(store)) {
        for (int visit = 1; visit <= 3; visit++) {
          yesterday.publishRecordUpdate(VISITS, Integer.class, RecordArchive::oneMore).join();
        }
      } // hands over what the store does not have yet
      try (MeshServer today = server(store)) {
        RecordValue<Integer> visits = today.getRecord(VISITS, Integer.class).join().orElseThrow();
        System.out.println(visits.value() + " visits, version " + visits.version().number());
      }
    } finally {
      database.dispose();
    }
  }

  private static Integer oneMore(@Nullable Integer visits) {
    return visits == null ? 1 : visits + 1;
  }

  // snippet: server
  static MeshServer server(JdbcRecordStore store) {
    MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build();
    server.records().mirror(Pattern.compile("count:.+"), store, MirrorOptions.defaults());
    server.start(); // restores what the store has
    return server;
  }
  // end
}
