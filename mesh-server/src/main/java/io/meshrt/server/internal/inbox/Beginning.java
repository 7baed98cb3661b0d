// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import java.util.List;

/**
 * What an inbox is opened with.
 *
 * @param behind where the page begins; {@link Position#NONE} where the client said so itself, or
 *     nothing was ever kept
 */
record Beginning(History page, Position behind) {
  /** How far whoever gets a page has been told of everything. */
  static Position end(History page) {
    List<Publication> publications = page.publications();
    return page.more() && !publications.isEmpty()
        ? publications.get(publications.size() - 1).position()
        : page.head();
  }

  /** How many messages wait. */
  int waiting() {
    History told = page;
    long further = told.more() ? told.head().offset() - end(told).offset() : 0;
    return (int) Math.min(Integer.MAX_VALUE, told.publications().size() + further);
  }
}
