// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.collection;

import io.meshrt.server.connection.Connection;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/** Tells which records are in a collection, for each connection that subscribes to it. */
@FunctionalInterface
public interface CollectionResolver {
  /**
   * The ids of the records; those that are not there are passed over. Runs on a handler thread:
   * when the connection subscribes, and again when a record has changed that it watches, one run at
   * a time. At most 64 run at once on a node; who has no answer after 30 s has failed.
   *
   * <p>A {@code CommandException} with {@code EACCESS} refuses the connection, or ends its
   * subscription. Anything else it fails with is logged and tried again, first after 1 s.
   */
  CompletionStage<? extends Collection<String>> resolve(Connection connection, String collectionId)
      throws Exception;
}
