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
 * @param headMillis when the message at the head of the page was kept; 0 where that is not known
 */
record Beginning(History page, Position behind, long headMillis) {
  /**
   * With a page.
   *
   * @param read of which the page is a part, and which may have the message at the head
   */
  static Beginning of(History page, Position behind, History read) {
    return new Beginning(page, behind, timeAt(read.head(), read));
  }

  /** The same for a client that knows where the page begins. */
  Beginning withoutPlace() {
    return new Beginning(page, Position.NONE, headMillis);
  }

  /** When the message was accepted that has this number; 0 if it is not on the page. */
  static long timeAt(Position position, History page) {
    return page.publications().stream()
        .filter(publication -> publication.position().equals(position))
        .mapToLong(Publication::timeMillis)
        .findFirst()
        .orElse(0);
  }

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
