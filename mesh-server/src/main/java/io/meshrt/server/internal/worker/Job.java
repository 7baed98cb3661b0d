// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.work.WorkEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * One piece of work while a tenure has it. Belongs to the lane.
 *
 * <p>Not a record: each is one of its own.
 */
final class Job {
  final Tenure tenure;
  final WorkEntry entry;
  final int bytes;

  /** Where it lies; more than once when it was published again, as in another epoch. */
  final List<Position> positions = new ArrayList<>(1);

  /** Whether the client's server has been told that it begins; set before it is handed over. */
  boolean announced;

  /** Whether its handler was handed over and has not ended. */
  boolean running;

  /** Whether it takes none of the places that all clients share. */
  boolean beside;

  Job(Tenure tenure, WorkEntry entry, Position position, int bytes) {
    this.tenure = tenure;
    this.entry = entry;
    this.bytes = bytes;
    positions.add(position);
  }
}
